package outbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// lostThen sends a create whose answer is lost, lets something else happen on the store, and works until it is settled.
func (g ground) lostThen(t *testing.T, st storage.Store, w outbox.Write, then func(w outbox.Write)) outbox.Write {
	t.Helper()
	box := g.box()
	w.StoreID = st.ID
	w, err := box.Accept(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	g.fault(t, sandbox.Fault{Match: posts, Drop: sandbox.AfterCommit})
	if _, err := box.Step(t.Context(), st.ID, g.shop); err != nil {
		t.Fatal(err)
	}
	then(w)
	g.settle(t, box, st)
	if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil {
		t.Fatal(err)
	}
	return w
}

func markOf(w outbox.Write) string {
	return fmt.Sprintf(`"meta_data":[{"key":"_waybill_write","value":%q}]`, w.ID)
}

// A plugin saves a translation of a product beside it, with its meta data. It is no leftover, and nobody may be told to
// delete it.
func TestACopyOfAProductIsNotCalledALeftover(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body  string
		state outbox.State
	}{
		"with a SKU of its own": {`{"name":"Dup","sku":"DUP-1","regular_price":"5"}`, outbox.Done},
		"with no SKU":           {`{"name":"Dup","regular_price":"5"}`, outbox.Parked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 83, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				var translation int64
				w := g.lostThen(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Products,
					Body: json.RawMessage(test.body)}, func(w outbox.Write) {
					translation = g.make(t, "products", `{"name":"Dup DE","regular_price":"5",`+markOf(w)+`}`)
				})
				if w.State != test.state || w.Reason == nil ||
					!strings.Contains(w.Reason.Message, fmt.Sprintf("products/%d", translation)) ||
					!strings.Contains(w.Reason.Message, "translation") ||
					strings.Contains(w.Reason.Message, "delete what is empty") {
					t.Errorf("%s, %+v", w.State, w.Reason)
				}
			})
		})
	}
}

// A plugin moves a line of an order into a second one. Who is told to complete the first delivers it twice.
func TestAnOrderThatIsDividedIsNotToBeCompleted(t *testing.T) {
	t.Parallel()
	inBubble(t, 84, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		mug, cup := g.make(t, "products", `{"name":"Mug","regular_price":"10.00"}`),
			g.make(t, "products", `{"name":"Cup","regular_price":"4.00"}`)
		var made, second int64
		w := g.lostThen(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Orders,
			Body: json.RawMessage(fmt.Sprintf(`{"line_items":[{"product_id":%d,"quantity":1},
				{"product_id":%d,"quantity":1}]}`, mug, cup))}, func(w outbox.Write) {
			var is struct {
				ID    int64 `json:"id"`
				Lines []struct {
					ID int64 `json:"id"`
				} `json:"line_items"`
			}
			made = g.allOrders(t)[0].ID
			g.read(t, woo.RouteOrders.Record(0, made), nil, &is)
			g.meddle(t, woo.RouteOrders.Record(0, made),
				fmt.Sprintf(`{"line_items":[{"id":%d,"quantity":0}]}`, is.Lines[1].ID))
			second = g.make(t, "orders",
				fmt.Sprintf(`{"line_items":[{"product_id":%d,"quantity":1}],%s}`, cup, markOf(w)))
		})
		if w.State != outbox.Parked || w.Reason.Code != outbox.CodeHalf || len(g.allOrders(t)) != 2 ||
			!strings.Contains(w.Reason.Message, fmt.Sprintf("orders/%d carries its mark too", second)) ||
			!strings.Contains(w.Reason.Message, fmt.Sprintf("⟨adopt %s %d⟩", w.ID, made)) ||
			strings.Contains(w.Reason.Message, "Complete it") {
			t.Errorf("%s, %+v", w.State, w.Reason)
		}
	})
}

// What was made before the data were put back is the oldest record with the mark: a renewal, a duplicate of the shop,
// carries it too.
func TestACopyIsNotTakenForWhatWasMadeBeforeARestoration(t *testing.T) {
	t.Parallel()
	inBubble(t, 85, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		order := outbox.Write{StoreID: st.ID, Key: "erp-1", Action: outbox.Create, Resource: storage.Orders,
			Body: json.RawMessage(`{"customer_note":"once"}`)}
		first := g.carry(t, st, order)
		renewal := g.make(t, "orders", `{"customer_note":"once",`+markOf(first)+`}`)
		made, err := g.box().MadeSince(t.Context(), g.shop, order, 0)
		if err != nil {
			t.Fatal(err)
		}
		again := g.connect(t, "put back") // of which no write is known
		order.StoreID, order.Made = again.ID, made[outbox.KeyTrace(st.ID, "erp-1")]
		w, err := g.box().Accept(t.Context(), order)
		if err != nil || w.State != outbox.Done || w.RecordID != first.RecordID ||
			!strings.Contains(w.Reason.Message, fmt.Sprintf("orders/%d", renewal)) {
			t.Errorf("%v, %s as %d, %+v", err, w.State, w.RecordID, w.Reason)
		}
	})
}

// A host writes numbers of records as texts. They are the same numbers.
func TestNumbersOfRecordsThatAreTextsAreRead(t *testing.T) {
	t.Parallel()
	inBubble(t, 86, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		g.make(t, "products", `{"name":"Mug","sku":"MUG-1","regular_price":"10.00"}`)
		order := g.make(t, "orders", `{"billing":{"email":"ann@shop.example"}}`)
		texts := sandbox.Fault{Rewrite: []sandbox.Rewrite{{Find: `"(id|parent_id)":(\d+)`, Put: `"$1":"$2"`}}}
		lost := texts
		lost.Match, lost.Drop = posts, sandbox.AfterCommit
		g.fault(t, lost)
		g.fault(t, texts)
		box := g.box()
		for _, w := range []outbox.Write{
			{Resource: storage.Orders, Body: json.RawMessage(`{"line_items":[{"sku":"MUG-1","quantity":1}]}`)},
			{Resource: storage.OrderNotes, ParentID: order,
				Body: json.RawMessage(`{"note":"On its way","customer_note":true}`)},
		} {
			w.StoreID, w.Action = st.ID, outbox.Create
			w, err := box.Accept(t.Context(), w)
			for tries := 0; err == nil && tries < 50 && w.State != outbox.Done; tries++ {
				if _, err = box.Step(t.Context(), st.ID, g.shop); err == nil {
					w, err = g.db.WriteByID(t.Context(), w.ID)
				}
				time.Sleep(10 * time.Second)
			}
			if err != nil || w.State != outbox.Done {
				t.Errorf("%v, %s is %s (%+v)", err, w.Resource, w.State, w.Reason)
			}
		}
	})
}
