package outbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// refuses is a fault of a store in which something answers 403 with a code.
func refuses(code string, match sandbox.Match) sandbox.Fault {
	return sandbox.Fault{Match: match, Answer: &sandbox.Answer{Status: 403,
		Header: map[string]string{"Content-Type": "application/json"},
		Body:   fmt.Sprintf(`{"code":%q,"message":"Closed for today.","data":{"status":403}}`, code)}}
}

func TestWritesWaitWhileAPluginRefusesOrdersAndGoOutOnceItStops(t *testing.T) {
	t.Parallel()
	inBubble(t, 131, func(t *testing.T, g ground) {
		st, box := g.connect(t, "closed"), g.box()
		order := g.make(t, "orders", `{"customer_note":"there before"}`)
		g.fault(t, refuses("forbidden_by_security", sandbox.Match{Path: `/wc/v3/orders`}))
		var ids []string
		for _, w := range []outbox.Write{
			{Action: outbox.Create, Resource: storage.Orders, Body: mustBody(map[string]any{"customer_note": "made"})},
			{Action: outbox.Update, Resource: storage.Orders, RecordID: order, Policy: outbox.CallerWins,
				Body: mustBody(map[string]any{"customer_note": "changed"})},
			{Action: outbox.Create, Resource: storage.OrderNotes, ParentID: order,
				Body: mustBody(map[string]any{"note": "noted"})},
		} {
			w.StoreID = st.ID
			accepted, err := box.Accept(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, accepted.ID)
		}
		for end := time.Now().Add(4 * time.Hour); time.Now().Before(end); {
			round, err := box.Step(t.Context(), st.ID, g.shop)
			if err != nil || round.Next.IsZero() {
				t.Fatalf("nothing waits any more: %v", err)
			}
			time.Sleep(max(round.Next.Sub(g.clock.Now()), time.Millisecond))
		}
		for _, id := range ids {
			w, err := g.db.WriteByID(t.Context(), id)
			if err != nil || w.Reason == nil || w.State == outbox.Parked {
				t.Fatalf("%s %s is %s: %v, %+v", w.Action, w.Resource, w.State, err, w.Reason)
			}
			if strings.Contains(w.Reason.Message, "scope") || !strings.Contains(w.Reason.Message, "⟨examine⟩") ||
				!strings.Contains(w.Reason.Message, "Closed for today.") {
				t.Errorf("%s %s waits and says: %s", w.Action, w.Resource, w.Reason.Message)
			}
		}
		g.store.ClearFaults()
		g.settle(t, box, st)
		for _, id := range ids {
			if w, err := g.db.WriteByID(t.Context(), id); err != nil || w.State != outbox.Done {
				t.Errorf("%s %s is %s: %v, %+v", w.Action, w.Resource, w.State, err, w.Reason)
			}
		}
		if n := g.count(t, "orders", "made"); n != 1 {
			t.Errorf("%d orders", n)
		}
	})
}

func TestAParkedRefusalBlamesTheKeyOnlyForWooCommercesOwnWord(t *testing.T) {
	t.Parallel()
	for code, blamed := range map[string]bool{"forbidden_by_security": false, "woocommerce_rest_cannot_create": true} {
		inBubble(t, 132, func(t *testing.T, g ground) {
			st := g.connect(t, "refused")
			g.fault(t, refuses(code, posts))
			w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
				Body: mustBody(map[string]any{"customer_note": "refused"})})
			if w.State != outbox.Parked || w.Reason.Status != 403 {
				t.Fatalf("%s: %+v", w.State, w.Reason)
			}
			says := w.Reason.Message
			if strings.Contains(says, "scope") != blamed || strings.Contains(says, "not WooCommerce's refusal") == blamed ||
				!strings.Contains(says, "⟨retry⟩") || !strings.Contains(says, "⟨examine") {
				t.Errorf("%s is told as: %s", code, says)
			}
		})
	}
}
