package outbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// slow answers some time after the store has acted: long enough for a pull to see a write before its answer does, and
// for a write to be answered before an older reading is applied.
type slow struct {
	http.RoundTripper
	mu     sync.Mutex
	chance *rand.Rand
	upTo   time.Duration
}

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(r)
	s.mu.Lock()
	pause := time.Duration(s.chance.Int64N(int64(s.upTo)))
	s.mu.Unlock()
	time.Sleep(pause)
	return answer, err
}

// loop is a two-way integration at work: staff edit the shop, an ERP reads the changes that are not its own and writes.
type loop struct {
	ground
	st   storage.Store
	over chan struct{} // closed when staff and ERP have done all they will do

	mu      sync.Mutex
	foreign map[int64]int            // order → changes announced as somebody else's
	edits   map[int64]int            // order → edits by staff
	known   map[int64]map[string]any // order → what the ERP knows of it
	created map[string]bool          // notes of orders that the ERP created
}

// How often staff edit an order and how many writes the ERP accepts. Counts, not times, so that as much is proved
// whatever the seed.
const (
	staffEdits = 160
	erpWrites  = 90
)

const (
	staffField = "customer_note"
	ourField   = "transaction_id"
)

// staff edit orders in the shop: one field that is theirs, and sometimes a status.
func (l *loop) staff(t *testing.T, chance *rand.Rand, orders []int64) {
	for n := range staffEdits {
		time.Sleep(time.Duration(500+chance.IntN(5000)) * time.Millisecond)
		id := orders[chance.IntN(len(orders))]
		body := map[string]any{staffField: fmt.Sprintf("staff %d", n)}
		if chance.IntN(4) == 0 {
			body["meta_data"] = []map[string]any{
				{"key": "_shelf", "value": map[string]any{"n": n, "list": []any{n, nil}}}}
		}
		l.mu.Lock()
		l.edits[id]++ // before it can be announced
		l.mu.Unlock()
		if _, err := l.calm.Do(t.Context(), woo.Request{Method: "PUT", Path: fmt.Sprintf("orders/%d", id),
			Body: body}); err != nil {
			t.Errorf("staff: %v", err)
		}
	}
}

// erp accepts writes: fields of its own, statuses, new orders.
func (l *loop) erp(t *testing.T, box *outbox.Outbox, chance *rand.Rand, orders []int64) {
	for n := range erpWrites {
		time.Sleep(time.Duration(1000+chance.IntN(8000)) * time.Millisecond)
		w := outbox.Write{StoreID: l.st.ID, Action: outbox.Update, Resource: storage.Orders,
			RecordID: orders[chance.IntN(len(orders))],
			Body:     mustBody(map[string]any{ourField: fmt.Sprintf("erp %d", n)})}
		switch chance.IntN(6) {
		case 0:
			w.Body = mustBody(map[string]any{"status": []string{"processing", "on-hold", "completed"}[chance.IntN(3)]})
		case 1:
			note := fmt.Sprintf("erp order %d", n)
			w = outbox.Write{StoreID: l.st.ID, Action: outbox.Create, Resource: storage.Orders,
				Body: mustBody(map[string]any{staffField: note, "set_paid": true})}
			l.mu.Lock()
			l.created[note] = true
			l.mu.Unlock()
		case 2:
			w.Body = mustBody(map[string]any{"meta_data": []map[string]any{{"key": "_erp", "value": n}}})
		}
		if _, err := box.Accept(t.Context(), w); err != nil {
			t.Errorf("erp: %v", err)
		}
	}
}

func (l *loop) isOver() bool {
	select {
	case <-l.over:
		return true
	default:
		return false
	}
}

// push and pull are the two sides of Waybill.
func (l *loop) push(t *testing.T, box *outbox.Outbox, shop woo.Doer) {
	for {
		round, err := box.Step(t.Context(), l.st.ID, shop)
		if err != nil {
			t.Errorf("push: %v", err)
			return
		}
		if round.Next.IsZero() && l.isOver() {
			return
		}
		time.Sleep(time.Second)
	}
}

