package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Object is a JSON object whose values are kept as they came.
type Object map[string]json.RawMessage

// Parse reads a JSON object; its values stay as they came.
func Parse(raw []byte) (Object, error) {
	var o Object
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	return o, nil
}

// MergedLists are the lists into which a store merges the sent entries one by one: lines by their id, meta data by id
// or key (WooCommerce's order and product controllers, prepare_object_for_database). Every other list (categories,
// images, attributes, coupon_lines, …) is replaced by the sent one.
var MergedLists = map[string]bool{"line_items": true, "shipping_lines": true, "fee_lines": true, "meta_data": true}

// Leaves splits a body into the values that it names, by path: "status", "billing.first_name", "meta_data[channel]",
// "categories", "line_items[17].quantity". A line that the body removes is the leaf "line_items[17]" with null. A new
// line (one without an id) has no leaf, because the store has nothing to compare it with.
func Leaves(body json.RawMessage) (map[string]json.RawMessage, error) { return takeApart(body, false) }

// RecordLeaves splits a record of the store in the same way. In addition each line is a leaf as a whole
// ("line_items[17]"), and meta data has a leaf by id ("meta_data[#5]") beside the one by key, because a body may name
// either.
func RecordLeaves(record json.RawMessage) (map[string]json.RawMessage, error) {
	return takeApart(record, true)
}

func takeApart(raw json.RawMessage, stored bool) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	o, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	addLeaves(out, "", o, stored)
	return out, nil
}

func addLeaves(out map[string]json.RawMessage, prefix string, o Object, stored bool) {
	for name, value := range o {
		path := prefix + name
		var items []Object
		switch {
		case Kind(value) == '[' && MergedLists[name] && json.Unmarshal(value, &items) == nil:
			if name == "meta_data" {
				addMeta(out, path, items, stored)
			} else {
				addLines(out, path, items, stored)
			}
		case Kind(value) == '{':
			if nested, err := Parse(value); err == nil {
				addLeaves(out, path+".", nested, stored)
			}
		default:
			out[path] = value
		}
	}
}

func addLines(out map[string]json.RawMessage, path string, lines []Object, stored bool) {
	for _, line := range lines {
		id := Number(line, "id")
		if id == 0 {
			continue
		}
		at := fmt.Sprintf("%s[%d]", path, id)
		if !stored && RemovesLine(line) {
			out[at] = json.RawMessage("null")
			continue
		}
		if stored {
			whole, err := json.Marshal(line)
			if err != nil {
				continue // cannot fail: the line was parsed before
			}
			out[at] = whole
		}
		fields := maps.Clone(line)
		delete(fields, "id")
		addLeaves(out, at+".", fields, stored)
	}
}

// RemovesLine says whether a sent line removes an existing one: with null for its name or reference, or with the
// quantity 0 (WC_REST_Orders_V2_Controller::item_is_null and its caller; "0" as a text does not remove the line).
func RemovesLine(line Object) bool {
	for _, name := range []string{"product_id", "method_id", "method_title", "name", "code"} {
		if Kind(line[name]) == 'n' {
			return true
		}
	}
	return string(bytes.TrimSpace(line["quantity"])) == "0"
}

// addMeta adds meta data by key. Several entries with one key become one leaf that equals no single value: naming such
// a key makes WooCommerce keep one of them.
func addMeta(out map[string]json.RawMessage, path string, entries []Object, stored bool) {
	byKey := map[string][]json.RawMessage{}
	for _, e := range entries {
		value := e["value"]
		if value == nil {
			value = json.RawMessage("null")
		}
		if id := Number(e, "id"); id != 0 {
			out[fmt.Sprintf("%s[#%d]", path, id)] = value
			if !stored {
				continue
			}
		}
		key := Text(e, "key")
		byKey[key] = append(byKey[key], value)
	}
	for key, values := range byKey {
		at := fmt.Sprintf("%s[%s]", path, key)
		out[at] = values[0]
		switch {
		case len(values) > 1 && stored:
			if all, err := json.Marshal(map[string][]json.RawMessage{"several": values}); err == nil {
				out[at] = all
			}
		case len(values) > 1:
			out[at] = values[len(values)-1] // of a body the last entry counts
		}
	}
}

// Covers says whether a value of the store is what was asked for. It must be equal or, for objects and lists, have
// every member that was named. The store adds members (ids, derived names) and orders lists in its own way.
func Covers(want, have json.RawMessage) bool {
	if Same(want, have) {
		return true
	}
	switch Kind(want) {
	case '{':
		w, err1 := Parse(want)
		h, err2 := Parse(have)
		if err1 != nil || err2 != nil || h == nil {
			return false
		}
		for name, value := range w {
			if name == "code" && Alike(value, h[name]) {
				continue // the store writes coupon codes in lower case
			}
			if got, ok := h[name]; !ok || !Covers(value, got) {
				return false
			}
		}
		return true
	case '[':
		var w, h []json.RawMessage
		if json.Unmarshal(want, &w) != nil || json.Unmarshal(have, &h) != nil || len(w) != len(h) {
			return false
		}
		for _, item := range w {
			i := slices.IndexFunc(h, func(candidate json.RawMessage) bool { return Covers(item, candidate) })
			if i < 0 {
				return false
			}
			h = slices.Delete(h, i, i+1)
		}
		return true
	}
	return false
}

// Number returns the whole number in a member, written as a number or a text; 0 when there is none.
func Number(o Object, name string) int64 {
	n, _ := jsonvalue.Int(o[name])
	return n
}

// ID is a record's id. Some hosts write it as a number, and some as a text of digits.
type ID int64

// UnmarshalJSON reads both forms. Any other value becomes 0, which is no record's id.
func (id *ID) UnmarshalJSON(raw []byte) error {
	n, _ := jsonvalue.Int(raw)
	*id = ID(n)
	return nil
}

// Text returns the text in a member; empty when the member is no text.
func Text(o Object, name string) string { return jsonvalue.Text(o[name]) }

// Kind returns the first byte of a value ('{', '[', '"', 'n' of null, …); 0 for an empty text.
func Kind(raw json.RawMessage) byte { return jsonvalue.Kind(raw) }

// Same compares two values as a store would: numbers and numeric texts by value ("10" is "10.00"), texts after the
// trimming that WordPress does, and everything else by structure.
func Same(a, b json.RawMessage) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, xIsText := Scalar(a)
	y, yIsText := Scalar(b)
	if x != nil && y != nil {
		if *x == *y {
			return true
		}
		p, err1 := decimal.NewFromString(*x)
		q, err2 := decimal.NewFromString(*y)
		if err1 == nil && err2 == nil {
			return p.Equal(q)
		}
		return xIsText && yIsText && strings.TrimSpace(*x) == strings.TrimSpace(*y)
	}
	return jsonvalue.Equal(a, b)
}

// Scalar returns a string, number or boolean as a text; nil for any other value. Null counts as the empty string, which
// is what the store makes of it.
func Scalar(raw json.RawMessage) (text *string, isText bool) {
	var s string
	switch Kind(raw) {
	case '"':
		if json.Unmarshal(raw, &s) != nil {
			return nil, false
		}
		return &s, true
	case '{', '[':
		return nil, false
	case 'n', 0:
		return &s, true
	default:
		s = string(bytes.TrimSpace(raw))
		return &s, false
	}
}

// SortedKeys returns the keys of a map in a fixed order, for messages.
func SortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
