package outbox_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// shelf is a product with a stock, and an outbox that writes it.
type shelf struct {
	g   ground
	st  storage.Store
	box *outbox.Outbox
	id  int64
}

func newShelf(t *testing.T, g ground, stock int) shelf {
	t.Helper()
	s := shelf{g: g, st: g.connect(t, "shelf"), box: g.box()}
	answer := s.calm(t, "POST", "products",
		fmt.Sprintf(`{"name":"Mug","regular_price":"9.50","manage_stock":true,"stock_quantity":%d}`, stock))
	s.id = answer.ID
	return s
}

type stocked struct {
	ID    int64 `json:"id"`
	Stock int   `json:"stock_quantity"`
}

func (s shelf) calm(t *testing.T, method, path, body string) (product stocked) {
	t.Helper()
	r := woo.Request{Method: method, Path: path}
	if body != "" {
		r.Body = json.RawMessage(body)
	}
	answer, err := s.g.calm.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answer.Body, &product); err != nil {
		t.Fatal(err)
	}
	return product
}

func (s shelf) path() string { return fmt.Sprintf("products/%d", s.id) }

// record is the product as the store shows it.
func (s shelf) record(t *testing.T) json.RawMessage {
	t.Helper()
	return s.raw(t, s.path())
}

func (s shelf) raw(t *testing.T, path string) json.RawMessage {
	t.Helper()
	answer, err := s.g.calm.Do(t.Context(), woo.Request{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Body
}

func (s shelf) write(t *testing.T, body string, base json.RawMessage) outbox.Write {
	t.Helper()
	w, err := s.box.Accept(t.Context(), outbox.Write{StoreID: s.st.ID, Action: outbox.Update,
		Resource: storage.Products, RecordID: s.id, Body: json.RawMessage(body), Base: base})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// ends settles everything and holds the stock and the state of a write against what is wanted.
func (s shelf) ends(t *testing.T, w outbox.Write, state outbox.State, stock int) outbox.Write {
	t.Helper()
	s.g.settle(t, s.box, s.st)
	w, err := s.g.db.WriteByID(t.Context(), w.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.calm(t, "GET", s.path(), ""); w.State != state || got.Stock != stock {
		t.Errorf("%s with a stock of %d, want %s with %d: %+v", w.State, got.Stock, state, stock, w.Reason)
	}
	return w
}

func TestAnAbsoluteStockWinsOverASaleInBetween(t *testing.T) {
	t.Parallel()
	inBubble(t, 1, func(t *testing.T, g ground) {
		s := newShelf(t, g, 10)
		seen := s.record(t)
		s.calm(t, "PUT", s.path(), `{"stock_quantity":9}`) // sold
		s.ends(t, s.write(t, `{"manage_stock":true,"stock_quantity":12}`, seen), outbox.Done, 12)
	})
}

func TestTheNewestStockSupersedesThoseThatWait(t *testing.T) {
	t.Parallel()
	inBubble(t, 2, func(t *testing.T, g ground) {
		s := newShelf(t, g, 10)
		seen := s.record(t)
		s.calm(t, "PUT", s.path(), `{"stock_quantity":9}`)
		parked, err := s.box.Accept(t.Context(), outbox.Write{StoreID: s.st.ID, Action: outbox.Update,
			Resource: storage.Products, RecordID: s.id,
			Body: json.RawMessage(`{"stock_quantity":11}`), Base: seen, Policy: outbox.Reject})
		if err != nil {
			t.Fatal(err)
		}
		s.ends(t, parked, outbox.Parked, 9)
		waits := s.write(t, `{"inventory_delta":3}`, nil)
		name := s.write(t, `{"name":"Big mug"}`, nil)
		newest := s.write(t, `{"stock_quantity":20}`, nil)
		s.ends(t, newest, outbox.Done, 20)
		for _, w := range []outbox.Write{parked, waits} {
			if w = s.ends(t, w, outbox.Discarded, 20); w.Reason.Code != outbox.CodeSuperseded {
				t.Errorf("reason %+v", w.Reason)
			}
		}
		s.ends(t, name, outbox.Done, 20) // does something else as well: it is kept
	})
}

func TestAnOlderStockDoesNotGoOutAfterANewerOneWasAccepted(t *testing.T) {
	t.Parallel()
	inBubble(t, 3, func(t *testing.T, g ground) {
		s := newShelf(t, g, 10)
		s.fault(t, sandbox.Fault{Drop: sandbox.BeforeCommit})
		older := s.write(t, `{"stock_quantity":5}`, nil)
		if _, err := s.box.Step(t.Context(), s.st.ID, g.shop); err != nil {
			t.Fatal(err)
		}
		newer := s.write(t, `{"stock_quantity":12}`, nil)
		s.ends(t, newer, outbox.Done, 12)
		if older = s.ends(t, older, outbox.Discarded, 12); older.Attempts != 2 {
			t.Errorf("claimed %d times, want twice: sent once, and discarded when it came back", older.Attempts)
		}
	})
}

// fault makes the next write of a product fail.
func (s shelf) fault(t *testing.T, f sandbox.Fault) {
	t.Helper()
	f.Match.Methods, f.Match.Times = []string{"PUT", "POST"}, 1
	if _, err := s.g.store.AddFault(f); err != nil {
		t.Fatal(err)
	}
}

func TestAChangeOfStockIsMadeOnceWhateverBecameOfItsAnswer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault *sandbox.Fault
		sale  string // what happens before anybody looks again
		state outbox.State
		stock int
	}{
		{name: "nothing happens", state: outbox.Done, stock: 15},
		{name: "the answer is lost", fault: &sandbox.Fault{Drop: sandbox.AfterCommit}, state: outbox.Done, stock: 15},
		{name: "the request is lost", fault: &sandbox.Fault{Drop: sandbox.BeforeCommit}, state: outbox.Done, stock: 15},
		{name: "the answer is lost and somebody buys", fault: &sandbox.Fault{Drop: sandbox.AfterCommit},
			sale: `{"stock_quantity":14}`, state: outbox.Parked, stock: 14},
		{name: "the request is lost and somebody buys", fault: &sandbox.Fault{Drop: sandbox.BeforeCommit},
			sale: `{"stock_quantity":9}`, state: outbox.Parked, stock: 9},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, uint64(10+i), func(t *testing.T, g ground) {
				s := newShelf(t, g, 10)
				time.Sleep(2 * time.Second) // the dates of WooCommerce are whole seconds
				if test.fault != nil {
					s.fault(t, *test.fault)
				}
				w := s.write(t, `{"inventory_delta":5}`, nil)
				if _, err := s.box.Step(t.Context(), s.st.ID, g.shop); err != nil {
					t.Fatal(err)
				}
				if test.sale != "" {
					time.Sleep(2 * time.Second)
					s.calm(t, "PUT", s.path(), test.sale)
				}
				if w = s.ends(t, w, test.state, test.stock); test.state == outbox.Parked &&
					w.Reason.Code != outbox.CodeInDoubt {
					t.Errorf("reason %+v", w.Reason)
				}
			})
		})
	}
}

func TestALostChangeOfStockIsSentAgainBesideASaleWhereTheStoreShowsOurMarkers(t *testing.T) {
	t.Parallel()
	inBubble(t, 20, func(t *testing.T, g ground) {
		s := newShelf(t, g, 10)
		s.ends(t, s.write(t, `{"inventory_delta":1}`, nil), outbox.Done, 11)
		s.fault(t, sandbox.Fault{Drop: sandbox.BeforeCommit})
		w := s.write(t, `{"inventory_delta":5}`, nil)
		if _, err := s.box.Step(t.Context(), s.st.ID, g.shop); err != nil {
			t.Fatal(err)
		}
		s.calm(t, "PUT", s.path(), `{"stock_quantity":8}`)
		s.ends(t, w, outbox.Done, 13)
	})
}

func TestAStockThatIsNotKeptIsNotChanged(t *testing.T) {
	t.Parallel()
	inBubble(t, 21, func(t *testing.T, g ground) {
		s := newShelf(t, g, 10)
		w := s.write(t, `{"inventory_delta":5}`, nil)
		s.calm(t, "PUT", s.path(), `{"manage_stock":false}`)
		s.ends(t, w, outbox.Rejected, 0)
	})
}
