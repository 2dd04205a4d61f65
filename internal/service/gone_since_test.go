package service_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/writes"
)

// What was made once is asked for again: it is in effect only while it is there.
func TestWhatIsAskedForAgainIsSaidToBeGoneWhereItIs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	st := b.mirrored(t, s)
	order := b.order(t, `{"status":"processing","fee_lines":[{"name":"Work","total":"40.00"}]}`)
	for _, w := range []outbox.Write{
		{Key: "order", Resource: storage.Orders, Body: json.RawMessage(`{"customer_note":"x"}`)},
		{Key: "refund", Resource: storage.Refunds, ParentID: order,
			Body: json.RawMessage(`{"amount":"1.00","api_refund":false}`)},
	} {
		w.Action = outbox.Create
		ask := func() outbox.Write {
			t.Helper()
			accepted, err := s.Submit(t.Context(), st, []outbox.Write{w})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Deliver(t.Context(), st, []string{accepted[0].ID}, follow.Delivery{}); err != nil {
				t.Fatal(err)
			}
			now, err := s.Write(t.Context(), accepted[0].ID)
			if err != nil || now.State != outbox.Done {
				t.Fatalf("%v, %s: %+v", err, now.State, now.Reason)
			}
			now.Repeated = accepted[0].Repeated
			return now
		}
		ask()
		again := ask()
		if err := writes.Outcome(again); !again.Repeated || err != nil {
			t.Errorf("%s: repeated is %t: %v", w.Key, again.Repeated, err)
		}
		path := fmt.Sprintf("orders/%d", again.RecordID)
		if w.ParentID != 0 {
			path = fmt.Sprintf("orders/%d/refunds/%d", w.ParentID, again.RecordID)
		}
		b.call(t, http.MethodDelete, path+"?force=true", "")
		gone := ask()
		if err := writes.Outcome(gone); code(err) != problem.RecordNotFound || gone.RecordID != again.RecordID {
			t.Errorf("%s: %+v, %v", w.Key, gone, err)
		}
	}
}
