package outbox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A refund that was to pay back is said to be one that a colleague made by hand: the customer may have got no money.
func TestAdoptingARefundThatPaidNothingBackSaysSo(t *testing.T) {
	t.Parallel()
	for _, pays := range []bool{true, false} {
		t.Run(fmt.Sprintf("through the gateway: %v", pays), func(t *testing.T) {
			t.Parallel()
			inBubble(t, 58, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
				order := g.make(t, "orders",
					fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":5}]}`, product))
				box := g.box()
				w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
					Resource: storage.Refunds, ParentID: order, Body: mustBody(map[string]any{"amount": "10.00",
						"reason": "damaged", "api_refund": pays})})
				if err != nil {
					t.Fatal(err)
				}
				g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
				if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
					t.Fatal(err)
				}
				byHand := g.make(t, woo.RouteOrderRefunds.List(order),
					`{"amount":"10.00","reason":"damaged","api_refund":false}`)
				g.settle(t, box, st)
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Parked {
					t.Fatalf("%v, %s: %+v", err, w.State, w.Reason)
				}
				if w, err = box.Adopt(t.Context(), w.ID, byHand); err != nil || w.State != outbox.Done {
					t.Fatalf("%v, %s", err, w.State)
				}
				if warned := strings.Contains(w.Reason.Message, "look into the payment gateway"); warned != pays {
					t.Errorf("it says %q", w.Reason.Message)
				}
			})
		})
	}
}
