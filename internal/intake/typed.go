package intake

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/schema"
	"github.com/waybillhq/waybill/internal/storage"
)

// A cell and a flag hold text. The kind of each field is known, so lists and objects can be written as people write
// them: "upsell_ids=20;21", "attributes.0.options=red,blue", "attributes.0.options.0=red", "categories=15", or as JSON.

// Typed turns the fields of a body that a person has typed into the kinds of values that the store takes. The error
// names the field and the form that works.
func Typed(r storage.Resource, body json.RawMessage) (json.RawMessage, error) {
	known, ok := schema.Of(string(r))
	if !ok {
		return body, nil
	}
	return typedObject("", known, body)
}

func typedObject(at string, known *schema.Member, raw json.RawMessage) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		path, value := at+name, fields[name]
		if err := noWord(path, value); err != nil {
			return nil, err
		}
		member := known.Find(name)
		if member == nil || name == "meta_data" {
			continue
		}
		value, err := typedValue(path, member, value)
		if err != nil {
			return nil, err
		}
		fields[name] = value
	}
	return json.Marshal(fields)
}

func typedValue(path string, member *schema.Member, raw json.RawMessage) (json.RawMessage, error) {
	switch member.Kind {
	case schema.IDs, schema.Texts:
		return typedList(path, member.Kind, raw)
	case schema.Object:
		if raw = asJSON(raw, '{'); jsonvalue.Kind(raw) != '{' {
			return nil, fieldsOfItsOwn(path, member)
		}
		return typedObject(path+".", member, raw)
	case schema.List:
		return typedEntries(path, member, raw)
	case schema.Whole:
		if text := jsonvalue.Text(raw); strings.HasPrefix(text, "+") && member.Name == "stock_quantity" {
			return nil, countIsChange(path, text)
		}
	case schema.Text, schema.Email, schema.Digits, schema.URL, schema.Country:
		if kind := jsonvalue.Kind(raw); kind == 't' || kind == 'f' {
			return json.Marshal(string(raw)) // a person may be called True
		}
	}
	return raw, nil
}

// shorthand names the member that stands for a whole entry of a list when a person gives one text for the entry.
var shorthand = map[string]string{"categories": "id", "brands": "id", "tags": "name", "images": "src",
	"coupon_lines": "code"}

// typedEntries returns a list of objects that is typed entry by entry, as JSON, or as a list of the texts that name
// them.
func typedEntries(path string, member *schema.Member, raw json.RawMessage) (json.RawMessage, error) {
	raw = asJSON(raw, '[')
	field, short := shorthand[member.Name]
	if jsonvalue.Kind(raw) == '"' && short {
		var entries []map[string]any
		for _, item := range split(jsonvalue.Text(raw)) {
			entry := map[string]any{field: item}
			if n, err := strconv.ParseInt(item, 10, 64); err == nil && member.Find("id") != nil &&
				!member.Find("id").Computed {
				entry = map[string]any{"id": n}
			}
			entries = append(entries, entry)
		}
		if entries == nil {
			return json.RawMessage("[]"), nil
		}
		return json.Marshal(entries)
	}
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) != nil {
		return nil, entriesHaveFields(path, member)
	}
	for i, entry := range entries {
		if jsonvalue.Kind(entry) != '{' {
			continue // reported on acceptance
		}
		typed, err := typedObject(fmt.Sprintf("%s.%d.", path, i), member, entry)
		if err != nil {
			return nil, err
		}
		entries[i] = typed
	}
	return json.Marshal(entries)
}

// exampleOf shows how the first field of a member is written.
func exampleOf(path string, member *schema.Member) string {
	example := map[string]string{"line_items": ".sku=SKU and " + path + ".quantity=1", "billing": ".city=Oakland",
		"shipping": ".city=Oakland", "attributes": ".name=Color and " + path + ".options=red,blue"}
	if text, ok := example[member.Name]; ok {
		return path + text
	}
	for _, m := range member.Members {
		if !m.Computed && m.Name != "id" {
			return path + "." + m.Name + "=…"
		}
	}
	return path + ".FIELD=…"
}

