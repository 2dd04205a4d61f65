package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A plugin that merges a new order into an older one of the same customer adds its lines at each request.
func TestALostOrderThatWasMergedIntoAnOlderOneIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		email    string
		mirrored bool // before the order was sent
		merges   bool
		state    outbox.State
		storage  capability.Storage // where a shop keeps orders in posts, new lines move no date
	}{
		"merged":                              {"ann@shop.example", true, true, outbox.Parked, capability.HPOS},
		"merged into what nobody had seen":    {"Ann@Shop.example", false, true, outbox.Parked, capability.HPOS},
		"the older one only changes its note": {"ann@shop.example", true, false, outbox.Done, capability.HPOS},
		"another customer's":                  {"bob@shop.example", true, true, outbox.Done, capability.HPOS},
		"merged, in posts":                    {"ann@shop.example", true, true, outbox.Parked, capability.Posts},
		"in posts, only a note":               {"ann@shop.example", true, false, outbox.Done, capability.Posts},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 96, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products", `{"name":"Mug","regular_price":"9.50"}`)
				lines := fmt.Sprintf(`"line_items":[{"product_id":%d,"quantity":3}]`, product)
				older := g.make(t, "orders", `{"status":"processing","billing":{"email":"ann@shop.example"},`+lines+`}`)
				if test.mirrored {
					g.mirror(t, st, storage.Orders, woo.RouteOrders.Record(0, older))
				}
				time.Sleep(time.Minute)
				first := true
				g.shop = g.client(t, plugin{storeClock{g.base, g.clock},
					func(r *http.Request, status int, body []byte) (int, []byte) {
						var made struct {
							ID int64 `json:"id"`
						}
						if r.Method != http.MethodPost || json.Unmarshal(body, &made) != nil || !first {
							return status, body
						}
						first = false
						change := `{"customer_note":"x"}`
						if test.merges {
							change = `{` + lines + `}`
						}
						for _, act := range []woo.Request{
							{Method: http.MethodPut, Path: woo.RouteOrders.Record(0, older),
								Body: json.RawMessage(change)},
							{Method: http.MethodDelete, Path: woo.RouteOrders.Record(0, made.ID), Query: deletes.Query},
						} {
							if _, err := g.calm.Do(t.Context(), act); err != nil {
								t.Error(err)
							}
						}
						return http.StatusBadGateway, []byte(`<html><title>502 Bad Gateway</title></html>`)
					}}, woo.WithRetries(0))
				box := g.unhurried()
				w := g.carryBy(t, box, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
					Body: json.RawMessage(fmt.Sprintf(`{"billing":{"email":%q},%s}`, test.email, lines))})
				if w.State != test.state {
					t.Fatalf("%s: %+v", w.State, w.Reason)
				}
				if w.State != outbox.Parked {
					return
				}
				if w.Attempts != 1 || !strings.Contains(w.Reason.Message, fmt.Sprintf("orders/%d of the same customer",
					older)) {
					t.Errorf("%d attempts: %+v", w.Attempts, w.Reason)
				}
				if _, err := box.Retry(t.Context(), w.ID, nil, ""); err != nil {
					t.Fatal(err)
				}
				g.settle(t, box, st)
				if w, err := g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Done {
					t.Errorf("retried by a person: %v, %s: %+v", err, w.State, w.Reason)
				}
			}, sandbox.WithStorage(test.storage))
		})
	}
}

// Somebody deletes a refund before Waybill has looked for it. The payment was made, and would be made once more.
func TestALostRefundThatWasDeletedAtOnceIsNotSentAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, 133, func(t *testing.T, g ground) {
		st := g.connect(t, "deleted")
		order := g.make(t, "orders", `{"status":"processing","fee_lines":[{"name":"F","total":"20.00"}]}`)
		time.Sleep(2 * time.Second) // the order's date tells seconds apart
		path := fmt.Sprintf("orders/%d/refunds", order)
		w := g.lostThen(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Refunds, ParentID: order,
			Body: json.RawMessage(`{"amount":"4.00","api_refund":false}`)}, func(outbox.Write) {
			var list []struct{ ID int64 }
			g.read(t, path, nil, &list)
			for _, r := range list {
				deletion := woo.Request{Method: http.MethodDelete, Path: fmt.Sprintf("%s/%d", path, r.ID),
					Query: deletes.Query}
				if _, err := g.calm.Do(t.Context(), deletion); err != nil {
					t.Error(err)
				}
			}
		})
		if w.State != outbox.Parked || !strings.Contains(w.Reason.Message, "may have been made and deleted again") {
			t.Fatalf("%s: %+v", w.State, w.Reason)
		}
	})
}

// A plugin deletes a new refund together with an older one and makes one of both. The next request would pay once more.
func TestALostRefundThatWasMergedIntoAnotherIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		merged string // amount of the one refund that is there then
		state  outbox.State
	}{
		"merged":                         {"7.00", outbox.Parked},
		"deleted, and the older one too": {"3.00", outbox.Done},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 97, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				order := g.make(t, "orders", `{"status":"processing","fee_lines":[{"name":"Work","total":"40.00"}]}`)
				path := fmt.Sprintf("orders/%d/refunds", order)
				older := g.make(t, path, `{"amount":"3.00","api_refund":false}`)
				refunds := func() (list []struct {
					ID     int64  `json:"id"`
					Amount string `json:"amount"`
				}) {
					g.read(t, path, nil, &list)
					return list
				}
				w := g.lostThen(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Refunds, ParentID: order,
					Body: json.RawMessage(`{"amount":"4.00","api_refund":false}`)}, func(outbox.Write) {
					for _, r := range refunds() {
						deletion := woo.Request{Method: http.MethodDelete, Path: fmt.Sprintf("%s/%d", path, r.ID),
							Query: deletes.Query}
						if _, err := g.calm.Do(t.Context(), deletion); err != nil {
							t.Error(err)
						}
					}
					g.make(t, path, fmt.Sprintf(`{"amount":%q,"api_refund":false}`, test.merged))
				})
				if w.State != test.state {
					t.Fatalf("%s: %+v; %+v (was %d)", w.State, w.Reason, refunds(), older)
				}
				if w.State != outbox.Parked {
					return
				}
				if len(refunds()) != 1 ||
					!strings.Contains(w.Reason.Message, "3 had been refunded before it was sent, and 7 is now") {
					t.Errorf("%+v: %+v", refunds(), w.Reason)
				}
				box := g.box()
				if _, err := box.Retry(t.Context(), w.ID, nil, ""); err != nil {
					t.Fatal(err)
				}
				g.settle(t, box, st)
				if w, err := g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Done {
					t.Errorf("retried by a person: %v, %s: %+v", err, w.State, w.Reason)
				}
			})
		})
	}
}