func (l *loop) pull(t *testing.T, m *mirror.Mirror, source woo.Doer, budget mirror.Budget) {
	for {
		result, err := m.Pull(t.Context(), l.st.ID, source, budget)
		if err != nil && !errors.Is(err, storage.ErrFenced) {
			t.Logf("pull: %v", err) // faults reach it too: the next round goes on
		}
		if budget.Now && err == nil && result.Idle && l.isOver() {
			return
		}
		if !budget.Now && result.Idle {
			return
		}
		time.Sleep(2 * time.Second)
	}
}

// read follows the changes of others.
func (l *loop) read(t *testing.T, after int64) int64 {
	changes, err := l.db.Changes(t.Context(), storage.ChangeQuery{StoreID: l.st.ID, After: after,
		Resources: []storage.Resource{storage.Orders}})
	if err != nil {
		t.Errorf("changes: %v", err)
	}
	for _, c := range changes {
		after = c.Seq
		record, err := l.db.Record(t.Context(), l.st.ID, c.Ref)
		if err != nil {
			t.Errorf("change %d names a record that is not there: %v", c.Seq, err)
			continue
		}
		var o map[string]any
		if err := json.Unmarshal(record.Raw, &o); err != nil {
			t.Error(err)
		}
		l.mu.Lock()
		switch note, _ := o[staffField].(string); {
		case c.Origin == storage.Own:
		case c.Kind == storage.Created && l.created[note]:
			t.Errorf("order %d, which is our own, was announced as somebody else's", c.ID)
		default:
			l.foreign[c.ID]++
			if l.foreign[c.ID] > l.edits[c.ID] {
				t.Errorf("change %d of order %d came back: %d were announced as somebody else's after %d edits", c.Seq,
					c.ID, l.foreign[c.ID], l.edits[c.ID])
			}
			l.known[c.ID] = o
		}
		l.mu.Unlock()
	}
	return after
}

func TestATwoWayIntegrationDoesNotEchoAndLosesNoForeignEdit(t *testing.T) {
	t.Parallel()
	loops := uint64(3)
	if testing.Short() {
		loops = 1
	}
	for seed := range loops {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			inBubble(t, seed, func(t *testing.T, g ground) { runLoop(t, g, seed) })
		})
	}
}

