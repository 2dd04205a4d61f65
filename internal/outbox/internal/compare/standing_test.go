package compare

import (
	"encoding/json"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// PHP that dies right behind the first save leaves a refund without amount, reason and lines in posts (seen on 10.0.2).
func TestARefundOfNothingCouldBeOurs(t *testing.T) {
	t.Parallel()
	w := intent.Write{ID: "w1", Action: intent.Create, Resource: storage.Refunds, ParentID: 7, State: intent.Unknown,
		Body: json.RawMessage(`{"amount":"5.00","reason":"late","line_items":[{"id":3,"quantity":1,"refund_total":"5.00"}]}`)}
	for record, want := range map[string]Standing{
		`{"id":9,"amount":"0.00","reason":"","refunded_by":1,"line_items":[],"meta_data":[]}`: Possible,
		// a plugin has written the reason anew
		`{"id":9,"amount":"5.00","reason":"zu spät","refunded_by":1,"line_items":[],"meta_data":[]}`: Possible,
		`{"id":9,"amount":"5.00","reason":"zu spät","refunded_by":2,"line_items":[],"meta_data":[]}`: Foreign,
		`{"id":9,"amount":"4.00","reason":"","refunded_by":1,"line_items":[],"meta_data":[]}`:        Foreign,
		`{"id":9,"amount":"0.00","reason":"","refunded_by":2,"line_items":[],"meta_data":[]}`:        Foreign,
	} {
		if got := Stand(w, json.RawMessage(record), 1); got != want {
			t.Errorf("%s stands as %d, want %d", record, got, want)
		}
	}
}

// A plugin writes the name of a product anew (a translator): its SKU or its price are left.
func TestAProductOfAnotherNameCouldBeOurs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body, record string
		want         Standing
	}{
		{`{"name":"Mug","sku":"M-1"}`, `{"id":9,"name":"Becher","sku":"M-1","meta_data":[]}`, Possible},
		{`{"name":"Mug","regular_price":"5"}`, `{"id":9,"name":"Becher","regular_price":"5.00","meta_data":[]}`, Possible},
		{`{"name":"Mug","sku":"M-1"}`, `{"id":9,"name":"Becher","sku":"B-2","meta_data":[]}`, Foreign},
		{`{"name":"Mug","regular_price":"5"}`, `{"id":9,"name":"Cup","regular_price":"6","meta_data":[]}`, Foreign},
	} {
		w := intent.Write{ID: "w1", Action: intent.Create, Resource: storage.Products, State: intent.Unknown,
			Body: json.RawMessage(test.body)}
		if got := Stand(w, json.RawMessage(test.record), 0); got != test.want {
			t.Errorf("%s stands to %s as %d, want %d", test.record, test.body, got, test.want)
		}
	}
}
