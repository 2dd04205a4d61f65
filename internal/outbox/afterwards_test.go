package outbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// What a store does after it has stored a record shows in no record. A write that is found after PHP has died says so.
func TestAWriteFoundAfterPHPHasDiedSaysWhatMayNotHaveFollowed(t *testing.T) {
	t.Parallel()
	lost := sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit}
	for name, test := range map[string]struct {
		write      outbox.Write
		fault      sandbox.Fault
		says, code string
	}{
		"a note to a customer, before its e-mail": {outbox.Write{Resource: storage.OrderNotes,
			Body: json.RawMessage(`{"note":"On its way","customer_note":true}`)}, dies("woocommerce_new_customer_note"),
			"the e-mail to the customer went out cannot be told from it; no note follows it", outbox.CodeUnproved},
		"a note to a customer whose answer was lost": {outbox.Write{Resource: storage.OrderNotes,
			Body: json.RawMessage(`{"note":"On its way","customer_note":true}`)}, lost,
			`the next note on the order says: Email "Customer note" sent.`, outbox.CodeUnproved},
		"a note for the shop": {outbox.Write{Resource: storage.OrderNotes,
			Body: json.RawMessage(`{"note":"Packed"}`)}, lost, "found by its text", outbox.CodeUnproved},
		"an order, before its e-mails": {outbox.Write{Resource: storage.Orders,
			Body: json.RawMessage(`{"status":"processing","billing":{"email":"ann@shop.example"}}`)},
			dies("woocommerce_order_status_processing"), "what plugins do for a new order followed cannot be told",
			outbox.CodeEffects},
		"an order whose answer was lost": {outbox.Write{Resource: storage.Orders,
			Body: json.RawMessage(`{"status":"processing","billing":{"email":"ann@shop.example"}}`)}, lost, "", ""},
		"a tag": {outbox.Write{Resource: storage.Tags, Body: json.RawMessage(`{"name":"Blue"}`)}, lost,
			"found by its name", outbox.CodeUnproved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 71, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				order := g.make(t, "orders", `{"status":"processing","billing":{"email":"ann@shop.example"}}`)
				w := test.write
				if w.Action = outbox.Create; w.Resource == storage.OrderNotes {
					w.ParentID = order
				}
				g.fault(t, test.fault)
				w = g.carry(t, st, w)
				if w.State != outbox.Done || (w.Reason == nil) != (test.code == "") {
					t.Fatalf("%s, %+v", w.State, w.Reason)
				}
				if w.Reason != nil && (w.Reason.Code != test.code || !strings.Contains(w.Reason.Message, test.says)) {
					t.Errorf("%+v", w.Reason)
				}
			})
		})
	}
}

