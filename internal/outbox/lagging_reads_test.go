package outbox_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A store that lags behind for minutes shows in the end what it has answered.
func TestWhatWasAnsweredIsAskedForSomeMinutesBeforeItIsCalledGone(t *testing.T) {
	t.Parallel()
	for lag, state := range map[time.Duration]outbox.State{200 * time.Second: outbox.Done, time.Hour: outbox.Parked} {
		t.Run(lag.String(), func(t *testing.T) {
			t.Parallel()
			inBubble(t, 160, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				w := g.fromCopies(t, lag).carryBy(t, g.unhurried(), st, orderOf("late"))
				if n := g.notes(t)["late"]; w.State != state || n != 1 || state == outbox.Done && w.Reason != nil {
					t.Fatalf("%s, %d times on the store: %+v", w.State, n, w.Reason)
				}
				lessons, err := g.db.OutboxLessons(t.Context(), st.ID)
				said := strings.Contains(strings.Join(lessons.Describe(), "; "), "reads lag behind its writes, by ")
				if err != nil || said != (state == outbox.Done) {
					t.Errorf("%s: learned %q, %v", state, lessons.Describe(), err)
				}
				if state == outbox.Done {
					g.lagsAgain(t, st)
					return
				}
				id := g.allOrders(t)[0].ID
				g.mirror(t, st, storage.Orders, woo.RouteOrders.Record(0, id))
				w, err = g.db.WriteByID(t.Context(), w.ID)
				if err != nil || w.State != outbox.Done || w.RecordID != id ||
					!strings.Contains(w.Reason.Message, fmt.Sprintf("orders/%d carries its mark", id)) {
					t.Errorf("%v, %s after the mirror has met it: %+v", err, w.State, w.Reason)
				}
			})
		})
	}
}

// lagsAgain loses the answer of a second create while reads lag as before, for longer than the store's limit.
func (g ground) lagsAgain(t *testing.T, st storage.Store) {
	t.Helper()
	g.fault(t, afterCommit)
	w := g.fromCopies(t, 200*time.Second).carryBy(t, g.unhurried(), st, orderOf("again"))
	if n := g.notes(t)["again"]; w.State != outbox.Done || n != 1 {
		t.Errorf("%s, %d times on a store that is known to lag: %+v", w.State, n, w.Reason)
	}
}

// onlyListed is a store whose reads of single orders find nothing for a while.
type onlyListed struct {
	http.RoundTripper
	until time.Time
}

var singleOrder = regexp.MustCompile(`/orders/\d+$`)

func (s onlyListed) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(r)
	if err != nil || !isReading(r) || !singleOrder.MatchString(r.URL.Path) || time.Now().After(s.until) {
		return answer, err
	}
	_ = answer.Body.Close()
	answer.StatusCode, answer.ContentLength = http.StatusNotFound, -1
	answer.Header.Del("Content-Length")
	answer.Body = io.NopCloser(strings.NewReader(
		`{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}`))
	return answer, nil
}

func TestAnOrderThatAListShowsIsCalledDeletedOnlyWhenThatLasts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		hidden time.Duration
		gone   bool
	}{"for a while": {200 * time.Second, false}, "for good": {time.Hour, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, 161, func(t *testing.T, g ground) {
				st := g.connect(t, "shop")
				g.shop = g.client(t, onlyListed{storeClock{g.base, g.clock}, time.Now().Add(test.hidden)},
					woo.WithRetries(0))
				g.fault(t, afterCommit)
				w := g.carryBy(t, g.unhurried(), st, orderOf("listed"))
				gone := w.Reason != nil && w.Reason.Code == outbox.CodeGone
				if w.State != outbox.Done || gone != test.gone || w.Attempts != 1 || g.notes(t)["listed"] != 1 {
					t.Fatalf("%s after %d attempts: %+v", w.State, w.Attempts, w.Reason)
				}
				time.Sleep(time.Hour) // what is read right after a write counts as too early
				g.mirror(t, st, storage.Orders, woo.RouteOrders.Record(0, w.RecordID))
				w, err := g.db.WriteByID(t.Context(), w.ID)
				if err != nil || w.Reason != nil && w.Reason.Code == outbox.CodeGone {
					t.Errorf("%v; the mirror has it, and the write says %+v", err, w.Reason)
				}
			})
		})
	}
}

