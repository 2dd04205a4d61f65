package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/woo"
)

// unhurried is an outbox with everything at its default but the clock.
func (g ground) unhurried() *outbox.Outbox { return outbox.New(g.db, outbox.Options{Now: g.clock.Now}) }

func orderOf(note string) outbox.Write {
	return outbox.Write{Action: outbox.Create, Resource: storage.Orders,
		Body: mustBody(map[string]string{"customer_note": note})}
}

func (g ground) carryBy(t *testing.T, box *outbox.Outbox, st storage.Store, w outbox.Write) outbox.Write {
	t.Helper()
	w.StoreID = st.ID
	w, err := box.Accept(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	g.settle(t, box, st)
	if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil {
		t.Fatal(err)
	}
	return w
}

func (g ground) notes(t *testing.T) map[string]int {
	t.Helper()
	notes := map[string]int{}
	for _, o := range g.allOrders(t) {
		notes[o.Note]++
	}
	return notes
}

// hanging is a store that gets to its first writes only after a while, whether or not the client still waits.
type hanging struct {
	http.RoundTripper
	mu    sync.Mutex
	waits []time.Duration // one for each write; later ones are served at once
}

func (h *hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	if r.Method != http.MethodPost || len(h.waits) == 0 {
		h.mu.Unlock()
		return h.RoundTripper.RoundTrip(r)
	}
	wait := h.waits[0]
	h.waits = h.waits[1:]
	h.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	late := r.Clone(context.WithoutCancel(r.Context()))
	late.Body = io.NopCloser(bytes.NewReader(body))
	type outcome struct {
		answer *http.Response
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		time.Sleep(wait)
		answer, err := h.RoundTripper.RoundTrip(late)
		done <- outcome{answer, err}
	}()
	select {
	case o := <-done:
		return o.answer, o.err
	case <-r.Context().Done():
		go func() {
			if o := <-done; o.err == nil {
				_ = o.answer.Body.Close()
			}
		}()
		return nil, r.Context().Err()
	}
}

func (g ground) hang(t *testing.T, waits ...time.Duration) ground {
	g.shop = g.client(t, &hanging{RoundTripper: storeClock{g.base, g.clock}, waits: waits}, woo.WithRetries(0))
	return g
}

// A table that is locked for minutes lets reads go on and inserts wait: max_execution_time does not count that.
func TestAStoreThatHangsForMinutesGetsEachOrderOnce(t *testing.T) {
	t.Parallel()
	for _, hangs := range []time.Duration{4 * time.Minute, 7 * time.Minute, 14 * time.Minute} {
		t.Run(hangs.String(), func(t *testing.T) {
			t.Parallel()
			inBubble(t, 71, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				g = g.hang(t, hangs)
				w := g.carryBy(t, g.unhurried(), st, orderOf("once"))
				if n := g.notes(t)["once"]; w.State != outbox.Done || w.Attempts != 1 || n != 1 {
					t.Errorf("%s after %d attempts, %d times on the store: %+v", w.State, w.Attempts, n, w.Reason)
				}
			})
		})
	}
}

func TestAWriteThatMeetsSilenceTwiceIsParked(t *testing.T) {
	t.Parallel()
	inBubble(t, 72, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		g = g.hang(t, 24*time.Hour, 24*time.Hour, 24*time.Hour)
		began := g.clock.Now()
		w := g.carryBy(t, g.unhurried(), st, orderOf("once"))
		if took := g.clock.Now().Sub(began); w.State != outbox.Parked || w.Attempts != 2 || took < 35*time.Minute {
			t.Errorf("%s after %d attempts and %s: %+v", w.State, w.Attempts, took, w.Reason)
		}
		time.Sleep(25 * time.Hour) // the store gets to both
		if n := g.notes(t)["once"]; n != 2 {
			t.Errorf("%d orders", n)
		}
	})
}

// A process that is killed is no sign of a store that hangs: a later answer shows that it does not.
func TestAfterAKillALaterAnswerShortensTheWait(t *testing.T) {
	t.Parallel()
	for later, least := range map[bool]time.Duration{true: time.Minute, false: 15 * time.Minute} {
		t.Run(fmt.Sprint("a later answer ", later), func(t *testing.T) {
			t.Parallel()
			inBubble(t, 73, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				first := g.unhurried()
				w, err := first.Accept(t.Context(),
					func() outbox.Write { w := orderOf("once"); w.StoreID = st.ID; return w }())
				if err != nil {
					t.Fatal(err)
				}
				ctx, kill := context.WithTimeout(t.Context(), time.Second)
				defer kill()
				hung := g.hang(t, 24*time.Hour)
				_, _ = first.Step(ctx, st.ID, hung.shop) // it ends with what ended it
				began, box := g.clock.Now(), g.unhurried()
				if later {
					other := orderOf("other")
					other.StoreID = st.ID
					if _, err := box.Accept(t.Context(), other); err != nil {
						t.Fatal(err)
					}
				}
				g.settle(t, box, st)
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Done || w.Attempts != 2 {
					t.Fatalf("%v, %s after %d attempts: %+v", err, w.State, w.Attempts, w.Reason)
				}
				if took := g.clock.Now().Sub(began); took < least || took > least+6*time.Minute {
					t.Errorf("it took %s", took)
				}
				time.Sleep(25 * time.Hour)
			})
		})
	}
}

