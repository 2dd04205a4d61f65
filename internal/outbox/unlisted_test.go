package outbox_test

import (
	"fmt"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A plugin gives a new order a status that it registers for its own pages only: no list of the API shows the order.
func TestALostOrderThatNoListShowsIsFoundUnderItsId(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		after    int // orders of others that are made since
		stripped bool
		state    outbox.State
	}{
		"the newest of all":                 {state: outbox.Done},
		"others are newer":                  {after: 3, state: outbox.Done},
		"its marker was taken, so could be": {stripped: true, state: outbox.Parked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 58, func(t *testing.T, g ground) {
				st, box := g.connect(t, "shop"), g.box()
				g.make(t, "orders", `{"customer_note":"before"}`)
				hidden := sandbox.OrderStatus{Slug: "zz-hidden", Name: "Hidden"}
				g.store.RegisterOrderStatus(hidden)
				g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit, StripMeta: test.stripped})
				w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
					Resource: storage.Orders, Body: mustBody(map[string]string{"customer_note": "once"})})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
					t.Fatal(err)
				}
				for _, o := range g.allOrders(t) {
					if o.Note == "once" {
						if _, err := g.calm.Do(t.Context(),
							woo.Request{Method: "PUT", Path: woo.RouteOrders.Record(0, o.ID),
								Body: map[string]string{"status": hidden.Slug}}); err != nil {
							t.Fatal(err)
						}
					}
				}
				g.store.UnregisterOrderStatus(hidden.Slug)
				for i := range test.after {
					g.make(t, "orders", fmt.Sprintf(`{"customer_note":"after %d"}`, i))
				}
				g.settle(t, box, st)
				g.store.RegisterOrderStatus(hidden)
				n := 0
				for _, o := range g.allOrders(t) {
					if o.Note == "once" {
						n++
					}
				}
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != test.state || n != 1 {
					t.Errorf("%v, %s as %d after %d attempts, %d times on the store: %+v", err, w.State, w.RecordID,
						w.Attempts, n, w.Reason)
				}
			})
		})
	}
}
