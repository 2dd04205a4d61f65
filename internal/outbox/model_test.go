package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// next are the transitions of the package documentation. A write may pass several between two looks at it.
var next = map[outbox.State][]outbox.State{
	outbox.Pending:  {outbox.Sending, outbox.Discarded},
	outbox.Sending:  {outbox.Pending, outbox.Done, outbox.Rejected, outbox.Parked, outbox.Unknown},
	outbox.Unknown:  {outbox.Done, outbox.Pending, outbox.Rejected, outbox.Parked},
	outbox.Parked:   {outbox.Pending, outbox.Unknown, outbox.Discarded, outbox.Done},
	outbox.Rejected: {outbox.Pending, outbox.Unknown, outbox.Discarded},
}

func reachable(from, to outbox.State, seen map[outbox.State]bool) bool {
	if from == to {
		return true
	}
	seen[from] = true
	return slices.ContainsFunc(next[from], func(s outbox.State) bool { return !seen[s] && reachable(s, to, seen) })
}

// model is what ought to be: which order holds which values after everything that was done to it, by us and by others.
type model struct {
	ground
	st      storage.Store
	box     *outbox.Outbox
	serial  int
	writes  map[string]outbox.Write // by id, as last looked at
	order   []string                // ids, as accepted
	orders  []int64                 // that exist on the store
	values  map[string]string       // "order/field" → value, where it is certain
	foreign map[string]bool         // values that somebody else wrote
}

var modelFields = []string{"customer_note", "transaction_id", "payment_method_title"}

func (m *model) unique(kind string) string {
	m.serial++
	return fmt.Sprintf("%s %s %d", m.st.Name, kind, m.serial)
}

func (m *model) options() outbox.Options {
	return outbox.Options{StoreLimit: storeLimit, BatchSize: 3, MaxAttempts: 4, Now: m.clock.Now}
}

func (m *model) do(t *rapid.T, r woo.Request, into any) error {
	answer, err := m.calm.Do(t.Context(), r)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer.Body, into)
}

