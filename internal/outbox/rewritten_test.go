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
		becomes  map[string]string
		quantity int
		state    outbox.State
		orders   int
	}{
		"e-mail and first name": {address("PLUGIN", "Lee", "changed@plugin.example", "Street 1"), 2, outbox.Parked, 1},
		// a masker leaves nothing of an address, and all of the lines
		"another address, our lines": {address("Bob", "Ray", "bob@shop.example", "Road 9"), 2, outbox.Parked, 1},
		"another customer":           {address("Bob", "Ray", "bob@shop.example", "Road 9"), 3, outbox.Done, 2},
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
				var is struct {
					Lines []struct {
						ID int64 `json:"id"`
					} `json:"line_items"`
				}
				g.read(t, woo.RouteOrders.Record(0, made), nil, &is)
				if _, err := g.calm.Do(t.Context(), woo.Request{Method: "PUT", Path: woo.RouteOrders.Record(0, made),
					Body: map[string]any{"billing": test.becomes, "line_items": []map[string]any{
						{"id": is.Lines[0].ID, "quantity": test.quantity}}}}); err != nil {
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

// A plugin writes the words of a note anew (a translator, a masker): a note of the same kind could be ours whatever it
// says, so nothing is sent again; and when its answer came, it is there.
func TestANoteWhoseWordsAPluginWritesAnewIsSentOnce(t *testing.T) {
	t.Parallel()
	translates := sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}, Path: "/notes$"},
		RewriteSent: []sandbox.Rewrite{{Find: "Sent with (\\w+)", Put: "Versendet mit $1"}}}
	lost := translates
	lost.Drop = sandbox.AfterCommit
	refused := translates
	refused.Acts, refused.Answer = true, &sandbox.Answer{Status: 403, Body: "<title>Blocked</title>"}
	for name, test := range map[string]struct {
		fault    sandbox.Fault
		customer bool
		state    outbox.State
		code     string
		says     string
	}{
		"answered":                     {translates, false, outbox.Done, outbox.CodeKeptOther, "Versendet mit UPS"},
		"lost":                         {lost, false, outbox.Parked, outbox.CodeUncertain, "Versendet mit UPS"},
		"lost, to the customer":        {lost, true, outbox.Parked, outbox.CodeUncertain, "Versendet mit UPS"},
		"a page in place of an answer": {refused, false, outbox.Parked, outbox.CodeUncertain, "Versendet mit UPS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 61, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				order := g.make(t, "orders", `{}`)
				g.fault(t, test.fault)
				w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.OrderNotes, ParentID: order,
					Body: json.RawMessage(fmt.Sprintf(`{"note":"Sent with UPS","customer_note":%t}`, test.customer))})
				if n := g.count(t, fmt.Sprintf("orders/%d/notes", order), "Versendet mit UPS"); w.State != test.state ||
					n != 1 || w.Reason == nil || w.Reason.Code != test.code ||
					!strings.Contains(w.Reason.Message, test.says) || strings.Contains(w.Reason.Message, "mark") {
					t.Errorf("%s, %d on the order: %+v", w.State, n, w.Reason)
				}
			})
		})
	}
}

// A plugin writes anew what makes a record unique, as it is stored or as it is shown: a lost create of it is sent once,
// and one that was answered is there.
func TestARecordWhoseUniqueNameAPluginWritesAnewIsSentOnce(t *testing.T) {
	t.Parallel()
	stores := func(find, put string) sandbox.Fault {
		return sandbox.Fault{Match: posts, RewriteSent: []sandbox.Rewrite{{Find: find, Put: put}}}
	}
	for name, test := range map[string]struct {
		resource storage.Resource
		list     string
		body     string
		stores   sandbox.Fault
		shows    sandbox.Rewrite // in every answer
		there    string
	}{
		"category": {storage.Categories, "products/categories", `{"name":"Shoes","description":"For feet"}`,
			stores("Shoes", "Schuhe"), sandbox.Rewrite{}, "Schuhe"},
		"tag": {storage.Tags, "products/tags", `{"name":"New"}`, stores("New", "Neu"), sandbox.Rewrite{}, "Neu"},
		"webhook": {outbox.Webhooks, "webhooks",
			`{"topic":"order.created","delivery_url":"https://203.0.113.7/in","name":"ERP"}`,
			stores("203.0.113.7/in", "203.0.113.8/4711"), sandbox.Rewrite{}, "203.0.113.8"},
		"customer with an alias": {storage.Customers, "customers", `{"email":"ann@shop.example","first_name":"Ann"}`,
			stores("ann@shop.example", "4711@alias.example"), sandbox.Rewrite{}, "4711@alias.example"},
		"customer whose address is masked": {storage.Customers, "customers", `{"email":"ann@shop.example"}`,
			sandbox.Fault{Match: posts}, sandbox.Rewrite{Find: `ann@shop\.example`, Put: "a***@***"}, "ann@shop.example"},
	} {
		for lost, drop := range map[string]sandbox.Drop{"answered": "", "lost": sandbox.AfterCommit} {
			t.Run(name+" "+lost, func(t *testing.T) {
				t.Parallel()
				inBubble(t, 64, func(t *testing.T, g ground) {
					st := g.connect(t, "shop")
					stores := test.stores
					stores.Drop = drop
					g.fault(t, stores)
					if test.shows.Find != "" {
						g.fault(t, sandbox.Fault{Rewrite: []sandbox.Rewrite{test.shows}})
					}
					w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: test.resource,
						Body: json.RawMessage(test.body)})
					g.store.ClearFaults()
					state, code := outbox.Done, outbox.CodeKeptOther
					if drop != "" {
						state, code = outbox.Parked, outbox.CodeUncertain
					}
					if n := g.count(t, test.list, test.there); w.State != state || n != 1 || w.Attempts != 1 ||
						w.Reason == nil || w.Reason.Code != code || len(w.Reason.Fields) == 0 {
						t.Errorf("%s after %d attempts, %d on the store: %+v", w.State, w.Attempts, n, w.Reason)
					}
				})
			})
		}
	}
}

