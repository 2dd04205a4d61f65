package difference

import (
	"bytes"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Between gives the JSON body of the update that turns before into after, both JSON objects. Nil means that nothing
// differs.
func Between(before, after []byte) []byte {
	changed := changedFields(before, after, nil)
	if changed == nil {
		return nil
	}
	return changed.json()
}

// object is a JSON object taken apart or under construction. Its names keep their order.
type object struct {
	names  []string
	values map[string][]byte
}

func (o *object) put(name string, value []byte) {
	if o.values == nil {
		o.values = map[string][]byte{}
	}
	if _, have := o.values[name]; !have {
		o.names = append(o.names, name)
	}
	o.values[name] = value
}

func (o *object) json() []byte {
	out := []byte{'{'}
	for i, name := range o.names {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(jsonvalue.AppendQuoted(out, name), ':'), o.values[name]...)
	}
	return append(out, '}')
}

func takeApart(b []byte) object {
	var o object
	for w := jsonvalue.Walk(b); w.Next(); {
		o.put(string(w.Name), w.Value)
	}
	return o
}

// changedFields compares two JSON objects. always names fields that are sent even when they are equal. Nil means that
// nothing differs.
func changedFields(before, after []byte, always []string) *object {
	a, b := takeApart(before), takeApart(after)
	var out object
	for _, name := range b.names {
		old, now := a.values[name], b.values[name]
		if bytes.Equal(old, now) {
			continue
		}
		if value := changedValue(name, old, now); value != nil {
			out.put(name, value)
		}
	}
	if len(out.names) == 0 {
		return nil
	}
	for _, name := range always {
		if value, ok := b.values[name]; ok {
			out.put(name, value)
		}
	}
	return &out
}

// removals are the fields by which WooCommerce deletes an entry (WooCommerce 10.0.2, orders v3 controller).
var removals = map[string][2]string{
	"meta_data":      {"value", "null"},
	"line_items":     {"quantity", "0"},
	"shipping_lines": {"method_id", "null"},
	"fee_lines":      {"name", "null"},
}

func changedValue(name string, old, now []byte) []byte {
	removal, keyed := removals[name]
	switch {
	case name == "coupon_lines" && isList(now):
		return couponCodes(now)
	case keyed && isList(now):
		return changedEntries(name, removal, old, now)
	case (name == "billing" || name == "shipping") && isObject(old) && isObject(now):
		if inner := changedFields(old, now, nil); inner != nil {
			return inner.json()
		}
		return nil
	}
	return now
}

func isList(b []byte) bool   { return len(b) > 0 && b[0] == '[' }
func isObject(b []byte) bool { return len(b) > 0 && b[0] == '{' }

// changedEntries compares two lists by the ids of their entries.
func changedEntries(name string, removal [2]string, before, after []byte) []byte {
	old := map[string][]byte{}
	var ids []string
	for _, entry := range elements(before) {
		if id := entryID(entry); id != "" {
			old[id] = entry
			ids = append(ids, id)
		}
	}
	always := []string{"id"}
	if name == "meta_data" {
		always = []string{"id", "key", "value"} // WooCommerce reads key and value even of an entry that it knows
	}
	var out [][]byte
	for _, entry := range elements(after) {
		id := entryID(entry)
		was, known := old[id]
		delete(old, id)
		if !known {
			out = append(out, entry)
		} else if changed := changedFields(was, entry, always); changed != nil {
			out = append(out, changed.json())
		}
	}
	for _, id := range ids {
		if was, gone := old[id]; gone {
			out = append(out, removedEntry(was, removal))
		}
	}
	if out == nil {
		return nil
	}
	return append(append([]byte{'['}, bytes.Join(out, []byte{','})...), ']')
}

func removedEntry(was []byte, removal [2]string) []byte {
	entry := takeApart(was)
	var out object
	out.put("id", entry.values["id"])
	if key, ok := entry.values["key"]; ok {
		out.put("key", key)
	}
	out.put(removal[0], []byte(removal[1]))
	return out.json()
}

func couponCodes(lines []byte) []byte {
	out := []byte{'['}
	for i, line := range elements(lines) {
		if i > 0 {
			out = append(out, ',')
		}
		code := takeApart(line).values["code"]
		if code == nil {
			code = []byte(`""`)
		}
		out = append(append(append(out, `{"code":`...), code...), '}')
	}
	return append(out, ']')
}

func entryID(entry []byte) string {
	if !isObject(entry) {
		return ""
	}
	id := string(takeApart(entry).values["id"])
	if id == "0" || id == "null" || id == `""` {
		return ""
	}
	return id
}

func elements(list []byte) [][]byte {
	if !isList(list) {
		return nil
	}
	var out [][]byte
	for w := jsonvalue.Walk(list); w.Next(); {
		out = append(out, w.Value)
	}
	return out
}
