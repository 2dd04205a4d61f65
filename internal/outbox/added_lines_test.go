package outbox_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// lineChanges is a plugin that has its own way with the lines of requests: it sells in packs of six and renames fees.
func lineChanges(strips bool) func(map[string]any) {
	return func(body map[string]any) {
		for _, list := range []string{"line_items", "fee_lines"} {
			lines, _ := body[list].([]any)
			for _, l := range lines {
				line := l.(map[string]any)
				if list == "fee_lines" {
					line["name"] = "Fee: " + line["name"].(string)
				} else {
					line["quantity"], line["total"], line["subtotal"] = 6, "60.00", "60.00"
				}
				if strips {
					delete(line, "meta_data")
				}
			}
		}
	}
}

type shownLines struct {
	Lines []struct {
		Quantity int `json:"quantity"`
	} `json:"line_items"`
	Fees []struct {
		Name string `json:"name"`
	} `json:"fee_lines"`
}

func TestALineThatAnUpdateAddsIsAddedOnceAndSaidAsItIs(t *testing.T) {
	t.Parallel()
	lost := sandbox.Fault{Match: sandbox.Match{Times: 1, Methods: []string{"PUT", "POST"}}, Drop: sandbox.AfterCommit}
	for name, test := range map[string]struct {
		body   string // beside the line
		plugin bool
		strips bool
		lost   bool
		state  outbox.State
		says   []string
	}{
		"as it was sent":          {state: outbox.Done},
		"with other values":       {plugin: true, state: outbox.Done, says: []string{"line_items[0].quantity", "fee_lines[0].name"}},
		"unmarked, other values":  {plugin: true, strips: true, state: outbox.Done, says: []string{"line_items[0]", "fee_lines[0]"}},
		"lost":                    {lost: true, state: outbox.Done},
		"lost, with other values": {plugin: true, lost: true, state: outbox.Done, says: []string{"line_items[0].quantity", "fee_lines[0].name"}},
		"lost, unmarked, other values": {plugin: true, strips: true, lost: true, state: outbox.Parked,
			says: []string{"lacks the mark"}},
		"refused after it was added": {body: `,"coupon_lines":[{"code":"no-such-coupon"}]`, state: outbox.Parked,
			says: []string{"does not exist", "is on the order already"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 131, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products", `{"name":"Mug","regular_price":"10.00"}`)
				order := g.make(t, "orders", `{"status":"processing"}`)
				if test.plugin {
					g = g.meddled(t, 1, lineChanges(test.strips))
				}
				if test.lost {
					g.fault(t, lost)
				}
				w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: order,
					Body: json.RawMessage(fmt.Sprintf(`{"line_items":[{"product_id":%d,"quantity":2}],`+
						`"fee_lines":[{"name":"Pack","total":"2.00"}]%s}`, product, test.body))})
				var is shownLines
				g.read(t, woo.RouteOrders.Record(0, order), nil, &is)
				if len(is.Lines) != 1 || len(is.Fees) != 1 || w.State != test.state ||
					(w.Reason == nil) != (len(test.says) == 0) {
					t.Fatalf("%s, %+v; %+v", w.State, w.Reason, is)
				}
				for _, says := range test.says {
					if !strings.Contains(w.Reason.Message, says) {
						t.Errorf("%q does not say %q", w.Reason.Message, says)
					}
				}
			})
		})
	}
}

// A shop that was put back to an earlier state gives the ids of what it lost to others.
func TestNothingIsWrittenToAnotherRecordThatHasTakenTheID(t *testing.T) {
	t.Parallel()
	for name, w := range map[string]outbox.Write{
		"an update": {Action: outbox.Update, Resource: storage.Orders, Body: json.RawMessage(`{"status":"completed"}`)},
		"an update whatever is there": {Action: outbox.Update, Resource: storage.Orders, Policy: outbox.CallerWins,
			Body: json.RawMessage(`{"status":"completed"}`)},
		"a delete for good": {Action: outbox.Delete, Resource: storage.Orders, Force: true},
		"a delete":          {Action: outbox.Delete, Resource: storage.Orders},
		"a note": {Action: outbox.Create, Resource: storage.OrderNotes,
			Body: json.RawMessage(`{"note":"On its way","customer_note":true}`)},
		"a refund": {Action: outbox.Create, Resource: storage.Refunds, Body: json.RawMessage(`{"amount":"1.00","api_refund":false}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 133, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				order := g.make(t, "orders", `{"status":"processing","fee_lines":[{"name":"Pack","total":"2.00"}]}`)
				path := woo.RouteOrders.Record(0, order)
				g.mirror(t, st, storage.Orders, path)
				g.change(t, path, map[string]any{"meta_data": []map[string]any{{"key": "_order_key", "value": "wc_other"}}})
				box := g.box()
				if w.Action != outbox.Create {
					w.RecordID = order
				} else {
					w.ParentID = order
				}
				parked := g.carryBy(t, box, st, w)
				if parked.State != outbox.Parked || !strings.Contains(parked.Reason.Message, "is another record") ||
					!slices.ContainsFunc(parked.Reason.Fields, func(f outbox.FieldError) bool { return f.Field == "order_key" }) {
					t.Fatalf("%s, %+v", parked.State, parked.Reason)
				}
				// A person has looked at it and means the one that is there.
				if _, err := box.Retry(t.Context(), parked.ID, nil, ""); err != nil {
					t.Fatal(err)
				}
				g.settle(t, box, st)
				if done, err := g.db.WriteByID(t.Context(), parked.ID); err != nil || done.State != outbox.Done {
					t.Errorf("%v, %s, %+v", err, done.State, done.Reason)
				}
			})
		})
	}
}

func TestAChangeOfStockSaysWhenTheStockIsAnother(t *testing.T) {
	t.Parallel()
	inBubble(t, 134, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		product := g.make(t, "products", `{"name":"Mug","regular_price":"10.00","manage_stock":true,"stock_quantity":100}`)
		change := func() outbox.Write {
			return g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Products, RecordID: product,
				Body: json.RawMessage(`{"inventory_delta":9}`)})
		}
		if w := change(); w.State != outbox.Done || w.Reason != nil {
			t.Fatalf("%s, %+v", w.State, w.Reason)
		}
		g = g.meddled(t, 1, func(body map[string]any) { body["inventory_delta"] = -49 }) // a plugin caps at 60
		w := change()
		if w.State != outbox.Done || w.Reason == nil ||
			!strings.Contains(w.Reason.Message,
				"it was 109 right before, which the change makes 118, and the store says 60") {
			t.Errorf("%s, %+v", w.State, w.Reason)
		}
	})
}