// typedList returns a list of texts or of numbers that is typed as "red,blue", "1;2", ["red","blue"], or entry by entry
// from .0 on.
func typedList(path string, kind schema.Kind, raw json.RawMessage) (json.RawMessage, error) {
	raw = asJSON(raw, '[')
	var items []string
	switch jsonvalue.Kind(raw) {
	case '"':
		items = split(jsonvalue.Text(raw))
	case '{':
		var numbered map[string]json.RawMessage
		if err := json.Unmarshal(raw, &numbered); err != nil {
			return nil, err
		}
		for i := range len(numbered) {
			entry, ok := numbered[strconv.Itoa(i)]
			if !ok {
				return nil, listHasGap(path)
			}
			items = append(items, plainText(entry))
		}
	case '[':
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
		for _, entry := range list {
			if kind := jsonvalue.Kind(entry); kind == '{' || kind == '[' {
				return raw, nil // reported on acceptance
			}
			items = append(items, plainText(entry))
		}
	default:
		items = []string{plainText(raw)}
	}
	if len(items) == 0 {
		return json.RawMessage("[]"), nil
	}
	for i, item := range items {
		if err := noWord(fmt.Sprintf("%s.%d", path, i), json.RawMessage(strconv.Quote(item))); err != nil {
			return nil, err
		}
	}
	if kind == schema.Texts {
		return json.Marshal(items)
	}
	numbers := make([]int64, len(items))
	for i, item := range items {
		n, err := strconv.ParseInt(strings.TrimSpace(item), 10, 64)
		if err != nil {
			return nil, noNumberInList(path, item)
		}
		numbers[i] = n
	}
	return json.Marshal(numbers)
}

// split splits a text with several entries at |, or else at ;, or else at the comma. An entry that itself contains one
// of these has to be given alone (.0), or in JSON.
func split(text string) []string {
	at := ","
	for _, separator := range []string{"|", ";"} {
		if strings.Contains(text, separator) {
			at = separator
			break
		}
	}
	var items []string
	for _, item := range strings.Split(text, at) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// asJSON returns the JSON that a text holds, if it begins with first and is valid; otherwise the value itself.
func asJSON(raw json.RawMessage, first byte) json.RawMessage {
	if jsonvalue.Kind(raw) != '"' {
		return raw
	}
	text := strings.TrimSpace(jsonvalue.Text(raw))
	if text != "" && text[0] == first && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return raw
}

func plainText(raw json.RawMessage) string {
	if jsonvalue.Kind(raw) == '"' {
		return jsonvalue.Text(raw)
	}
	return string(raw)
}

// noWord refuses the words with which databases write a missing value: as a text they would be printed on parcels.
func noWord(path string, raw json.RawMessage) error {
	text := jsonvalue.Text(raw)
	switch {
	case jsonvalue.Kind(raw) == '"' && slices.Contains([]string{"null", "NULL", `\N`}, text):
		return wordForNothing(path, text)
	case jsonvalue.Kind(raw) == '{' || jsonvalue.Kind(raw) == '[':
		return noWordWithin(path, raw)
	}
	return nil
}

// noWordWithin does the same for every value in meta data and in members that WooCommerce does not know, which no other
// check looks at.
func noWordWithin(path string, raw json.RawMessage) error {
	if !strings.HasSuffix(path, "meta_data") {
		return nil
	}
	var entries []struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}
	if json.Unmarshal(raw, &entries) != nil {
		entries = nil // reported on acceptance
	}
	for _, e := range entries {
		if jsonvalue.Kind(e.Value) == '"' {
			if err := noWord(path+"."+e.Key, e.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// errDoubled returns an error that names a member which an object has twice.
func errDoubled(raw json.RawMessage) error {
	if path := doubled("", raw); path != "" {
		return standsTwice(path)
	}
	return nil
}

// doubled returns the first member, at any depth, that an object has twice; empty when there is none.
func doubled(at string, raw json.RawMessage) string {
	switch jsonvalue.Kind(raw) {
	case '{':
		seen := map[string]bool{}
		for m, err := range jsonvalue.Members(raw) {
			if err != nil {
				return "" // a text that is no JSON is refused elsewhere
			}
			name, _ := jsonvalue.Unquote(slices.Concat([]byte{'"'}, m.Name, []byte{'"'}))
			path := strings.TrimPrefix(at+"."+name, ".")
			if seen[name] {
				return path
			}
			seen[name] = true
			if inner := doubled(path, m.Value); inner != "" {
				return inner
			}
		}
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return ""
		}
		for i, entry := range list {
			if inner := doubled(fmt.Sprintf("%s[%d]", at, i), entry); inner != "" {
				return inner
			}
		}
	}
	return ""
}
