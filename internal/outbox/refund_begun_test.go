package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// An exception in woocommerce_order_refunded: WooCommerce deletes the refund, and the stock stays back.
func TestARefusedRefundThatLeftSomethingBehindIsParkedWithIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		begins bool
		state  outbox.State
	}{
		"refused after it began":  {true, outbox.Parked},
		"refused before it began": {false, outbox.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 61, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products",
					`{"name":"A","regular_price":"10.00","manage_stock":true,"stock_quantity":50}`)
				order := g.make(t, "orders",
					fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":5}]}`, product))
				var is struct {
					Lines []struct {
						ID int64 `json:"id"`
					} `json:"line_items"`
				}
				g.read(t, woo.RouteOrders.Record(0, order), nil, &is)
				body := fmt.Sprintf(`{"amount":"20.00","api_refund":false,"line_items":[{"id":%d,"quantity":2,"refund_total":"20.00"}]}`, is.Lines[0].ID)
				path := woo.RouteOrderRefunds.List(order)
				g.shop = g.client(t, plugin{storeClock{g.base, g.clock},
					func(r *http.Request, status int, answer []byte) (int, []byte) {
						var made struct {
							ID int64 `json:"id"`
						}
						if r.Method != http.MethodPost || json.Unmarshal(answer, &made) != nil || made.ID == 0 {
							return status, answer
						}
						if _, err := g.calm.Do(t.Context(), woo.Request{Method: http.MethodDelete,
							Path:  fmt.Sprintf("%s/%d", path, made.ID),
							Query: map[string][]string{"force": {"true"}}}); err != nil {
							t.Error(err)
						}
						return 500, []byte(`{"code":"woocommerce_rest_cannot_create_order_refund","message":"ERP says no","data":{"status":500}}`)
					}}, woo.WithRetries(0))
				if !test.begins {
					body = `{"amount":"900.00","api_refund":false}` // more than is left: refused by WooCommerce itself
				}
				w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Refunds, ParentID: order,
					Body: json.RawMessage(body)})
				if w.State != test.state || test.begins && !strings.Contains(w.Reason.Message, "2 pieces of line") {
					t.Errorf("%s: %+v", w.State, w.Reason)
				}
			})
		})
	}
}