// The mirror settles what nobody could see.
func TestTheMirrorSettlesACreateThatWaitsForItsRecord(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	parked := func(code string, records ...int64) outbox.Write {
		return outbox.Write{ID: "w", Action: outbox.Create, Resource: storage.Orders, State: outbox.Parked, SentAt: now,
			Attempts: 1, Body: json.RawMessage(`{"customer_note":"n"}`),
			Reason: &outbox.Reason{Code: code, Message: "x", Records: records}}
	}
	record := func(id int64, status string) storage.Record {
		r, err := storage.ParseRecord(storage.Orders, 0, fmt.Appendf(nil,
			`{"id":%d,"status":%q,"customer_note":"n","date_created_gmt":"2026-11-30T10:00:02"}`, id, status))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for name, test := range map[string]struct {
		write  outbox.Write
		record storage.Record
		state  outbox.State // as it was: empty
		known  []int64
	}{
		"not to be seen":              {parked(outbox.CodeVanished, 5), record(5, "pending"), outbox.Done, []int64{5}},
		"another than was answered":   {parked(outbox.CodeVanished, 5), record(4, "pending"), outbox.Parked, []int64{4, 5}},
		"without proof":               {parked(outbox.CodeUncertain, 5), record(6, "pending"), outbox.Done, []int64{6}},
		"no trace of it":              {parked(outbox.CodeTooManyTries), record(6, "pending"), outbox.Done, []int64{6}},
		"in the trash":                {parked(outbox.CodeVanished, 5), record(5, "trash"), "", nil},
		"parked for something else":   {parked(outbox.CodeNotPermitted), record(6, "pending"), "", nil},
		"half-made, a person decides": {parked(outbox.CodeHalf, 6), record(6, "pending"), "", nil},
	} {
		w, news := outbox.MadeAlso(test.write, test.record)
		if news != (test.state != "") || news && (w.State != test.state || !slices.Equal(w.Reason.Records, test.known)) {
			t.Errorf("%s: %v, %s, %+v", name, news, w.State, w.Reason)
		}
	}
}

func TestANoteThatTheStoreFailsAtHoldsNothingElseBackAndSaysWhatMayBeWhy(t *testing.T) {
	t.Parallel()
	inBubble(t, 162, func(t *testing.T, g ground) {
		st := g.connect(t, "shop")
		order := g.make(t, "orders", `{"status":"processing","fee_lines":[{"name":"F","total":"5.00"}]}`)
		g.fault(t, sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}, Path: "/notes$"},
			Answer: &sandbox.Answer{Status: 500, Header: map[string]string{"Content-Type": "application/json"},
				Body: `{"code":"internal_server_error","message":"x","data":{"status":500}}`}})
		box := g.box()
		accepted, err := box.AcceptAll(t.Context(), []outbox.Write{
			{StoreID: st.ID, Action: outbox.Create, Resource: storage.OrderNotes, ParentID: order,
				Body: json.RawMessage(`{"note":"Packed 📦"}`)},
			{StoreID: st.ID, Action: outbox.Create, Resource: storage.OrderNotes, ParentID: order,
				Body: json.RawMessage(`{"note":"Packed"}`)},
			{StoreID: st.ID, Action: outbox.Create, Resource: storage.Refunds, ParentID: order,
				Body: json.RawMessage(`{"amount":"1.00","api_refund":false}`)},
			{StoreID: st.ID, Action: outbox.Update, Resource: storage.Orders, RecordID: order,
				Body: json.RawMessage(`{"customer_note":"x"}`)},
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 400 {
			round, err := box.Step(t.Context(), st.ID, g.shop)
			if err != nil {
				t.Fatal(err)
			}
			if round.Next.IsZero() {
				break
			}
			time.Sleep(max(round.Next.Sub(g.clock.Now()), time.Second))
		}
		for i, want := range []outbox.State{outbox.Parked, outbox.Pending, outbox.Done, outbox.Done} {
			w, err := g.db.WriteByID(t.Context(), accepted[i].ID)
			if err != nil || w.State != want {
				t.Errorf("%v, %s is %s: %+v", err, w.Resource, w.State, w.Reason)
			}
			if named := w.Reason != nil && strings.Contains(w.Reason.Message, "note holds 📦"); named != (i == 0) {
				t.Errorf("%s: %+v", w.Resource, w.Reason)
			}
		}
	})
}
