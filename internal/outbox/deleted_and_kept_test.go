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
