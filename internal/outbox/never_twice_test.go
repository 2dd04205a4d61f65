package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// shownOrder is an order as these tests count it.
type shownOrder struct {
	ID     int64             `json:"id"`
	Status string            `json:"status"`
	Total  string            `json:"total"`
	Note   string            `json:"customer_note"`
	Via    string            `json:"created_via"`
	Lines  []json.RawMessage `json:"line_items"`
	Fees   []json.RawMessage `json:"fee_lines"`
}

// allOrders are the orders of a store, whatever their status.
func (g ground) allOrders(t *testing.T) []shownOrder {
	t.Helper()
	statuses, err := woo.OrderStatuses(t.Context(), g.calm)
	if err != nil {
		t.Fatal(err)
	}
	var all []shownOrder
	for _, status := range []string{strings.Join(statuses, ","), storage.StatusTrash} {
		for page := 1; ; page++ {
			var list []shownOrder
			g.read(t, "orders", url.Values{"per_page": {"100"}, "page": {fmt.Sprint(page)}, "orderby": {"id"},
				"status": {status}}, &list)
			all = append(all, list...)
			if len(list) < 100 {
				break
			}
		}
	}
	return all
}

func (g ground) read(t *testing.T, path string, query url.Values, into any) {
	t.Helper()
	answer, err := g.calm.Do(t.Context(), woo.Request{Path: path, Query: query})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		t.Fatal(err)
	}
}

func (g ground) make(t *testing.T, path, body string) int64 {
	t.Helper()
	answer, err := g.calm.Do(t.Context(), woo.Request{Method: "POST", Path: path, Body: json.RawMessage(body)})
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		ID int64 `json:"id"`
	}
	if err := json.Unmarshal(answer.Body, &o); err != nil {
		t.Fatal(err)
	}
	return o.ID
}

func (g ground) fault(t *testing.T, f sandbox.Fault) {
	t.Helper()
	if _, err := g.store.AddFault(f); err != nil {
		t.Fatal(err)
	}
}

// carry accepts a write and works until it is settled.
func (g ground) carry(t *testing.T, st storage.Store, w outbox.Write) outbox.Write {
	t.Helper()
	w.StoreID = st.ID
	box := g.box()
	accepted, err := box.Accept(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	g.settle(t, box, st)
	end, err := g.db.WriteByID(t.Context(), accepted.ID)
	if err != nil {
		t.Fatal(err)
	}
	return end
}

var (
	posts       = sandbox.Match{Methods: []string{"POST"}, Times: 1}
	afterCommit = sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit}
)

func dies(hook string) sandbox.Fault { return sandbox.Fault{Match: posts, Dies: hook} }

const twoLines = `{"status":"processing","customer_note":"half","line_items":[{"product_id":%[1]d,"quantity":2},{"product_id":%[2]d,"quantity":1}],"shipping_lines":[{"method_id":"flat_rate","method_title":"DHL","total":"4.95"}]}`

func TestALostCreateIsOnTheStoreOnceWhateverItsStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"checkout-draft", "processing", "failed"} {
		for name, f := range map[string]sandbox.Fault{"answer lost": afterCommit,
			"trashed before it is looked for": {Match: posts, Drop: sandbox.AfterCommit, Trashes: true}} {
			t.Run(status+", "+name, func(t *testing.T) {
				t.Parallel()
				inBubble(t, 1, func(t *testing.T, g ground) {
					st := g.connect(t, "shop")
					g.fault(t, f)
					w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
						Body: json.RawMessage(fmt.Sprintf(`{"customer_note":"once","status":%q}`, status))})
					if orders := g.allOrders(t); len(orders) != 1 || w.State != outbox.Done ||
						w.RecordID != orders[0].ID {
						t.Errorf("the write is %s (record %d, %+v), on the store are %+v", w.State, w.RecordID,
							w.Reason, orders)
					}
				})
			})
		}
	}
}