// An order keeps its new status when PHP ends right behind it, and nothing of the step is done: no note, no e-mail, no
// stock. The store answers 200 with nothing in it, or not at all.
func TestAStatusWhoseStepTheStoreDidNotTakeSaysSo(t *testing.T) {
	t.Parallel()
	empty := sandbox.Fault{Match: sandbox.Match{Times: 1, Methods: []string{"PUT", "POST"}},
		Dies: "woocommerce_order_status_changed", Acts: true, Answer: &sandbox.Answer{Status: 200}}
	blocked := empty
	blocked.Answer = &sandbox.Answer{Status: 403, Body: "<title>Blocked</title>"}
	whole := empty
	whole.Dies, whole.Answer = "", &sandbox.Answer{Status: 200}
	for name, test := range map[string]struct {
		fault  sandbox.Fault
		action outbox.Action
		body   string
		says   bool
	}{
		"a change":                       {empty, outbox.Update, `{"status":"completed"}`, true},
		"a change behind a page":         {blocked, outbox.Update, `{"status":"completed"}`, true},
		"a payment":                      {empty, outbox.Update, `{"set_paid":true}`, true},
		"a new order":                    {empty, outbox.Create, `{"status":"processing"}`, true},
		"a new order that is pending":    {empty, outbox.Create, `{"customer_note":"x"}`, false},
		"a payment of which all is done": {whole, outbox.Update, `{"set_paid":true}`, false},
		"a change of which all is done":  {whole, outbox.Update, `{"status":"completed"}`, false},
		"an order of which all is done":  {whole, outbox.Create, `{"status":"processing"}`, false},
		"another change":                 {whole, outbox.Update, `{"customer_note":"x"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 79, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				w := outbox.Write{Action: test.action, Resource: storage.Orders, Body: json.RawMessage(test.body)}
				if test.action == outbox.Update {
					w.RecordID = g.make(t, "orders", `{"status":"pending","fee_lines":[{"name":"Fee","total":"5.00"}]}`)
				}
				g.fault(t, test.fault)
				w = g.carry(t, st, w)
				says := w.Reason != nil &&
					strings.Contains(w.Reason.Message, "has no note of the step from pending to ") &&
					strings.Contains(w.Reason.Message, "set the order to pending, and then to ")
				if w.State != outbox.Done || says != test.says {
					t.Errorf("%s after %d attempts, %+v", w.State, w.Attempts, w.Reason)
				}
			})
		})
	}
}

// A plugin throws in a step of an order's status: WooCommerce catches it, answers as if all were well, and leaves out
// what comes after it. Its note says so, in place of that of the step or after it, in the language of the site.
func TestAStepThatFailedBehindASuccessIsSaid(t *testing.T) {
	t.Parallel()
	before := sandbox.Fault{Match: sandbox.Match{Times: 1, Methods: []string{"PUT", "POST"}},
		Dies: "woocommerce_order_status_changed", Caught: true}
	after := before
	after.Dies = "woocommerce_order_status_processing"
	for name, test := range map[string]struct {
		fault  sandbox.Fault
		action outbox.Action
		body   string
		says   bool
	}{
		"a change":                   {before, outbox.Update, `{"status":"processing"}`, true},
		"a change, after its note":   {after, outbox.Update, `{"status":"processing"}`, true},
		"a new order":                {before, outbox.Create, `{"status":"processing"}`, true},
		"a payment":                  {before, outbox.Create, `{"set_paid":true}`, true},
		"another change":             {before, outbox.Update, `{"customer_note":"x"}`, false},
		"a change that did not fail": {sandbox.Fault{Dies: "never"}, outbox.Update, `{"status":"processing"}`, false},
	} {
		for _, locale := range []string{"en_US", "de_DE"} {
			t.Run(name+" "+locale, func(t *testing.T) {
				t.Parallel()
				inBubble(t, 80, func(t *testing.T, g ground) {
					st := g.connect(t, "shop")
					w := outbox.Write{Action: test.action, Resource: storage.Orders, Body: json.RawMessage(test.body)}
					if test.action == outbox.Update {
						w.RecordID = g.make(t, "orders", `{"fee_lines":[{"name":"Fee","total":"5.00"}]}`)
					}
					g.fault(t, test.fault)
					w = g.carry(t, st, w)
					says := w.Reason != nil && w.Reason.Code == outbox.CodeEffects &&
						strings.Contains(w.Reason.Message, "erp_push_order")
					if w.State != outbox.Done || w.Attempts != 1 || says != test.says || !says && w.Reason != nil {
						t.Errorf("%s after %d attempts, %+v", w.State, w.Attempts, w.Reason)
					}
				}, sandbox.WithLocale(locale))
			})
		}
	}
}

// An exception in a hook before an order is saved leaves the save out, and the shop takes the step all the same: the
// write did something, and is not rejected as if it had not.
func TestAStepThatWasTakenWithoutItsStatusIsAPersonsMatter(t *testing.T) {
	t.Parallel()
	inBubble(t, 82, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		order := g.make(t, "orders", `{"status":"pending"}`)
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Times: 1, Methods: []string{"PUT"}},
			Dies: "woocommerce_before_order_object_save", Caught: true})
		w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: order,
			Body: json.RawMessage(`{"status":"processing"}`)})
		if w.State != outbox.Parked || w.Attempts != 1 || w.Reason.Code != outbox.CodeHalf ||
			!strings.Contains(w.Reason.Message, "erp_push_order") {
			t.Errorf("%s after %d attempts, %+v", w.State, w.Attempts, w.Reason)
		}
	})
}

// Of a batch some orders have their notes read, and all of them when a step of one failed.
func TestStepsThatFailedInABatchAreSaid(t *testing.T) {
	t.Parallel()
	inBubble(t, 81, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}},
			Dies: "woocommerce_order_status_changed", Caught: true})
		var writes []outbox.Write
		for range 12 {
			writes = append(writes, outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Orders,
				Body: json.RawMessage(`{"status":"processing"}`)})
		}
		accepted, err := box.AcceptAll(t.Context(), writes)
		if err != nil {
			t.Fatal(err)
		}
		g.settle(t, box, st)
		for _, w := range accepted {
			w, err := g.db.WriteByID(t.Context(), w.ID)
			if err != nil || w.State != outbox.Done || w.Reason == nil || w.Reason.Code != outbox.CodeEffects {
				t.Errorf("%v, %s: %+v", err, w.State, w.Reason)
			}
		}
	})
}

// An order that PHP has stored with its new status and died behind says that the e-mails may be missing.
func TestAStatusFoundAfterPHPHasDiedSaysWhatMayNotHaveFollowed(t *testing.T) {
	t.Parallel()
	inBubble(t, 73, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		order := g.make(t, "orders", `{"status":"processing"}`)
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Path: fmt.Sprintf("orders/%d", order), Times: 1,
			Methods: []string{"PUT"}}, Dies: "woocommerce_order_status_completed"})
		w := g.carry(t, st, outbox.Write{Action: outbox.Update, Resource: storage.Orders, RecordID: order,
			Body: json.RawMessage(`{"status":"completed"}`)})
		if w.State != outbox.Done || w.Reason == nil || w.Reason.Code != outbox.CodeEffects ||
			!strings.Contains(w.Reason.Message, "for the new status followed cannot be told") {
			t.Errorf("%s after %d attempts, %+v", w.State, w.Attempts, w.Reason)
		}
	})
}