// What bears the name of another lost write of ours is that one's.
func TestARecordOfAnotherWritesNameIsLeftToThat(t *testing.T) {
	t.Parallel()
	inBubble(t, 65, func(t *testing.T, g ground) {
		st, box := g.connect(t, "shop"), g.box()
		g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
		var writes []outbox.Write
		for _, name := range []string{"Alpha", "Beta"} {
			writes = append(writes, outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: storage.Tags,
				Body: json.RawMessage(fmt.Sprintf(`{"name":%q,"description":"Letter"}`, name))})
		}
		accepted, err := box.AcceptAll(t.Context(), writes)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
			t.Fatal(err)
		}
		g.make(t, "products/tags", `{"name":"Alpha","description":"Buchstabe"}`) // as if PHP had died behind it
		g.settle(t, box, st)
		for i, state := range []outbox.State{outbox.Parked, outbox.Done} {
			w, err := g.db.WriteByID(t.Context(), accepted[i].ID)
			if err != nil || w.State != state {
				t.Errorf("%v, write %d is %s: %+v", err, i, w.State, w.Reason)
			}
		}
	})
}

// A note that somebody typed in the shop, and one of another kind, are not ours.
func TestANoteOfAnotherKindIsNotOurs(t *testing.T) {
	t.Parallel()
	for _, other := range []string{`{"note":"Called","added_by_user":true}`, `{"note":"Called","customer_note":true}`} {
		t.Run(other, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 62, func(t *testing.T, g ground) {
				st, box := g.connect(t, "shop"), g.box()
				order := g.make(t, "orders", `{}`)
				g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.BeforeCommit})
				w, err := box.Accept(t.Context(), outbox.Write{StoreID: st.ID, Action: outbox.Create,
					Resource: storage.OrderNotes, ParentID: order, Body: json.RawMessage(`{"note":"Packed"}`)})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
					t.Fatal(err)
				}
				g.make(t, fmt.Sprintf("orders/%d/notes", order), other)
				g.settle(t, box, st)
				w, err = g.db.WriteByID(t.Context(), w.ID)
				if n := g.count(t, fmt.Sprintf("orders/%d/notes", order), "Packed"); err != nil || n != 1 ||
					w.State != outbox.Done {
					t.Errorf("%v, %s, %d on the order: %+v", err, w.State, n, w.Reason)
				}
			})
		})
	}
}

// A plugin masks the e-mail address of an order and drops its meta data (privacy, a marketplace's aliases): what is
// left is its lines and the way it came.
func TestAnOrderThatAPluginMasksIsSentOnce(t *testing.T) {
	t.Parallel()
	masks := sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}, Path: "/orders$"}, StripMeta: true,
		RewriteSent: []sandbox.Rewrite{{Find: `ann@shop\.example`, Put: "masked@plugin.example"},
			{Find: "Ring twice", Put: "[removed]"}}}
	lost := masks
	lost.Drop = sandbox.AfterCommit
	for name, test := range map[string]struct {
		fault sandbox.Fault
		state outbox.State
	}{"answered": {masks, outbox.Done}, "lost": {lost, outbox.Parked}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 63, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				product := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`)
				g.fault(t, test.fault)
				w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
					Body: json.RawMessage(fmt.Sprintf(`{"billing":{"email":"ann@shop.example"},"customer_note":"Ring twice",
						"line_items":[{"product_id":%d,"quantity":1}]}`, product))})
				if n := len(g.allOrders(t)); w.State != test.state || n != 1 || w.Reason == nil ||
					!strings.Contains(w.Reason.Message, "masked@plugin.example") ||
					!strings.Contains(w.Reason.Message, "[removed]") {
					t.Errorf("%s, %d orders: %+v", w.State, n, w.Reason)
				}
			})
		})
	}
}