func (m *model) accept(t *rapid.T, w outbox.Write) {
	w.StoreID = m.st.ID
	accepted, err := m.box.Accept(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	m.writes[accepted.ID] = accepted
	m.order = append(m.order, accepted.ID)
}

// see lets a record into the mirror, as a pull does.
func (m *model) see(t *rapid.T, raw json.RawMessage) int64 {
	record, err := storage.ParseRecord(storage.Orders, 0, raw)
	if err != nil {
		t.Fatal(err)
	}
	claim, err := m.db.Claim(t.Context(), m.st.ID)
	if err == nil {
		_, err = m.db.Apply(t.Context(), claim, storage.Batch{Records: []storage.Record{record}})
	}
	if err != nil {
		t.Fatal(err)
	}
	return record.ID
}

// Pull brings the mirror up to date.
func (m *model) Pull(t *rapid.T) {
	m.store.ClearFaults()
	for _, id := range m.orders {
		var raw json.RawMessage
		if err := m.do(t, woo.Request{Path: fmt.Sprintf("orders/%d", id)}, &raw); err != nil {
			t.Fatal(err)
		}
		m.see(t, raw)
	}
}

// Create accepts a new order, and once more under its key: with the same content it is the same write.
func (m *model) Create(t *rapid.T) {
	key, body := m.unique("key"), mustBody(map[string]string{"customer_note": m.unique("create")})
	m.accept(t, outbox.Write{Key: key, Action: outbox.Create, Resource: storage.Orders, Body: body})
	first := m.order[len(m.order)-1]
	again := outbox.Write{StoreID: m.st.ID, Key: key, Action: outbox.Create, Resource: storage.Orders, Body: body}
	if same, err := m.box.Accept(t.Context(), again); err != nil || same.ID != first {
		t.Fatalf("the same key gave %s, %v; want %s", same.ID, err, first)
	}
	again.Body = mustBody(map[string]string{"customer_note": "other"})
	var reused *outbox.KeyReused
	if _, err := m.box.Accept(t.Context(), again); !errors.As(err, &reused) {
		t.Fatalf("the key was used for another write: %v", err)
	}
}

// Update sets one field of an order.
func (m *model) Update(t *rapid.T) {
	field := rapid.SampledFrom(modelFields).Draw(t, "field")
	m.accept(t, outbox.Write{Action: outbox.Update, Resource: storage.Orders,
		RecordID: rapid.SampledFrom(m.orders).Draw(t, "order"),
		Policy: rapid.SampledFrom([]outbox.Policy{outbox.Merge, outbox.Reject, outbox.StoreWins, outbox.CallerWins}).
			Draw(t, "policy"),
		Body: mustBody(map[string]string{field: m.unique("update")})})
}

// Edit is somebody else's.
func (m *model) Edit(t *rapid.T) {
	field, id, value := rapid.SampledFrom(modelFields).Draw(t, "field"), rapid.SampledFrom(m.orders).
		Draw(t, "order"), m.unique("edit")
	var o struct{}
	m.store.ClearFaults()
	if err := m.do(t, woo.Request{Method: "PUT", Path: fmt.Sprintf("orders/%d", id),
		Body: map[string]string{field: value}}, &o); err != nil {
		t.Fatal(err)
	}
	m.foreign[value] = true
	m.values[fmt.Sprintf("%d/%s", id, field)] = value
}

// Fault lets something happen to one of the next requests.
func (m *model) Fault(t *rapid.T) {
	page := &sandbox.Answer{Status: 502, Body: "<html><title>502 Bad Gateway</title></html>"}
	asJSON := map[string]string{"Content-Type": "application/json"}
	f := rapid.SampledFrom([]sandbox.Fault{
		{Throws: &sandbox.Thrown{Status: 409, Code: "erp_refused", Message: "No such debtor"}},
		{Acts: true, Answer: &sandbox.Answer{Status: 403, Header: asJSON,
			Body: `{"code":"wp_die","message":"x","data":{"status":403}}`}},
		{Acts: true, Answer: &sandbox.Answer{Status: 200, Header: asJSON, Body: `{"success":false}`}},
		{Acts: true, Answer: &sandbox.Answer{Status: 301,
			Header: map[string]string{"Location": "https://example.com/thank-you/"}}},
		{Acts: true, Answer: &sandbox.Answer{Status: 429, Header: map[string]string{"Retry-After": "2"}}},
		{Drop: sandbox.BeforeCommit}, {Drop: sandbox.AfterCommit}, {Answer: page}, {Answer: page, Acts: true},
		{Drop: sandbox.AfterCommit, Late: sandbox.Duration(latest)},
		{Answer: &sandbox.Answer{Status: 429, Header: map[string]string{"Retry-After": "2"}}},
	}).Draw(t, "fault")
	f.Match = sandbox.Match{Times: 1, Methods: rapid.SampledFrom([][]string{nil, {"POST", "PUT"}}).Draw(t, "methods")}
	if _, err := m.store.AddFault(f); err != nil {
		t.Fatal(err)
	}
}

// Wait lets time pass.
func (m *model) Wait(t *rapid.T) {
	time.Sleep(time.Duration(rapid.IntRange(1, 60).Draw(t, "seconds")) * time.Second)
}

// Jump sets our clock.
func (m *model) Jump(t *rapid.T) {
	m.clock.jump(time.Duration(rapid.IntRange(-30, 30).Draw(t, "minutes"))*time.Minute, 0)
}

// Crash is a process that ends with writes claimed, or with requests sent and no outcome recorded; and the next one.
func (m *model) Crash(t *rapid.T) {
	if rapid.Bool().Draw(t, "sent") {
		_, err := outbox.New(forgetful{m.db}, m.options()).Step(t.Context(), m.st.ID, m.shop)
		if err != nil && !errors.Is(err, errDied) {
			t.Fatal(err)
		}
	} else {
		claim, err := m.db.ClaimOutbox(t.Context(), m.st.ID)
		if err == nil {
			_, err = m.db.ClaimWrites(t.Context(), claim, m.clock.Now(), rapid.IntRange(0, 3).Draw(t, "claimed"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	m.box = outbox.New(m.db, m.options())
}

// forgetful is a database that a process does not live to write an outcome to.
type forgetful struct{ outbox.Repository }

func (f forgetful) SettleWrites(ctx context.Context, claim storage.Claim, settled []outbox.Settlement) error {
	if settled[0].Write.State == outbox.Sending { // not an outcome
		return f.Repository.SettleWrites(ctx, claim, settled)
	}
	return errDied
}

// Decide is a person at work on what waits for one.
func (m *model) Decide(t *rapid.T) {
	for _, id := range m.order {
		// As it is now: a create that was claimed and never left goes back to pending with the next claim.
		now, err := m.db.WriteByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		switch now.State {
		case outbox.Parked, outbox.Rejected:
		case outbox.Sending, outbox.Unknown, outbox.Done:
			var refused *outbox.NotWaiting
			if w, err := m.box.Discard(t.Context(), id); !errors.As(err, &refused) {
				t.Fatalf("a write that may be in effect was discarded: %s, %v", w.State, err)
			}
			continue
		default:
			continue
		}
		if rapid.Bool().Draw(t, "retry") {
			_, err = m.box.Retry(t.Context(), id, nil, "")
		} else {
			_, err = m.box.Discard(t.Context(), id)
		}
		if err != nil {
			t.Fatal(err)
		}
		m.look(t)
		return
	}
}

// Step is the outbox at work, held against what the store had before.
func (m *model) Step(t *rapid.T) {
	if _, err := m.box.Step(t.Context(), m.st.ID, m.shop); err != nil {
		t.Fatal(err)
	}
	ended := m.look(t)
	for _, w := range ended {
		if w.Action == outbox.Update && w.State == outbox.Done && w.Lost > 0 {
			// It may have taken effect at any moment since it was sent, and was found before anything was sent in this
			// round: one that follows it in the same round meets its value, not the one from before.
			field, _ := named(w)
			delete(m.values, fmt.Sprintf("%d/%s", w.RecordID, field))
		}
	}
	for _, w := range ended {
		if w.Action != outbox.Update || w.State != outbox.Done || w.Lost > 0 {
			continue
		}
		field, value := named(w)
		at := fmt.Sprintf("%d/%s", w.RecordID, field)
		if w.Reason != nil && w.Reason.Code == outbox.CodeStoreKept {
			if w.Policy != outbox.StoreWins {
				t.Fatalf("the store's version was kept under the policy %s", w.Policy)
			}
			continue
		}
		if was := m.values[at]; w.Policy != outbox.CallerWins && w.Base != nil && m.foreign[was] &&
			was != based(w, field) {
			t.Fatalf("%s of order %d: %q of somebody else was written over by %q, which was based on %q (policy %s)",
				field, w.RecordID, was, value, based(w, field), w.Policy)
		}
		m.values[at] = value
	}
}

// look reads all writes again and returns those that came to their end.
func (m *model) look(t *rapid.T) (ended []outbox.Write) {
	for _, id := range m.order {
		was := m.writes[id]
		w, err := m.db.WriteByID(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if !reachable(was.State, w.State, map[outbox.State]bool{}) {
			t.Fatalf("write %s went from %s to %s", id, was.State, w.State)
		}
		if (w.State == outbox.Rejected || w.State == outbox.Parked) && (w.Reason == nil || w.Reason.Message == "") {
			t.Fatalf("write %s is %s without a reason", id, w.State)
		}
		if w.State != was.State && w.State.Final() {
			ended = append(ended, w)
		}
		m.writes[id] = w
	}
	return ended
}

// Check holds of every moment: writes of one order end in the order in which they were accepted.
func (m *model) Check(t *rapid.T) {
	open := map[int64]string{}
	for _, id := range m.order {
		w := m.writes[id]
		switch {
		case w.Action != outbox.Update:
		case !w.State.Final() && open[w.RecordID] == "":
			open[w.RecordID] = id
		case w.State == outbox.Done && open[w.RecordID] != "":
			if m.writes[open[w.RecordID]].Attempts > 0 && m.writes[open[w.RecordID]].State == outbox.Pending {
				continue // it was rejected when the later one was sent, and a person sent it again
			}
			t.Fatalf("write %s was done before %s of the same order", id, open[w.RecordID])
		}
	}
}

// finish lets everything come to its end without further faults and counts what is on the store.
func (m *model) finish(t *rapid.T) {
	m.store.ClearFaults()
	for range 200 {
		m.Step(t)
		due, err := m.db.NextWriteDue(t.Context(), m.st.ID)
		if err != nil {
			t.Fatal(err)
		}
		if due.IsZero() {
			break
		}
		time.Sleep(max(due.Sub(m.clock.Now()), time.Millisecond))
	}
	time.Sleep(latest)
	type shown struct {
		ID    int64  `json:"id"`
		Note  string `json:"customer_note"`
		Tx    string `json:"transaction_id"`
		Title string `json:"payment_method_title"`
	}
	times := map[string]int{}
	values := map[string]string{}
	for page := 1; ; page++ {
		var list []shown
		if err := m.do(t, woo.Request{Path: "orders", Query: url.Values{"per_page": {"100"}, "page": {fmt.Sprint(page)},
			"orderby": {"id"}, "status": {"any,trash,checkout-draft"}}}, &list); err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			times[o.Note]++
			for i, v := range []string{o.Note, o.Tx, o.Title} {
				values[fmt.Sprintf("%d/%s", o.ID, modelFields[i])] = v
			}
		}
		if len(list) < 100 {
			break
		}
	}
	parked := map[string]bool{}
	for _, id := range m.order {
		w := m.writes[id]
		switch behind := parked[w.Subject()]; {
		case w.State == outbox.Parked:
			parked[w.Subject()] = true // holds back those behind it
		case !w.State.Final() && !(behind && w.State == outbox.Pending):
			t.Fatalf("write %s did not come to an end: %s, %+v", id, w.State, w.Reason)
		}
		if w.Action != outbox.Create {
			continue
		}
		_, note := named(w)
		switch n := times[note]; {
		case n > 1, w.State == outbox.Done && n != 1, w.State == outbox.Discarded && w.Lost == 0 && n != 0:
			t.Fatalf("the order of write %s, which is %s (lost %d times), is %d times on the store", id, w.State,
				w.Lost, n)
		}
	}
	for at, want := range m.values {
		if values[at] != want {
			t.Fatalf("%s is %q on the store, want %q", at, values[at], want)
		}
	}
}

func named(w outbox.Write) (field, value string) {
	var body map[string]string
	_ = json.Unmarshal(w.Body, &body) // made by this test
	for field, value = range body {
	}
	return field, value
}

func based(w outbox.Write, field string) string {
	var base map[string]any
	_ = json.Unmarshal(w.Base, &base) // no base: nothing was seen
	text, _ := base[field].(string)
	return text
}

func mustBody(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

func TestTheOutboxFollowsItsModel(t *testing.T) {
	t.Parallel()
	inBubble(t, 7, func(t *testing.T, g ground) {
		run := 0
		// In a bubble there is no deadline to ask for, which rapid does of a *testing.T.
		rapid.Check(struct{ rapid.TB }{t}, func(t *rapid.T) {
			run++
			g.store.ClearFaults()
			st, err := ledger.AddStore(t.Context(), g.db, storage.Store{Name: fmt.Sprintf("model%d", run),
				HomeURL:  fmt.Sprintf("https://example.com/%d", run),
				RESTRoot: "https://example.com/wp-json/", Auth: storage.AuthBasic})
			if err != nil {
				t.Fatal(err)
			}
			m := &model{ground: g, st: st, writes: map[string]outbox.Write{}, values: map[string]string{},
				foreign: map[string]bool{}}
			m.box = outbox.New(g.db, m.options())
			for range 2 {
				var raw json.RawMessage
				if err := m.do(t, woo.Request{Method: "POST", Path: "orders",
					Body: map[string]string{"status": "on-hold"}}, &raw); err != nil {
					t.Fatal(err)
				}
				m.orders = append(m.orders, m.see(t, raw))
			}
			t.Repeat(rapid.StateMachineActions(m))
			m.finish(t)
		})
	})
}
