package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/woo"
)

// line is an item or a fee of an order as the store shows it.
type line struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Quantity int    `json:"quantity"`
}

func (g ground) lines(t *testing.T, order int64) (items, fees []line) {
	t.Helper()
	var o struct {
		Items []line `json:"line_items"`
		Fees  []line `json:"fee_lines"`
	}
	g.read(t, fmt.Sprintf("orders/%d", order), nil, &o)
	return o.Items, o.Fees
}

// A plugin writes a line anew as the shop adds it, without its mark, and the answer is lost. Sent again it is there
// twice.
func TestAnAddedLineThatAPluginWritesAnewIsNotSentAgain(t *testing.T) {
	t.Parallel()
	const fee = `{"fee_lines":[{"name":"Pack","total":"2.00"}]}`
	for name, test := range map[string]struct {
		product bool   // the update adds two pieces of the product
		becomes string // what the plugin makes of the update: of the product, and of the new line
		grows   int    // the plugin adds so many pieces to the line that was there instead
	}{
		"a quantity of whole packs":       {product: true, becomes: `{"line_items":[{"product_id":PRODUCT,"quantity":6},{"id":ADDED,"quantity":0}]}`},
		"a fee under another name":        {becomes: `{"fee_lines":[{"name":"Surcharge","total":"2.00"},{"id":ADDED,"name":null}]}`},
		"pieces on the line of before":    {product: true, grows: 3, becomes: `{"line_items":[{"id":ADDED,"quantity":0}]}`},
		"two lines in the place of one":   {product: true, becomes: `{"line_items":[{"product_id":PRODUCT,"quantity":1},{"product_id":PRODUCT,"quantity":1,"name":"x"},{"id":ADDED,"quantity":0}]}`},
		"an amount of its own for a fee":  {becomes: `{"fee_lines":[{"name":"Pack","total":"2.50"},{"id":ADDED,"name":null}]}`},
		"what it leaves is another thing": {product: true, becomes: `{"line_items":[{"product_id":BUNDLE,"quantity":2},{"id":ADDED,"quantity":0}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 201, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
				bundle := g.make(t, "products", `{"name":"B","regular_price":"10.00"}`)
				order := g.make(t, "orders", fmt.Sprintf(
					`{"status":"processing","line_items":[{"product_id":%d,"quantity":1}]}`, product))
				old, _ := g.lines(t, order)
				path := woo.RouteOrders.Record(0, order)
				g.mirror(t, st, storage.Orders, path)
				shop := &restless{RoundTripper: storeClock{g.base, g.clock}, after: func() {
					items, fees := g.lines(t, order)
					added := append(items[1:], fees...)[0].ID
					g.meddle(t, path, strings.NewReplacer("PRODUCT", fmt.Sprint(product), "ADDED", fmt.Sprint(added),
						"BUNDLE", fmt.Sprint(bundle)).Replace(test.becomes))
					if test.grows > 0 {
						g.meddle(t, path, fmt.Sprintf(`{"line_items":[{"id":%d,"quantity":%d}]}`, old[0].ID, test.grows))
					}
				}}
				g.shop = g.client(t, shop, woo.WithRetries(0))
				body := fee
				if test.product {
					body = fmt.Sprintf(`{"line_items":[{"product_id":%d,"quantity":2}]}`, product)
				}
				w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: order,
					Body: json.RawMessage(body)})
				if w.State != outbox.Parked || w.Reason.Code != outbox.CodeUncertain || shop.changes.Load() != 1 {
					t.Fatalf("%s after %d requests: %+v", w.State, shop.changes.Load(), w.Reason)
				}
				// A person has looked, and wants it all the same.
				if _, err := g.box().Retry(t.Context(), w.ID, nil, ""); err != nil {
					t.Fatal(err)
				}
				g.settle(t, g.box(), st)
				if w, err := g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Done {
					t.Errorf("retried: %v, %s, %+v", err, w.State, w.Reason)
				}
			})
		})
	}
}

// WooCommerce stores added lines before it refuses a coupon.
func TestARefusedUpdateWhoseLinesAreThereIsNotCalledRejected(t *testing.T) {
	t.Parallel()
	for name, strips := range map[string]bool{"with its mark": false, "without its mark": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 202, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				order := g.make(t, "orders", `{"status":"processing"}`)
				g.mirror(t, st, storage.Orders, woo.RouteOrders.Record(0, order))
				m := &meddler{RoundTripper: storeClock{g.base, g.clock}, change: func(body map[string]any) {
					if strips {
						delete(body["fee_lines"].([]any)[0].(map[string]any), "meta_data")
					}
					delete(body, "coupon_lines")
				}}
				m.times.Store(100)
				g.shop = g.client(t, plugin{m, func(r *http.Request, status int, body []byte) (int, []byte) {
					if r.Method != http.MethodPut {
						return status, body
					}
					return http.StatusBadRequest, []byte(`{"code":"woocommerce_rest_invalid_coupon","message":` +
						`"Coupon nosuch does not exist.","data":{"status":400}}`)
				}}, woo.WithRetries(0))
				w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: order,
					Body: json.RawMessage(`{"fee_lines":[{"name":"Wrap","total":"4.00"}],` +
						`"coupon_lines":[{"code":"nosuch"}]}`)})
				if w.State != outbox.Parked || w.Reason.Code != outbox.CodeHalf ||
					!strings.Contains(w.Reason.Message, "fee_lines[0]") {
					t.Fatalf("%s: %+v", w.State, w.Reason)
				}
			})
		})
	}
}

// What a store makes of an added line is said, as of a created one.
func TestAddedLinesAreComparedWithWhatTheStoreKept(t *testing.T) {
	t.Parallel()
	for name, strips := range map[string]bool{"with their marks": false, "without them": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 203, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
				order := g.make(t, "orders", fmt.Sprintf(
					`{"status":"processing","line_items":[{"product_id":%d,"quantity":1}]}`, product))
				g.mirror(t, st, storage.Orders, woo.RouteOrders.Record(0, order))
				g = g.meddled(t, 100, func(body map[string]any) {
					item := body["line_items"].([]any)[0].(map[string]any)
					fee := body["fee_lines"].([]any)[0].(map[string]any)
					item["quantity"], fee["name"] = 6, "Fee: Pack"
					if strips {
						delete(item, "meta_data")
						delete(fee, "meta_data")
					}
				})
				w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: order,
					Body: json.RawMessage(fmt.Sprintf(`{"line_items":[{"product_id":%d,"quantity":2}],`+
						`"fee_lines":[{"name":"Pack","total":"2.00"}]}`, product))})
				if w.State != outbox.Done || w.Reason == nil ||
					!strings.Contains(w.Reason.Message, "line_items[0].quantity: the store kept 6 in place of 2") ||
					!strings.Contains(w.Reason.Message,
						"fee_lines[0].name: the store kept Fee: Pack in place of Pack") {
					t.Fatalf("%s: %+v", w.State, w.Reason)
				}
			})
		})
	}
}

// A database that was put back knows nothing of what was added since.
func TestLinesThatAreThereWithTheMarkOfAnUnknownWriteAreNotAddedAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first, second string // keys
		state         outbox.State
		says          string
	}{
		"the same key": {"erp-1", "erp-1", outbox.Done, "mark of this key"},
		"other keys":   {"erp-1", "erp-2", outbox.Parked, "a write that these data do not know"},
		"without keys": {"", "", outbox.Parked, "a write that these data do not know"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 204, func(t *testing.T, g ground) {
				order := g.make(t, "orders", `{"status":"processing"}`)
				body := json.RawMessage(`{"fee_lines":[{"name":"Wrap","total":"4.00"}]}`)
				write := outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: order, Body: body}
				write.Key = test.first
				if w := g.carry(t, g.connect(t, "shop"), write); w.State != outbox.Done {
					t.Fatalf("%s: %+v", w.State, w.Reason)
				}
				g.db = ledger.New(databasetest.Open(t))
				st := g.connect(t, "shop")
				write.Key = test.second
				w := g.carry(t, st, write)
				if w.State != test.state || !strings.Contains(w.Reason.Message, test.says) {
					t.Fatalf("%s: %+v", w.State, w.Reason)
				}
				if _, fees := g.lines(t, order); len(fees) != 1 {
					t.Errorf("fees: %+v", fees)
				}
				if w.State != outbox.Parked {
					return
				}
				if _, err := g.box().Retry(t.Context(), w.ID, nil, ""); err != nil {
					t.Fatal(err)
				}
				g.settle(t, g.box(), st)
				if _, fees := g.lines(t, order); len(fees) != 2 {
					t.Errorf("a person wanted it once more: %+v", fees)
				}
			})
		})
	}
}
