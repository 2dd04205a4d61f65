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
		`{"id":9,"amount":"4.00","reason":"","refunded_by":1,"line_items":[],"meta_data":[]}`: Foreign,
		`{"id":9,"amount":"0.00","reason":"","refunded_by":2,"line_items":[],"meta_data":[]}`: Foreign,
	} {
		if got := Stand(w, json.RawMessage(record), 1); got != want {
			t.Errorf("%s stands as %d, want %d", record, got, want)
		}
	}
}