func TestAnOrderThatTheStoreLeftHalfMadeIsCompletedOrAPersons(t *testing.T) {
	t.Parallel()
	for hook, want := range map[string]outbox.State{
		"woocommerce_new_order":                     outbox.Done,
		"woocommerce_order_before_calculate_totals": outbox.Done,
		"woocommerce_order_after_calculate_totals":  outbox.Done,
		"woocommerce_order_status_changed":          outbox.Done,
		"woocommerce_new_order_item":                outbox.Parked, // some of its lines are there
		"wp_insert_post":                            outbox.Parked, // without its marker
	} {
		t.Run(hook, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 1, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				one, two := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`),
					g.make(t, "products", `{"name":"B","regular_price":"20.00"}`)
				g.fault(t, dies(hook))
				w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
					Body: json.RawMessage(fmt.Sprintf(twoLines, one, two))})
				orders := g.allOrders(t)
				if len(orders) != 1 || w.State != want {
					t.Fatalf("the write is %s (%+v), on the store are %+v", w.State, w.Reason, orders)
				}
				o := orders[0]
				if want == outbox.Done && (o.Total != "44.95" || o.Status != "processing" || len(o.Lines) != 2) {
					t.Errorf("called created: %+v", o)
				}
				if want == outbox.Parked && (w.Reason == nil || !slices.Contains(w.Reason.Records, o.ID)) {
					t.Errorf("parked without the order being named: %+v", w.Reason)
				}
			})
		})
	}
}

func TestARefundWhosePHPDiedIsNotPaidTwice(t *testing.T) {
	t.Parallel()
	for _, hook := range []string{"woocommerce_refund_created", "woocommerce_order_refunded"} {
		for _, known := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, author known: %v", hook, known), func(t *testing.T) {
				t.Parallel()
				inBubble(t, 1, func(t *testing.T, g ground) {
					st := g.connect(t, "shop")
					product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
					order := g.make(t, "orders",
						fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":5}]}`, product))
					refund := outbox.Write{Action: outbox.Create, Resource: storage.Refunds, ParentID: order,
						Body: json.RawMessage(`{"amount":"1.25","reason":"damaged","api_refund":false}`)}
					already := 0
					if known {
						if w := g.carry(t, st, refund); w.State != outbox.Done {
							t.Fatalf("%+v", w.Reason)
						}
						already = 1
					}
					g.fault(t, dies(hook))
					w := g.carry(t, st, refund)
					var refunds []struct {
						ID int64 `json:"id"`
					}
					g.read(t, fmt.Sprintf("orders/%d/refunds", order), nil, &refunds)
					if len(refunds) != already+1 || w.State != outbox.Parked {
						t.Fatalf("%d refunds, the write is %s (%+v)", len(refunds), w.State, w.Reason)
					}
					// A person says which one it is. A typo is no other refund's.
					if _, err := g.box().Adopt(t.Context(), w.ID, refunds[0].ID+1000); err == nil {
						t.Error("a refund that was not seen on the order is taken for it")
					}
					if known {
						if _, err := g.box().Adopt(t.Context(), w.ID, refunds[1].ID); err == nil {
							t.Error("the refund of another write is taken for it")
						}
					}
					w, err := g.box().Adopt(t.Context(), w.ID, refunds[0].ID)
					if err != nil || w.State != outbox.Done || w.RecordID != refunds[0].ID {
						t.Errorf("%+v, %v", w, err)
					}
				})
			})
		}
	}
}

func TestARefundOfSomebodyElseDoesNotStandForOurs(t *testing.T) {
	t.Parallel()
	inBubble(t, 1, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
		order := g.make(t, "orders",
			fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":5}]}`, product))
		g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
		box := g.box()
		w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Refunds,
			ParentID: order, Body: json.RawMessage(`{"amount":"1.25","reason":"damaged","api_refund":false}`)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
			t.Fatal(err)
		}
		g.make(t, fmt.Sprintf("orders/%d/refunds", order), `{"amount":"3.00","reason":"damaged","api_refund":false}`)
		g.settle(t, box, st)
		if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil {
			t.Fatal(err)
		}
		var refunds []struct {
			Amount string `json:"amount"`
		}
		g.read(t, fmt.Sprintf("orders/%d/refunds", order), nil, &refunds)
		if len(refunds) != 2 || w.State != outbox.Done {
			t.Errorf("the write is %s (%+v), refunds %+v", w.State, w.Reason, refunds)
		}
	})
}

func TestAStoreThatTakesTheMarkerAwayIsLearned(t *testing.T) {
	t.Parallel()
	inBubble(t, 1, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		order := func(note string) outbox.Write {
			return outbox.Write{Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(fmt.Sprintf(`{"customer_note":%q}`, note))}
		}
		strips := func(f sandbox.Fault) {
			g.store.ClearFaults()
			f.StripMeta = true
			g.fault(t, f)
		}
		lost := sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit}

		// Before anything is known of the store a lost create cannot be told from another's.
		strips(lost)
		if w := g.carry(t, st, order("first")); w.State != outbox.Parked || w.Reason.Code != outbox.CodeUncertain {
			t.Errorf("%s, %+v", w.State, w.Reason)
		}
		// An answer teaches it, for this process and the next.
		strips(sandbox.Fault{Match: posts})
		if w := g.carry(t, st, order("second")); w.State != outbox.Done {
			t.Errorf("%s, %+v", w.State, w.Reason)
		}
		lessons, err := g.box().Lessons(t.Context(), st.ID)
		if err != nil || !lessons.Markers[storage.Orders].Taken || len(lessons.Describe()) != 1 {
			t.Errorf("learned %+v, %v", lessons, err)
		}
		// From now on content decides.
		strips(lost)
		if w := g.carry(t, st, order("third")); w.State != outbox.Done || w.Reason == nil ||
			w.Reason.Code != outbox.CodeUnproved {
			t.Errorf("%s, %+v", w.State, w.Reason)
		}
		// Of two that are equal nobody knows which it is.
		g.make(t, "orders", `{"customer_note":"twin"}`)
		box := g.box()
		strips(lost)
		twin, err := box.Accept(t.Context(), func() outbox.Write { w := order("twin"); w.StoreID = st.ID; return w }())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
			t.Fatal(err)
		}
		g.make(t, "orders", `{"customer_note":"twin"}`)
		g.settle(t, box, st)
		if twin, err = g.db.WriteByID(t.Context(), twin.ID); err != nil || twin.State != outbox.Parked ||
			len(twin.Reason.Records) != 2 {
			t.Errorf("%s, %+v, %v", twin.State, twin.Reason, err)
		}
		notes := map[string]int{}
		for _, o := range g.allOrders(t) {
			notes[o.Note]++
		}
		if notes["first"] != 1 || notes["second"] != 1 || notes["third"] != 1 || notes["twin"] != 3 {
			t.Errorf("on the store: %v", notes)
		}
	})
}

