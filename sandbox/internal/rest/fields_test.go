package rest

import "testing"

func TestFieldsFilterAsWordPressDoes(t *testing.T) {
	t.Parallel()
	const order = `{"id":1,"billing":{"email":"a@b","city":"X"},"line_items":[{"id":5,"name":"n"},{"id":6,"name":"m"}],"note":"a \"}] b","empty":{},"none":null}`
	for fields, want := range map[string]string{
		"id":                           `{"id":1}`,
		" id , note ":                  `{"id":1,"note":"a \"}] b"}`,
		"billing.email":                `{"billing":{"email":"a@b"}}`,
		"billing.nope":                 `{"billing":[]}`,
		"line_items.name":              `{"line_items":[]}`,
		"line_items.0.name":            `{"line_items":[{"name":"n"}]}`,
		"line_items.1.name":            `{"line_items":{"1":{"name":"m"}}}`,
		"nope":                         `[]`,
		"id.x":                         `{"id":1}`,
		"empty.x":                      `{"empty":{}}`,
		"billing,billing.email,id":     `{"billing":{"email":"a@b","city":"X"}}`,
		"billing.email,billing":        `{"billing":{"email":"a@b","city":"X"}}`,
		"":                             order,
		"none":                         `{"none":null}`,
		"billing.email,billing.city":   `{"billing":{"email":"a@b","city":"X"}}`,
		"note,line_items.0.id,billing": `{"billing":{"email":"a@b","city":"X"},"line_items":[{"id":5}],"note":"a \"}] b"}`,
	} {
		if got := string(appendFiltered(nil, []byte(order), parseFields(fields))); got != want {
			t.Errorf("_fields=%s gave %s, want %s", fields, got, want)
		}
	}
}
