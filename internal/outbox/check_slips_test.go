package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A number that is no record's is refused before anything is kept, and one that the mirror does not know yet is not.
func TestAWriteAboutARecordThatTheStoreDoesNotHaveIsNotAccepted(t *testing.T) {
	t.Parallel()
	inBubble(t, 81, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		there := map[storage.Resource]int64{}
		for resource, body := range map[storage.Resource]string{storage.Orders: `{"status":"processing"}`,
			storage.Products: `{"name":"A","type":"variable"}`, storage.Coupons: `{"code":"ten"}`,
			storage.Customers: `{"email":"new@example.com"}`, storage.Categories: `{"name":"Hats"}`,
			storage.Tags: `{"name":"Blue"}`} {
			there[resource] = g.make(t, routeOf[resource].List(0), body)
		}
		check := func(writes ...outbox.Write) error {
			for i := range writes {
				writes[i].StoreID = st.ID
				if writes[i].Body == nil {
					writes[i].Body = json.RawMessage(`{"meta_data":[{"key":"erp","value":"1"}]}`)
				}
			}
			_, err := box.Check(t.Context(), g.shop, writes)
			return err
		}
		const none = 4711
		for resource, id := range there {
			update := outbox.Write{Action: outbox.Update, Resource: resource, RecordID: id}
			if resource == storage.Categories || resource == storage.Tags {
				update.Body = json.RawMessage(`{"description":"New"}`)
			}
			if err := check(update); err != nil {
				t.Errorf("%s/%d is there: %v", resource, id, err)
			}
			update.RecordID = none
			var missing *outbox.Missing
			if err := check(update); !errors.As(err, &missing) || missing.Ref.ID != none {
				t.Errorf("%s/%d is not there: %v", resource, none, err)
			}
			update.Action, update.Body = outbox.Delete, nil
			if err := check(update); err != nil {
				t.Errorf("%s/%d is gone as it shall be: %v", resource, none, err)
			}
		}
		note := func(order int64) outbox.Write {
			return outbox.Write{Action: outbox.Create, Resource: storage.OrderNotes, ParentID: order,
				Body: json.RawMessage(`{"note":"Packed"}`)}
		}
		var missing *outbox.Missing
		if err := check(note(there[storage.Orders]), note(none), note(none+1)); !errors.As(err, &missing) ||
			missing.Index != 1 || !strings.Contains(err.Error(), "no order 4711") {
			t.Errorf("the second of three notes is the first without an order: %v", err)
		}
		for name, answer := range map[string]*sandbox.Answer{
			"the shop is down":         {Status: 502, Body: "<html>Bad Gateway</html>"},
			"something else says none": {Status: 404, Body: "<html>Not found</html>"},
			"the route is closed":      {Status: 404, Body: `{"code":"rest_no_route","message":"No route","data":{"status":404}}`},
		} {
			g.fault(t, sandbox.Fault{Match: sandbox.Match{Path: "/orders/4711$"}, Answer: answer})
			if err := check(note(none)); err != nil {
				t.Errorf("%s, which is no reason to refuse a note: %v", name, err)
			}
			g.store.ClearFaults()
		}
	})
}

// routeOf are the routes of records that stand alone.
var routeOf = map[storage.Resource]woo.Route{storage.Orders: woo.RouteOrders, storage.Products: woo.RouteProducts,
	storage.Coupons: woo.RouteCoupons, storage.Customers: woo.RouteCustomers, storage.Categories: woo.RouteCategories,
	storage.Tags: woo.RouteTags}

// Many records that the mirror does not know are looked for in lists, not one by one.
func TestManyRecordsThatTheMirrorDoesNotKnowAreLookedForTogether(t *testing.T) {
	t.Parallel()
	inBubble(t, 82, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		writes := make([]outbox.Write, 0, 130)
		for i := range cap(writes) {
			id := g.make(t, "products", fmt.Sprintf(`{"name":"P%d"}`, i))
			writes = append(writes, outbox.Write{StoreID: st.ID, Action: outbox.Update, Resource: storage.Products,
				RecordID: id, Body: json.RawMessage(`{"name":"New"}`)})
		}
		counted := &counting{Doer: g.shop}
		if _, err := box.Check(t.Context(), counted, writes); err != nil || counted.requests > 4 {
			t.Errorf("%v, %d requests", err, counted.requests)
		}
		writes[100].RecordID = 4711
		var missing *outbox.Missing
		if _, err := box.Check(t.Context(), counted, writes); !errors.As(err, &missing) || missing.Index != 100 {
			t.Errorf("got %v", err)
		}
	})
}

