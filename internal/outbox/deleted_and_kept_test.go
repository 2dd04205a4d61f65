package outbox_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A plugin keeps what is to be deleted for good, and WooCommerce answers that it is gone.
func TestADeletionForGoodThatThePluginHasStoppedIsNotCalledDone(t *testing.T) {
	t.Parallel()
	for resource, body := range map[storage.Resource]string{storage.Products: `{"name":"A","regular_price":"1.00"}`,
		storage.Coupons: `{"code":"ten","amount":"10"}`, storage.Tags: `{"name":"Blue"}`} {
		for _, kept := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, kept: %v", resource, kept), func(t *testing.T) {
				t.Parallel()
				inBubble(t, 79, func(t *testing.T, g ground) {
					st := g.connect(t, "shop")
					route := map[storage.Resource]woo.Route{storage.Products: woo.RouteProducts,
						storage.Coupons: woo.RouteCoupons, storage.Tags: woo.RouteTags}[resource]
					id := g.make(t, route.List(0), body)
					if kept {
						g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"DELETE"}},
							Answer: &sandbox.Answer{Status: 200, Body: fmt.Sprintf(`{"id":%d}`, id)}})
					}
					w := g.carry(t, st, outbox.Write{Action: outbox.Delete, Resource: resource, RecordID: id,
						Force: true})
					switch {
					case !kept && (w.State != outbox.Done || w.Reason != nil):
						t.Errorf("%s, %+v", w.State, w.Reason)
					case kept && (w.State != outbox.Rejected || w.Reason == nil ||
						!strings.Contains(w.Reason.Message, "has it all the same")):
						t.Errorf("%s, %+v", w.State, w.Reason)
					}
				})
			})
		}
	}
}

// The same where several are deleted by one request: each is read back by itself.
func TestABatchOfDeletionsForGoodIsReadBack(t *testing.T) {
	t.Parallel()
	inBubble(t, 80, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		var kept, gone []int64
		for range 2 {
			kept = append(kept, g.make(t, "products", `{"name":"A","regular_price":"1.00"}`))
			gone = append(gone, g.make(t, "products", `{"name":"B","regular_price":"1.00"}`))
		}
		answer := fmt.Sprintf(`{"delete":[{"id":%d},{"id":%d},{"id":%d},{"id":%d}]}`, kept[0], gone[0], kept[1], gone[1])
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}, Path: "/products/batch$"},
			Answer: &sandbox.Answer{Status: 200, Body: answer}})
		written := map[int64]string{}
		for i := range kept {
			for _, id := range []int64{kept[i], gone[i]} {
				w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Delete,
					Resource: storage.Products, RecordID: id, Force: true})
				if err != nil {
					t.Fatal(err)
				}
				written[id] = w.ID
			}
		}
		for _, id := range gone { // what the answer says is true of these
			if _, err := g.calm.Do(t.Context(), woo.Request{Method: "DELETE", Path: woo.RouteProducts.Record(0, id),
				Query: url.Values{"force": {"true"}}}); err != nil {
				t.Fatal(err)
			}
		}
		g.settle(t, box, st)
		for _, id := range gone {
			if w, err := g.db.WriteByID(t.Context(), written[id]); err != nil || w.State != outbox.Done {
				t.Errorf("products/%d is gone: %v, %s, %+v", id, err, w.State, w.Reason)
			}
		}
		for _, id := range kept {
			w, err := g.db.WriteByID(t.Context(), written[id])
			if err != nil || w.State != outbox.Rejected || !strings.Contains(w.Reason.Message, "has it all the same") {
				t.Errorf("products/%d is there: %v, %s, %+v", id, err, w.State, w.Reason)
			}
		}
	})
}
