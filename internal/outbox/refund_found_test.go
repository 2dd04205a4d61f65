package outbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A refund without its marker is never taken for ours: somebody who works in the shop with the account of our key can
// have made the same one. What speaks against it is named.
func TestAnUnmarkedRefundIsNeverTakenForOurs(t *testing.T) {
	t.Parallel()
	const ours = `{"amount":"10.00","api_refund":false,"reason":"damaged","line_items":[{"id":LINE,"quantity":1,"refund_total":"10.00"}]}`
	diesLate := sandbox.Fault{Match: posts, Dies: "woocommerce_order_refunded"}
	for name, test := range map[string]struct {
		write  string
		others string // by the same user at the same time; empty where it is our own that died
		says   string
	}{
		"as it was asked for":                    {write: ours, says: "could be it but lacks the mark"},
		"the same, made by somebody in the shop": {write: ours, others: ours, says: "looks alike"},
		"the same, and its stock came back": {write: strings.Replace(ours, `"api_refund"`,
			`"api_restock":false,"api_refund"`, 1), others: ours, says: "came back into the stock, which was not asked for"},
		"other pieces": {write: ours, others: strings.Replace(ours, `"quantity":1`, `"quantity":2`, 1), says: "could be it"},
		"another line": {write: ours, others: strings.Replace(ours, "LINE", "OTHER", 1), says: "could be it"},
		"no line": {write: ours,
			others: `{"amount":"10.00","api_refund":false,"reason":"damaged"}`, says: "could be it"},
		"a line that was not asked for": {write: `{"amount":"10.00","api_refund":false,"reason":"damaged"}`,
			others: ours, says: "could be it"},
		"its stock did not come back": {write: ours, others: strings.Replace(ours, `"api_refund"`,
			`"api_restock":false,"api_refund"`, 1), says: "come back into the stock"},
		"its stock was to stay away": {write: strings.Replace(ours, `"api_refund"`,
			`"api_restock":false,"api_refund"`, 1), says: "could be it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 57, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products",
					`{"name":"A","regular_price":"10.00","manage_stock":true,"stock_quantity":50}`)
				order := g.make(t, "orders",
					fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":5},{"product_id":%[1]d,"quantity":4}]}`, product))
				var is struct {
					Lines []struct {
						ID int64 `json:"id"`
					} `json:"line_items"`
				}
				g.read(t, woo.RouteOrders.Record(0, order), nil, &is)
				lines := strings.NewReplacer("LINE", fmt.Sprint(is.Lines[0].ID), "OTHER", fmt.Sprint(is.Lines[1].ID))
				refund := func(body string) outbox.Write {
					return outbox.Write{Action: outbox.Create, Resource: storage.Refunds, ParentID: order,
						Body: json.RawMessage(lines.Replace(body))}
				}
				// The author of our refunds becomes known, and a piece has come back before.
				if w := g.carry(t, st, refund(ours)); w.State != outbox.Done {
					t.Fatalf("%s, %+v", w.State, w.Reason)
				}
				box := g.box()
				w := refund(test.write)
				w.StoreID = st.ID
				w, err := box.Accept(t.Context(), w)
				if err != nil {
					t.Fatal(err)
				}
				if test.others == "" {
					g.fault(t, diesLate)
				} else {
					g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
				}
				if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
					t.Fatal(err)
				}
				if test.others != "" {
					g.make(t, woo.RouteOrderRefunds.List(order), lines.Replace(test.others))
				}
				g.settle(t, box, st)
				var refunds []struct{}
				g.read(t, woo.RouteOrderRefunds.List(order), nil, &refunds)
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Parked ||
					!strings.Contains(w.Reason.Message, test.says) || len(refunds) != 2 {
					t.Errorf("%v, %s, %d refunds: %+v", err, w.State, len(refunds), w.Reason)
				}
			})
		})
	}
}