// A preview of many orders asks for their SKUs together and once, and tells everything that is wrong with them.
func TestAPreviewAsksForEachSKUOnceAndTellsAllMistakes(t *testing.T) {
	t.Parallel()
	inBubble(t, 84, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		writes := make([]outbox.Write, 20)
		for i := range writes {
			g.make(t, "products", fmt.Sprintf(`{"name":"P%d","sku":"S-%[1]d","regular_price":"1.00"}`, i))
			writes[i] = outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(fmt.Sprintf(`{"line_items":[{"sku":"S-%d","quantity":1}]}`, i))}
		}
		counted := &counting{Doer: g.shop}
		shown, err := box.Preview(t.Context(), counted, writes)
		if err != nil || len(shown) != len(writes) || counted.requests > 2 {
			t.Errorf("%d shown, %d requests, %v", len(shown), counted.requests, err)
		}
		for _, i := range []int{3, 17} {
			writes[i].Body = json.RawMessage(`{"line_items":[{"sku":"NOPE","quantity":1}]}`)
		}
		_, err = box.Preview(t.Context(), counted, writes)
		var all interface{ Unwrap() []error }
		if !errors.As(err, &all) || len(all.Unwrap()) != 2 {
			t.Fatalf("got %v", err)
		}
		for n, one := range all.Unwrap() {
			var invalid *outbox.Invalid
			if !errors.As(one, &invalid) || invalid.Index != []int{3, 17}[n] {
				t.Errorf("got %v", one)
			}
		}
	})
}

// counting counts what a store is asked.
type counting struct {
	woo.Doer
	requests int
}

func (c *counting) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	c.requests++
	return c.Doer.Do(ctx, r)
}

// A status that the shop does not know is refused with what was meant, and one of a plugin is not.
func TestAStatusThatTheStoreDoesNotKnowIsNotAccepted(t *testing.T) {
	t.Parallel()
	inBubble(t, 83, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		order := g.make(t, "orders", `{"status":"processing"}`)
		for status, want := range map[string]string{"complete": `Did you mean "completed"?`, "Completed": `"completed"`,
			"wc-on-hold": `"on-hold"`, "paid": "It has pending, processing", "completed": "", "checkout-draft": "",
			"pending": ""} {
			for _, w := range []outbox.Write{{Action: outbox.Create}, {Action: outbox.Update, RecordID: order}} {
				w.StoreID, w.Resource, w.Body = st.ID, storage.Orders, mustBody(map[string]any{"status": status})
				_, err := box.Check(t.Context(), g.shop, []outbox.Write{w})
				if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
					t.Errorf("%s %s: %v, want %q", w.Action, status, err, want)
				}
			}
		}
	})
}

// A refund above what is left is refused with what is left.
func TestARefundAboveWhatIsLeftIsNotAccepted(t *testing.T) {
	t.Parallel()
	inBubble(t, 84, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
		order := g.make(t, "orders",
			fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":2}]}`, product))
		g.make(t, woo.RouteOrderRefunds.List(order), `{"amount":"4.50","api_refund":false}`)
		for amount, refused := range map[string]bool{"15.50": false, "15.51": true, "15": false, "16": true} {
			_, err := box.Check(t.Context(), g.shop, []outbox.Write{{StoreID: st.ID, Action: outbox.Create,
				Resource: storage.Refunds, ParentID: order,
				Body: mustBody(map[string]any{"amount": amount, "api_refund": false})}})
			if refused != (err != nil) || refused && !strings.Contains(err.Error(), "15.50 of 20.00") {
				t.Errorf("%s: %v", amount, err)
			}
		}
	})
}