func TestAPersonSendsAnewWhatIsNotTheOne(t *testing.T) {
	t.Parallel()
	inBubble(t, 1, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
		box := g.box()
		w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Orders,
			Body: json.RawMessage(`{"customer_note":"twin"}`)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
			t.Fatal(err)
		}
		g.make(t, "orders", `{"customer_note":"twin"}`) // somebody else's
		g.settle(t, box, st)
		if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Parked {
			t.Fatalf("%s, %+v, %v", w.State, w.Reason, err)
		}
		if _, err := box.Retry(t.Context(), w.ID, nil, ""); err != nil {
			t.Fatal(err)
		}
		g.settle(t, box, st)
		if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Done ||
			len(g.allOrders(t)) != 2 {
			t.Errorf("%s, %+v, %v", w.State, w.Reason, err)
		}
	})
}

func TestAnUpdateThatDiedHalfWayAddsItsLinesOnce(t *testing.T) {
	t.Parallel()
	for _, hook := range []string{"woocommerce_order_before_calculate_totals", "woocommerce_update_order",
		"woocommerce_order_after_calculate_totals", "woocommerce_order_status_changed"} {
		t.Run(hook, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 1, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
				order := g.make(t, "orders",
					fmt.Sprintf(`{"status":"on-hold","line_items":[{"product_id":%d,"quantity":1}]}`, product))
				g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"PUT"}, Times: 1}, Dies: hook})
				w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: order,
					Body: json.RawMessage(
						`{"status":"processing","fee_lines":[{"name":"Gift wrap","total":"2.50"},{"name":"Express","total":"5.00"}]}`)})
				o := g.allOrders(t)[0]
				if w.State != outbox.Done || len(o.Fees) != 2 || o.Total != "17.50" || o.Status != "processing" {
					t.Errorf("the write is %s (%+v), the order %+v", w.State, w.Reason, o)
				}
			})
		})
	}
}

func TestABatchThatAFirewallRefusesIsLearnedOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, 1, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Path: "/batch$"}, Answer: &sandbox.Answer{Status: 403,
			Header: map[string]string{"Content-Type": "text/html"},
			Body:   "<html><head><title>403 Forbidden</title></head></html>"}})
		for round := range 2 {
			box := g.box()
			began := g.clock.Now()
			var writes []outbox.Write
			for i := range 3 {
				writes = append(writes, outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Orders,
					Body: json.RawMessage(fmt.Sprintf(`{"customer_note":"%d %d"}`, round, i))})
			}
			if _, err := box.AcceptAll(t.Context(), writes); err != nil {
				t.Fatal(err)
			}
			g.settle(t, box, st)
			// the first time the page may have come after the work, and what it made show late: see stale.go
			if took := g.clock.Now().Sub(began); took > 40*time.Second || round > 0 && took > storeLimit/100 {
				t.Errorf("round %d took %s", round, took)
			}
		}
		if n := len(g.allOrders(t)); n != 6 {
			t.Errorf("%d orders on the store", n)
		}
	})
}

func TestALookUpAsksForSmallerPagesWhereLargeOnesFail(t *testing.T) {
	t.Parallel()
	inBubble(t, 1, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"GET"}, Path: "/orders$",
			Query: `per_page=(100|50)&`}, Answer: &sandbox.Answer{Status: 500}})
		g.fault(t, afterCommit)
		w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
			Body: json.RawMessage(`{"customer_note":"once"}`)})
		if orders := g.allOrders20(t); w.State != outbox.Done || orders != 1 {
			t.Errorf("%s, %+v, %d orders", w.State, w.Reason, orders)
		}
		if lessons, err := g.box().Lessons(t.Context(), st.ID); err != nil || lessons.PerPage[storage.Orders] != 20 {
			t.Errorf("remembered %+v, %v", lessons.PerPage, err)
		}
	})
}

func (g ground) allOrders20(t *testing.T) int {
	t.Helper()
	var list []shownOrder
	g.read(t, "orders", url.Values{"per_page": {"20"}}, &list)
	return len(list)
}
