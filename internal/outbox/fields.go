package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/shopspring/decimal"
)

// object is a JSON object whose values are kept as they came.
type object map[string]json.RawMessage

func parseObject(raw []byte) (object, error) {
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	return o, nil
}

// leaves takes a body apart into what it names: "status", "billing.first_name", "meta_data[channel]",
// "line_items[17].quantity". A new line (one without an id) has no leaf, because the store has nothing to compare it with.
func leaves(raw json.RawMessage) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	o, err := parseObject(raw)
	if err != nil {
		return nil, err
	}
	for name, value := range o {
		addLeaves(out, name, value)
	}
	return out, nil
}

func addLeaves(out map[string]json.RawMessage, path string, value json.RawMessage) {
	switch kindOf(value) {
	case '{':
		if o, err := parseObject(value); err == nil {
			for name, v := range o {
				addLeaves(out, path+"."+name, v)
			}
			return
		}
	case '[':
		if items, ok := keyedItems(value); ok {
			for key, item := range items {
				for name, v := range item {
					if name == "id" || name == "key" {
						continue
					}
					addLeaves(out, fmt.Sprintf("%s[%s].%s", path, key, name), v)
				}
			}
			return
		}
	}
	out[path] = value
}

// keyedItems reads a list of objects that identify themselves by id or by meta key. Items that do neither are new and
// left out. A list of anything else is a value of its own.
func keyedItems(value json.RawMessage) (map[string]object, bool) {
	var items []object
	if err := json.Unmarshal(value, &items); err != nil || len(items) == 0 {
		return nil, false
	}
	keyed := map[string]object{}
	for _, item := range items {
		if item == nil {
			return nil, false
		}
		if key, ok := item["key"]; ok {
			var name string
			if json.Unmarshal(key, &name) == nil {
				keyed[name] = item
				continue
			}
		}
		if id := numberIn(item, "id"); id != 0 {
			keyed[fmt.Sprint(id)] = item
		}
	}
	return keyed, true
}

func numberIn(o object, name string) int64 {
	var n json.Number
	if raw, ok := o[name]; !ok || json.Unmarshal(raw, &n) != nil {
		return 0
	}
	i, err := n.Int64()
	if err != nil {
		return 0
	}
	return i
}

func textIn(o object, name string) string {
	var s string
	if raw, ok := o[name]; !ok || json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func kindOf(raw json.RawMessage) byte {
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	if len(trimmed) == 0 {
		return 0
	}
	return trimmed[0]
}

// same compares two values as a store would: numbers and numeric strings by value ("10" is "10.00"), texts after the
// trimming that WordPress does, everything else by structure.
func same(a, b json.RawMessage) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, xIsText := scalar(a)
	y, yIsText := scalar(b)
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
	return bytes.Equal(canonical(a), canonical(b))
}

// scalar is the text of a string, number or boolean; nil for anything else. Null counts as the empty string, which is
// what the store makes of it.
func scalar(raw json.RawMessage) (text *string, isText bool) {
	var s string
	switch kindOf(raw) {
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

// canonical is the same bytes for the same JSON value, key order and spacing aside. Numbers keep their text.
func canonical(raw json.RawMessage) []byte {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return raw
	}
	out, err := json.Marshal(v) // sorts keys
	if err != nil {
		return raw
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
