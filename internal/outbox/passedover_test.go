package outbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// meddler is a plugin that changes what a store is asked to write before WooCommerce sees it.
type meddler struct {
	http.RoundTripper
	times  atomic.Int32
	change func(body map[string]any)
}

func (m *meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Method == http.MethodGet || m.times.Add(-1) < 0 {
		return m.RoundTripper.RoundTrip(r)
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var body map[string]any
	if err := json.Unmarshal(raw, &body); err != nil {
		return nil, err
	}
	m.change(body)
	for _, list := range []string{"create", "update"} {
		items, _ := body[list].([]any)
		for _, item := range items {
			m.change(item.(map[string]any))
		}
	}
	if raw, err = json.Marshal(body); err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body, r.ContentLength, r.GetBody = io.NopCloser(bytes.NewReader(raw)), int64(len(raw)), nil
	return m.RoundTripper.RoundTrip(r)
}

// meddled is the ground with a plugin that meddles with some requests.
func (g ground) meddled(t *testing.T, times int32, change func(body map[string]any)) ground {
	t.Helper()
	m := &meddler{RoundTripper: storeClock{g.base, g.clock}, change: change}
	m.times.Store(times)
	g.shop = g.client(t, m, woo.WithTimeout(30*time.Second), woo.WithRetries(0))
	return g
}

func without(names ...string) func(map[string]any) {
	return func(body map[string]any) {
		for _, name := range names {
			delete(body, name)
		}
	}
}

func fieldsOf(r *outbox.Reason) (names []string) {
	if r != nil {
		for _, f := range r.Fields {
			names = append(names, f.Field)
		}
	}
	return names
}

func TestFieldsThatTheStorePassesOverAreNamedAndAnUpdateOfWhichNothingTookIsRejected(t *testing.T) {
	t.Parallel()
	inBubble(t, 41, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		order := g.make(t, "orders", `{"status":"processing","transaction_id":"old"}`)
		g = g.meddled(t, 100, without("transaction_id"))
		write := func(action outbox.Action, body string) outbox.Write {
			w := outbox.Write{StoreID: st.ID, Action: action, Resource: storage.Orders, Body: json.RawMessage(body)}
			if action == outbox.Update {
				w.RecordID = order
			}
			return w
		}
		for _, test := range []struct {
			write outbox.Write
			state outbox.State
			names []string
		}{
			{write(outbox.Create, `{"status":"processing","customer_note":"a","transaction_id":"new"}`), outbox.Done,
				[]string{"transaction_id"}},
			{write(outbox.Create, `{"status":"processing","customer_note":"b"}`), outbox.Done, nil},
			{write(outbox.Update, `{"customer_note":"c","transaction_id":"new"}`), outbox.Done,
				[]string{"transaction_id"}},
			{write(outbox.Update, `{"transaction_id":"new"}`), outbox.Rejected, []string{"transaction_id"}},
			{write(outbox.Update, `{"transaction_id":"old"}`), outbox.Done, nil}, // it has it already
			{write(outbox.Update, `{"customer_note":"d"}`), outbox.Done, nil},
		} {
			w := g.carry(t, st, test.write)
			if w.State != test.state || !slices.Equal(fieldsOf(w.Reason), test.names) || len(test.names) > 0 &&
				w.Reason.Code != outbox.CodeIgnored {
				t.Errorf("%s %s: %s, %+v; want %s, %v", w.Action, w.Body, w.State, w.Reason, test.state, test.names)
			}
		}
		// In a batch each item is judged by itself.
		other := g.make(t, "orders", `{"status":"processing"}`)
		box := g.box()
		both := []outbox.Write{write(outbox.Update, `{"transaction_id":"newer"}`),
			write(outbox.Update, `{"customer_note":"e"}`)}
		both[1].RecordID = other
		accepted, err := box.AcceptAll(t.Context(), both)
		if err != nil {
			t.Fatal(err)
		}
		g.settle(t, box, st)
		for i, want := range []outbox.State{outbox.Rejected, outbox.Done} {
			if w, err := g.db.WriteByID(t.Context(), accepted[i].ID); err != nil || w.State != want {
				t.Errorf("item %d: %s, %+v, %v; want %s", i, w.State, w.Reason, err, want)
			}
		}
	})
}

func TestAnOrderThatTheAnswerShowsHalfMadeIsCompletedOrAPersons(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		times  int32
		change func(map[string]any)
		state  outbox.State
		code   string
	}{
		"without lines and status": {1, without("line_items", "status"), outbox.Done, outbox.CodeCompleted},
		"without status":           {1, without("status"), outbox.Done, outbox.CodeCompleted},
		"always without status":    {100, without("status"), outbox.Parked, outbox.CodeHalf},
		"with one of two lines": {1,
			func(body map[string]any) { body["line_items"] = body["line_items"].([]any)[:1] }, outbox.Parked,
			outbox.CodeHalf},
		"without a note": {1, without("customer_note"), outbox.Done, outbox.CodeIgnored},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 42, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				one, two := g.make(t, "products", `{"name":"A","regular_price":"10.00"}`),
					g.make(t, "products", `{"name":"B","regular_price":"20.00"}`)
				w := g.meddled(t, test.times, test.change).carry(t, st,
					outbox.Write{Action: outbox.Create, Resource: storage.Orders,
						Body: json.RawMessage(fmt.Sprintf(twoLines, one, two))})
				orders := g.allOrders(t)
				if len(orders) != 1 || w.State != test.state || w.Reason == nil || w.Reason.Code != test.code {
					t.Fatalf("the write is %s (%+v), on the store are %+v", w.State, w.Reason, orders)
				}
				o := orders[0]
				if w.State == outbox.Done && (w.RecordID != o.ID || o.Total != "44.95" || o.Status != "processing" ||
					len(o.Lines) != 2) {
					t.Errorf("called created: %+v", o)
				}
				if w.State == outbox.Parked && !slices.Contains(w.Reason.Records, o.ID) {
					t.Errorf("parked without the order being named: %+v", w.Reason)
				}
			})
		})
	}
}

func TestAPictureOfACategoryThatIsNoneIsNamed(t *testing.T) {
	t.Parallel()
	inBubble(t, 67, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		w := g.carry(t, st, outbox.Write{Action: outbox.Create, Resource: storage.Categories,
			Body: json.RawMessage(`{"name":"Mugs","image":{"id":987654}}`)})
		if w.State != outbox.Done || w.Reason == nil || !slices.Contains(fieldsOf(w.Reason), "image.id") {
			t.Errorf("%s, %+v", w.State, w.Reason)
		}
	})
}