// What no wait prevents is never silent.
func TestAWriteThatMadeTwoRecordsIsParkedWithBoth(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]time.Duration{"before the second is answered": 20 * time.Minute,
		"long after": 30 * time.Hour / 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 74, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				box := g.unhurried()
				hung := g.hang(t, late, time.Hour*0)
				w := hung.carryBy(t, box, st, orderOf("twice"))
				time.Sleep(16 * time.Hour)
				if n := g.notes(t)["twice"]; n != 2 {
					t.Skipf("%d orders: the store was in time", n)
				}
				for _, o := range g.allOrders(t) {
					g.mirror(t, st, storage.Orders, woo.RouteOrders.Record(0, o.ID))
				}
				var err error
				if w, err = g.db.WriteByID(t.Context(), w.ID); err != nil || w.State != outbox.Parked ||
					w.Reason.Code != outbox.CodeDoubled || len(w.Reason.Records) != 2 ||
					!strings.Contains(w.Reason.Message, "made more than once") {
					t.Fatalf("%v, %s: %+v", err, w.State, w.Reason)
				}
				if w, err = box.Adopt(t.Context(), w.ID, w.Reason.Records[0]); err != nil || w.State != outbox.Done {
					t.Errorf("%v, %s", err, w.State)
				}
			})
		})
	}
}

// A copy of the data, or a state of an earlier time, holds writes that were sent.
func TestWhatAnotherProcessHasSentIsNotSentAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, 75, func(t *testing.T, g ground) {
		dir := t.TempDir()
		open := func(name string) *ledger.Ledger {
			db, err := databasetest.At("sqlite:" + filepath.Join(dir, name)).Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return ledger.New(db)
		}
		g.db = open("first.db")
		st := g.connect(t, "shop")
		product := g.make(t, "products", `{"name":"A","regular_price":"10.00","manage_stock":true,"stock_quantity":50}`)
		order := g.make(t, "orders",
			fmt.Sprintf(`{"status":"processing","line_items":[{"product_id":%d,"quantity":5}]}`, product))
		other := g.make(t, "orders", `{"status":"processing"}`)
		writes := []outbox.Write{
			orderOf("once"),
			orderOf("twin"),
			{Action: outbox.Create, Resource: storage.Refunds, ParentID: order,
				Body: json.RawMessage(`{"amount":"1.25","reason":"once","api_refund":false}`)},
			{Action: outbox.Create, Resource: storage.OrderNotes, ParentID: order,
				Body: json.RawMessage(`{"note":"once"}`)},
			{Action: outbox.Update, Resource: storage.Products, RecordID: product,
				Body: json.RawMessage(`{"inventory_delta":-3}`)},
			{Action: outbox.Update, Resource: storage.Orders, RecordID: other, Policy: outbox.CallerWins,
				Body: json.RawMessage(`{"fee_lines":[{"name":"Gift wrap","total":"2.50"}]}`)},
		}
		for i := range writes {
			writes[i].StoreID = st.ID
		}
		accepted, err := g.box().AcceptAll(t.Context(), writes)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if err := g.db.Close(); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, "first.db"))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "copy.db"), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		g.db = open("first.db")
		defer g.db.Close()
		copied := open("copy.db")
		defer copied.Close()
		g.settle(t, g.box(), st)
		time.Sleep(time.Minute)
		second := g
		second.db = copied
		second.settle(t, second.box(), st)
		for _, w := range accepted {
			got, err := copied.WriteByID(t.Context(), w.ID)
			want := outbox.Done
			if w.Resource == storage.OrderNotes {
				want = outbox.Parked // nothing proves whose note it is
			}
			if err != nil || got.State != want {
				t.Errorf("%s of %s is %s in the copy (%v): %+v", w.Action, w.Resource, got.State, err, got.Reason)
			}
		}
		notes := g.notes(t)
		if notes["once"] != 1 || notes["twin"] != 1 || countRefunds(t, g, order, "once") != 1 ||
			countNotes(t, g, order, "once") != 1 ||
			countLines(t, g, other) != 1 || g.count(t, "products", `"stock_quantity":42,`) != 1 {
			t.Errorf("%v, %d refunds, %d notes, %d fees, stock changed once: %d", notes,
				countRefunds(t, g, order, "once"),
				countNotes(t, g, order, "once"), countLines(t, g, other),
				g.count(t, "products", `"stock_quantity":42,`))
		}
	})
}