func runLoop(t *testing.T, g ground, seed uint64) {
	l := &loop{ground: g, st: g.connect(t, "loop"), over: make(chan struct{}), foreign: map[int64]int{},
		edits: map[int64]int{}, known: map[int64]map[string]any{}, created: map[string]bool{}}
	var orders []int64
	for range 9 {
		answer, err := g.calm.Do(t.Context(), woo.Request{Method: "POST", Path: "orders", Body: map[string]any{
			"status": "processing", "meta_data": []map[string]any{
				{"key": "_kept", "value": map[string]any{"a": []any{1, nil, "x"}}}}}})
		if err != nil {
			t.Fatal(err)
		}
		var o struct {
			ID int64 `json:"id"`
		}
		if err := json.Unmarshal(answer.Body, &o); err != nil {
			t.Fatal(err)
		}
		orders = append(orders, o.ID)
	}
	m := mirror.New(g.db, mirror.Options{Now: g.clock.Now})
	l.pull(t, m, g.calm, mirror.Budget{})
	first, err := g.db.Changes(t.Context(), storage.ChangeQuery{StoreID: l.st.ID})
	if err != nil || len(first) == 0 {
		t.Fatalf("%d changes after the first pull, %v", len(first), err)
	}

	hurried := sandbox.Match{Methods: []string{"PUT", "POST"}, Headers: map[string]string{"X-Hurried": "1"}}
	once, often, late := hurried, hurried, hurried
	once.Skip, once.Times = 5, 1 // one answer is lost whatever the seed
	often.Probability, late.Probability = 0.05, 0.03
	for _, f := range []sandbox.Fault{
		{Drop: sandbox.AfterCommit, Match: once},
		{Drop: sandbox.AfterCommit, Match: often},
		{Drop: sandbox.AfterCommit, Late: sandbox.Duration(3 * time.Second), Match: late},
	} {
		if _, err := g.store.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	box := outbox.New(g.db, outbox.Options{StoreLimit: 20 * time.Second, MaxAttempts: 50, Now: g.clock.Now})
	chance := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, n)) }
	var people, all, consumer sync.WaitGroup
	people.Go(func() { l.staff(t, chance(1), orders[:6]) })
	people.Go(func() { l.erp(t, box, chance(2), orders[3:]) }) // three orders are everybody's
	all.Go(func() {
		people.Wait()
		close(l.over)
	})
	all.Go(func() { l.push(t, box, g.hurried(t, chance(3), 6*time.Second)) })
	all.Go(func() { l.pull(t, m, g.hurried(t, chance(4), 4*time.Second), mirror.Budget{Now: true}) })
	ended := make(chan struct{})
	consumer.Go(func() {
		after := first[len(first)-1].Seq
		for {
			select {
			case <-ended:
				l.read(t, after)
				return
			case <-time.After(time.Second):
				after = l.read(t, after)
			}
		}
	})
	all.Wait()
	g.store.ClearFaults()
	g.settle(t, box, l.st) // what was accepted in the last moment
	l.pull(t, m, g.calm, mirror.Budget{Now: true})
	close(ended)
	consumer.Wait()
	l.checkEnd(t, m, orders)
}

func (l *loop) checkEnd(t *testing.T, m *mirror.Mirror, orders []int64) {
	report, err := m.Verify(t.Context(), l.st.ID, l.calm, mirror.VerifyOptions{})
	if err != nil || !report.Equal() {
		t.Errorf("the mirror is not the store: %+v, %v", report, err)
	}
	writes, err := l.db.Writes(t.Context(), outbox.Query{StoreID: l.st.ID})
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	for _, w := range writes {
		if w.State != outbox.Done {
			t.Errorf("write %s of %s %d ended %s: %+v", w.ID, w.Resource, w.RecordID, w.State, w.Reason)
		}
		lost += min(w.Lost, 1)
	}
	announced := 0
	for _, id := range orders {
		announced += l.foreign[id]
		record, err := l.db.Record(t.Context(), l.st.ID, storage.Ref{Resource: storage.Orders, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		var o map[string]any
		if err := json.Unmarshal(record.Raw, &o); err != nil {
			t.Fatal(err)
		}
		// What staff wrote last is on the store, and the ERP has been told of it.
		if l.edits[id] > 0 && (l.known[id] == nil || l.known[id][staffField] != o[staffField]) {
			t.Errorf("order %d holds %q, the last that was announced is %v", id, o[staffField], l.known[id][staffField])
		}
	}
	if len(writes) != erpWrites || announced == 0 || lost == 0 {
		t.Errorf("not what was meant to happen: %d of %d writes, %d of them lost, %d foreign changes", len(writes),
			erpWrites, lost, announced)
	}
	t.Logf("%d writes (%d lost on the way), %d foreign changes", len(writes), lost, announced)
}

// hurried is a client whose answers take their time.
func (g ground) hurried(t *testing.T, chance *rand.Rand, upTo time.Duration) *woo.Client {
	t.Helper()
	return g.client(t, &slow{RoundTripper: marking{storeClock{g.base, g.clock}}, chance: chance, upTo: upTo},
		woo.WithTimeout(30*time.Second), woo.WithRetries(0))
}

// marking lets faults tell these requests from others.
type marking struct{ http.RoundTripper }

func (m marking) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Hurried", "1")
	return m.RoundTripper.RoundTrip(r)
}
