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

// A plugin takes the marker away and writes a part of the address anew: what is left of it could be ours, and another
// customer's order could not.
func TestAnUnmarkedOrderWithAPartOfItsAddressWrittenAnewCouldBeOurs(t *testing.T) {
	t.Parallel()
	address := func(first, last, mail, street string) map[string]string {
		return map[string]string{"first_name": first, "last_name": last, "email": mail, "address_1": street,
			"city": "Oakland", "country": "US", "state": "CA"}
	}
	for name, test := range map[string]struct {
		becomes map[string]string
		state   outbox.State
		orders  int
	}{
		"e-mail and first name": {address("PLUGIN", "Lee", "changed@plugin.example", "Street 1"), outbox.Parked, 1},
		"another customer":      {address("Bob", "Ray", "bob@shop.example", "Road 9"), outbox.Done, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 59, func(t *testing.T, g ground) {
				st, box := g.connect(t, "shop"), g.box()
				product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
				body := map[string]any{"billing": address("Ann", "Lee", "ann@shop.example", "Street 1"),
					"line_items": []map[string]any{{"product_id": product, "quantity": 2}}}
				g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit, StripMeta: true})
				w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
					Resource: storage.Orders, Body: mustBody(body)})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
					t.Fatal(err)
				}
				made := g.allOrders(t)[0].ID
				if _, err := g.calm.Do(t.Context(), woo.Request{Method: "PUT", Path: woo.RouteOrders.Record(0, made),
					Body: map[string]any{"billing": test.becomes}}); err != nil {
					t.Fatal(err)
				}
				g.settle(t, box, st)
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != test.state ||
					len(g.allOrders(t)) != test.orders {
					t.Errorf("%v, %s after %d attempts, %d orders: %+v", err, w.State, w.Attempts, len(g.allOrders(t)),
						w.Reason)
				}
			})
		})
	}
}

// Whoever decides about a record has to know what it lacks.
func TestAParkedWriteNamesWhatTheRecordLacks(t *testing.T) {
	t.Parallel()
	inBubble(t, 60, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		product := g.make(t, "products", `{"name":"A","regular_price":"10.00","manage_stock":true,"stock_quantity":50}`)
		order := g.make(t, "orders",
			fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":5}]}`, product))
		var is struct {
			Lines []struct {
				ID int64 `json:"id"`
			} `json:"line_items"`
		}
		g.read(t, woo.RouteOrders.Record(0, order), nil, &is)
		box := g.box()
		w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Refunds,
			ParentID: order,
			Body: json.RawMessage(fmt.Sprintf(
				`{"amount":"20.00","api_refund":false,"line_items":[{"id":%d,"quantity":2,"refund_total":"20.00"}]}`,
				is.Lines[0].ID))})
		if err != nil {
			t.Fatal(err)
		}
		g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
		if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
			t.Fatal(err)
		}
		// as if PHP had died before the lines
		g.make(t, woo.RouteOrderRefunds.List(order), `{"amount":"20.00","api_refund":false}`)
		g.settle(t, box, st)
		if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Parked ||
			len(w.Reason.Fields) == 0 ||
			!strings.Contains(w.Reason.Message, "line_items[0]") || !strings.Contains(w.Reason.Message, "stock") ||
			w.Reason.Theirs == nil {
			t.Errorf("%v, %s: %+v", err, w.State, w.Reason)
		}
	})
}
