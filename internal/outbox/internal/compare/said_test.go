package compare

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestATotalThatAnAddressHasMovedIsNamed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body, after, want string
	}{
		{`{"billing":{"phone":"555"}}`, `{"total":"24.00"}`, "from 22.00 to 24.00"},
		{`{"billing":{"phone":"555"}}`, `{"total":"22.00"}`, ""},
		{`{"billing":{"phone":"555"},"fee_lines":[{"name":"a","total":"2.00"}]}`, `{"total":"24.00"}`, ""},
	} {
		w := intent.Write{Action: intent.Update, Resource: storage.Orders, Body: json.RawMessage(test.body)}
		said := Colons(ReckonedAnew(w, json.RawMessage(`{"total":"22.00"}`), json.RawMessage(test.after)))
		if (said == "") != (test.want == "") || !strings.Contains(said, test.want) {
			t.Errorf("%s, %s: %q, want %q", test.body, test.after, said, test.want)
		}
	}
}

func TestALineWithOtherPiecesIsNotSaidToBeMissing(t *testing.T) {
	t.Parallel()
	w := intent.Write{Action: intent.Create, Resource: storage.Orders,
		Body: json.RawMessage(`{"line_items":[{"product_id":7,"quantity":2},{"product_id":8}]}`)}
	lacks := Colons(Shortfalls(w,
		json.RawMessage(`{"id":1,"status":"processing","line_items":[{"id":3,"product_id":7,"quantity":6}]}`)))
	for _, want := range []string{"line_items[0]: is on the order with 6 pieces in place of 2",
		"line_items[1]: is not on the order"} {
		if !strings.Contains(lacks, want) {
			t.Errorf("%q does not say %q", lacks, want)
		}
	}
}
