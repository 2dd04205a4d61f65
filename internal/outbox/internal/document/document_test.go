package document

import (
	"encoding/json"
	"maps"
	"testing"
)

func TestABodyIsTakenApartIntoWhatItNames(t *testing.T) {
	t.Parallel()
	got, err := Leaves(json.RawMessage(`{"status":"completed","billing":{"email":"a@example.test"},"categories":[{"id":3}],
		"meta_data":[{"key":"channel","value":"web"},{"id":5,"value":1}],
		"line_items":[{"id":17,"quantity":2},{"id":18,"product_id":null},{"sku":"NEW"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"status": `"completed"`, "billing.email": `"a@example.test"`, "categories": `[{"id":3}]`,
		"meta_data[channel]": `"web"`, "meta_data[#5]": `1`,
		"line_items[17].quantity": `2`, "line_items[18]": `null`, // a new line has nothing to be compared with
	}
	text := map[string]string{}
	for path, value := range got {
		text[path] = string(value)
	}
	if !maps.Equal(text, want) {
		t.Errorf("got  %v\nwant %v", text, want)
	}
}

func TestAStoredValueCoversWhatWasAskedForWithMoreMembersAndInAnotherOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		want, have string
		covers     bool
	}{
		{`[{"id":3}]`, `[{"id":4,"name":"B"},{"id":3,"name":"A"}]`, false}, // a list is replaced, so its length tells
		{`[{"id":3},{"id":4}]`, `[{"id":4,"name":"B"},{"id":3,"name":"A"}]`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, true},
		{`{"a":1,"b":2}`, `{"a":1}`, false},
		{`"1.0"`, `"1.00"`, true},
		{`"Müller"`, `"Muller"`, false},
	}
	for _, test := range tests {
		if got := Covers(json.RawMessage(test.want), json.RawMessage(test.have)); got != test.covers {
			t.Errorf("Covers(%s, %s) = %v", test.want, test.have, got)
		}
	}
}
