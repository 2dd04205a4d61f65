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

// PHP that dies between the row of a line and its amounts leaves an order with all lines that costs nothing. It is not
// called created, and it is not completed at that price.
func TestAnOrderWhoseLinesLackTheirAmountsIsNotCalledCreated(t *testing.T) {
	t.Parallel()
	const half = `{"product_id":%d,"quantity":2,"subtotal":"%s","total":"0.00"}`
	for name, test := range map[string]struct {
		price, body string
		subtotal    string // of the line that is left
		others      string // what else is on the order
		says        string // empty where the order is whole
	}{
		"no amount":                  {price: "10.00", says: "is free, although products/"},
		"asked for a status":         {price: "10.00", body: `"status":"processing"`, says: "is free, although products/"},
		"asked to be paid":           {price: "10.00", body: `"set_paid":true`, says: "is free, although products/"},
		"the second amount is gone":  {price: "10.00", subtotal: "20.00", says: "the order no coupon"},
		"a product that is free":     {price: "0"},
		"a product without a price":  {},
		"an amount that was given":   {price: "10.00", body: `"total":"7.00"`, says: "asked for 7"},
		"an amount of zero, given":   {price: "10.00", body: `"total":"0.00"`},
		"a fee without its amount":   {body: `"fee_lines":[{"name":"Fee","total":"3.00"}]`, others: `,"fee_lines":[{"name":"Fee","total":"0.00"}]`, says: "fee_lines[0].total asked for 3"},
		"shipping without its costs": {body: `"shipping_lines":[{"method_id":"flat_rate","total":"5.00"}]`, others: `,"shipping_lines":[{"method_id":"flat_rate","total":"0.00"}]`, says: "shipping_lines[0].total asked for 5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 85, func(t *testing.T, g ground) {
				st, box := g.connect(t, "shop"), g.box()
				product := g.make(t, "products", fmt.Sprintf(`{"name":"A","regular_price":"%s"}`, test.price))
				line, more := fmt.Sprintf(`{"product_id":%d,"quantity":2}`, product), test.body
				if strings.HasPrefix(more, `"total"`) {
					line, more = strings.TrimSuffix(line, "}")+","+more+"}", ""
				}
				if more != "" {
					more = "," + more
				}
				w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
					Resource: storage.Orders, Body: []byte(fmt.Sprintf(
						`{"billing":{"email":"ann@example.com"},"line_items":[%s]%s}`, line, more))})
				if err != nil {
					t.Fatal(err)
				}
				g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
				if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
					t.Fatal(err)
				}
				subtotal := test.subtotal
				if subtotal == "" {
					subtotal = "0.00"
				}
				g.make(t, "orders", fmt.Sprintf(`{"billing":{"email":"ann@example.com"},"line_items":[%s]%s,`+
					`"meta_data":[{"key":"_waybill_write","value":%q}]}`, fmt.Sprintf(half, product, subtotal), test.others, w.ID))
				g.settle(t, box, st)
				w, err = g.db.WriteByID(t.Context(), w.ID)
				switch {
				case err != nil:
					t.Fatal(err)
				case test.says == "" && w.State != outbox.Done:
					t.Errorf("%s, %+v", w.State, w.Reason)
				case test.says != "" && (w.State != outbox.Parked || !strings.Contains(w.Reason.Message, test.says)):
					t.Errorf("%s, %+v", w.State, w.Reason)
				}
			})
		})
	}
}

// PHP that dies while a coupon is applied leaves an order at the full price. It is made whole, or a person's.
func TestAnOrderWhoseCouponWasNotReckonedIsNotCalledCreated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		coupon string
		state  outbox.State
		total  string
	}{
		"one that takes something": {`{"discount_type":"percent","amount":"10.00"}`, outbox.Done, "18.00"},
		"one that takes nothing":   {`{"amount":"0.00"}`, outbox.Done, "20.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 86, func(t *testing.T, g ground) {
				st, box := g.connect(t, "shop"), g.box()
				product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
				coupon := g.make(t, "coupons", `{"code":"ten","amount":"0.00","free_shipping":true}`)
				line := fmt.Sprintf(`"billing":{"email":"ann@example.com"},"line_items":[{"product_id":%d,"quantity":2}],`+
					`"coupon_lines":[{"code":"ten"}]`, product)
				w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
					Resource: storage.Orders, Body: []byte("{" + line + "}")})
				if err != nil {
					t.Fatal(err)
				}
				g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
				if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
					t.Fatal(err)
				}
				// As PHP leaves it: the coupon is on the order and has taken nothing off yet.
				id := g.make(t, "orders", fmt.Sprintf(`{%s,"meta_data":[{"key":"_waybill_write","value":%q}]}`, line, w.ID))
				if _, err := g.calm.Do(t.Context(), woo.Request{Method: "PUT", Path: woo.RouteCoupons.Record(0, coupon),
					Body: json.RawMessage(test.coupon)}); err != nil {
					t.Fatal(err)
				}
				g.settle(t, box, st)
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != test.state {
					t.Fatalf("%v, %s, %+v", err, w.State, w.Reason)
				}
				var is struct {
					Total string `json:"total"`
				}
				if g.read(t, woo.RouteOrders.Record(0, id), nil, &is); is.Total != test.total {
					t.Errorf("the order costs %s, want %s: %+v", is.Total, test.total, w.Reason)
				}
			})
		})
	}
}
