package trace_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/trace"
)

// ground is a shop that is mirrored and followed, with what it sells told to nobody yet.
type ground struct {
	*testing.T
	db    storage.Database
	now   time.Time
	store storage.Store
	shop  answers
}

// answers is what a shop says when it is asked for an order.
type answers struct {
	raw   string
	found bool
	err   error
	asked *int
}

func (a answers) Order(context.Context, storage.Store, int64) ([]byte, bool, error) {
	*a.asked++
	return []byte(a.raw), a.found, a.err
}

func setup(t *testing.T) *ground {
	t.Helper()
	g := &ground{T: t, db: databasetest.Open(t), now: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}
	g.shop.asked = new(int)
	g.store = g.connect("shop")
	return g
}

func (g *ground) within(work func(tx storage.Tx) error) {
	g.Helper()
	if err := g.db.Within(g.Context(), work); err != nil {
		g.Fatal(err)
	}
}

// connect adds a shop whose mirror is current.
func (g *ground) connect(name string) (st storage.Store) {
	g.Helper()
	g.within(func(tx storage.Tx) (err error) {
		shop := storage.Store{Name: name, HomeURL: "https://" + name + ".example"}
		if st, err = tx.CreateStore(g.Context(), shop); err != nil {
			return err
		}
		return tx.SeeWorker(g.Context(), storage.Worker{ID: "w", Host: "here", SeenAt: g.now, StartedAt: g.now})
	})
	g.round(st, map[string]any{"current_at": g.now.Add(-time.Second)})
	return st
}

// round keeps what the last look at a shop came to.
func (g *ground) round(st storage.Store, report map[string]any) {
	g.Helper()
	text, err := json.Marshal(report)
	if err != nil {
		g.Fatal(err)
	}
	g.within(func(tx storage.Tx) error {
		if err := tx.Enroll(g.Context(), engine.Pull, st.ID); err != nil {
			return err
		}
		turn, err := tx.LockTurn(g.Context(), engine.Pull, st.ID)
		if err != nil {
			return err
		}
		turn.Report = text
		return tx.SaveTurn(g.Context(), turn)
	})
}

// order copies an order, and gives the number of its change.
func (g *ground) order(st storage.Store, id int64, number string) int64 {
	g.Helper()
	raw := fmt.Sprintf(`{"id":%d,"number":%q,"status":"processing","billing":{"email":"ada@example.com"},`+
		`"date_created_gmt":"2026-11-30T11:50:00","date_modified_gmt":"2026-11-30T11:50:00"}`, id, number)
	r, err := storage.ParseRecord(storage.Orders, 0, json.RawMessage(raw))
	if err != nil {
		g.Fatal(err)
	}
	r.StoreID, r.SeenAt = st.ID, g.now
	g.within(func(tx storage.Tx) error {
		_, err := tx.AddRecords(g.Context(), st.ID, []storage.Record{r})
		return err
	})
	return g.change(st, id, storage.Created)
}

// change logs a change of an order.
func (g *ground) change(st storage.Store, id int64, kind storage.Kind) (seq int64) {
	g.Helper()
	g.within(func(tx storage.Tx) (err error) {
		seq, err = tx.LogChanges(g.Context(), []storage.Change{{StoreID: st.ID, Kind: kind, At: g.now.Add(-time.Minute),
			Ref: storage.Ref{Resource: storage.Orders, ID: id}, Origin: storage.Foreign}})
		return err
	})
	return seq
}

func (g *ground) consumer(seq int64) {
	g.Helper()
	g.within(func(tx storage.Tx) error {
		_, err := tx.AddConsumer(g.Context(), storage.Consumer{Name: "erp", Seq: seq, CreatedAt: g.now})
		return err
	})
}

// subscribe adds a receiver that has looked at the log up to a change.
func (g *ground) subscribe(place int64, as storage.Subscription) storage.Subscription {
	g.Helper()
	as.Name, as.Key, as.Sink, as.Target, as.CreatedAt = "erp", "key", "http", "https://erp.example/hook", g.now
	if as.State == "" {
		as.State = storage.SubscriptionActive
	}
	g.within(func(tx storage.Tx) (err error) {
		if as, err = tx.AddSubscription(g.Context(), as); err != nil {
			return err
		}
		return tx.SetSubscriptionPlace(g.Context(), as.ID, g.store.ID, place)
	})
	return as
}

// event keeps what became of a change on its way to a receiver.
func (g *ground) event(sub storage.Subscription, seq int64, e storage.Event) {
	g.Helper()
	e.SubscriptionID, e.Change = sub.ID, storage.Change{Seq: seq, StoreID: g.store.ID, Kind: storage.Created, At: g.now,
		Ref: storage.Ref{Resource: storage.Orders, ID: 7}, Origin: storage.Foreign}
	g.within(func(tx storage.Tx) error {
		if err := tx.AddEvents(g.Context(), []storage.Event{e}); err != nil {
			return err
		}
		return tx.SaveEvents(g.Context(), []storage.Event{e})
	})
}

// write keeps a write to the order.
func (g *ground) write(state storage.WriteState, reason string) {
	g.Helper()
	w := storage.Write{ID: "06h2", StoreID: g.store.ID, Key: "k", Action: storage.ActionUpdate,
		Resource: storage.Orders, RecordID: 7, Body: json.RawMessage(`{"status":"completed"}`), State: state,
		AcceptedAt: g.now, Policy: storage.PolicyMerge,
		Reason: &storage.WriteReason{Code: reason, Message: "secret words"}}
	g.within(func(tx storage.Tx) error {
		_, err := tx.AddWrites(g.Context(), []storage.Write{w})
		return err
	})
}

func (g *ground) find(word string, others ...storage.Store) trace.Answer {
	g.Helper()
	st, err := g.db.Store(g.Context(), g.store.ID)
	if err != nil {
		g.Fatal(err)
	}
	tracer := trace.New(g.db, g.shop, func() time.Time { return g.now })
	answer, err := tracer.Find(g.Context(), trace.Question{Word: word, Stores: []storage.Store{st}, Others: others})
	if err != nil {
		g.Fatal(err)
	}
	return answer
}

// Each break is staged, and the verdict must name its link, who acts, and what was seen.
func TestTheBrokenLinkIsNamed(t *testing.T) {
	t.Parallel()
	type want struct {
		state trace.State
		link  trace.Link
		who   trace.Who
		says  string
	}
	here := trace.Done
	for name, test := range map[string]struct {
		stage func(g *ground)
		word  string
		want  want
	}{
		"it arrived everywhere": {func(g *ground) {
			seq := g.order(g.store, 7, "7")
			g.consumer(seq)
			sub := g.subscribe(seq, storage.Subscription{})
			g.event(sub, seq, storage.Event{State: storage.EventDelivered, DoneAt: g.now,
				Status: 200})
		}, "7", want{here, "", trace.Nobody, "2 of 2 readers and receivers"}},
		"by the number of a plugin": {func(g *ground) { g.order(g.store, 7, "A-1043") }, "#A-1043",
			want{here, "", trace.Nobody, "in the mirror"}},
		"by e-mail address": {func(g *ground) { g.order(g.store, 7, "7") }, "ADA@example.com",
			want{here, "", trace.Nobody, "in the mirror"}},
		"consumer behind": {func(g *ground) { g.consumer(g.order(g.store, 7, "7") - 1) }, "7",
			want{trace.Waiting, trace.Consumer, trace.Receiver, "has not acknowledged"}},
		"subscription filtered": {func(g *ground) {
			seq := g.order(g.store, 7, "7")
			g.subscribe(seq, storage.Subscription{Filter: `record.status == "completed"`})
		}, "7", want{here, "", trace.Nobody, "1 are not meant to get it"}},
		"subscription paused": {func(g *ground) {
			seq := g.order(g.store, 7, "7")
			g.subscribe(seq-1, storage.Subscription{State: storage.SubscriptionPaused, Why: "410 Gone"})
		}, "7", want{trace.Broken, trace.Subscription, trace.You, "is paused, so the change waits: 410 Gone"}},
		"subscription has not come to it": {func(g *ground) {
			g.subscribe(g.order(g.store, 7, "7")-1, storage.Subscription{})
		}, "7", want{trace.Waiting, trace.Subscription, trace.Nobody, "1 changes behind"}},
		"receiver answers 500": {func(g *ground) {
			seq := g.order(g.store, 7, "7")
			sub := g.subscribe(seq, storage.Subscription{})
			g.event(sub, seq, storage.Event{State: storage.EventPending, Attempts: 3,
				Status: 500, NextAt: g.now.Add(time.Hour), Error: "the receiver answered 500"})
		}, "7", want{trace.Broken, trace.Subscription, trace.Receiver, "has not taken it in 3 attempts (answer 500"}},
		"event given up": {func(g *ground) {
			seq := g.order(g.store, 7, "7")
			sub := g.subscribe(seq, storage.Subscription{})
			g.event(sub, seq, storage.Event{State: storage.EventFailed, Attempts: 12,
				DoneAt: g.now})
		}, "7", want{trace.Broken, trace.Subscription, trace.Receiver, "was given up"}},
		"write parked": {func(g *ground) {
			g.order(g.store, 7, "7")
			g.write(storage.WriteParked, "conflict")
		}, "7", want{trace.Broken, trace.Write, trace.You, "update of orders/7 is parked (conflict)"}},
		"write rejected": {func(g *ground) {
			g.order(g.store, 7, "7")
			g.write(storage.WriteRejected, "woocommerce_rest_cannot_edit")
		}, "7", want{trace.Broken, trace.Write, trace.You, "is rejected"}},
		"write on its way": {func(g *ground) {
			g.order(g.store, 7, "7")
			g.write(storage.WritePending, "")
		}, "7", want{trace.Waiting, trace.Write, trace.Nobody, "is pending"}},
		"order in the trash": {func(g *ground) {
			g.order(g.store, 7, "7")
			g.change(g.store, 7, storage.Trashed)
		}, "7", want{trace.Broken, trace.Copied, trace.You, "put into the trash"}},
		"order deleted for good": {func(g *ground) { g.change(g.store, 7, storage.Deleted) }, "7",
			want{trace.Broken, trace.Copied, trace.You, ""}},
		"shop paused": {func(g *ground) {
			g.order(g.store, 7, "7")
			g.within(func(tx storage.Tx) error {
				st, err := tx.LockStore(g.Context(), g.store.ID)
				if err != nil {
					return err
				}
				st.Paused = true
				return tx.SaveStore(g.Context(), st)
			})
		}, "7", want{trace.Broken, trace.Current, trace.You, "is paused in Waybill"}},
		"shop refuses the key": {func(g *ground) {
			g.order(g.store, 7, "7")
			g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour),
				"problem": problem.New(problem.CredentialsRefused, "the store refuses the key")})
		}, "7", want{trace.Broken, trace.Current, trace.You, "the store refuses the key"}},
		"the host blocks us": {func(g *ground) {
			g.order(g.store, 7, "7")
			g.within(func(tx storage.Tx) error {
				st, err := tx.LockStore(g.Context(), g.store.ID)
				if err != nil {
					return err
				}
				st.Facts.Diagnosis = &storage.Diagnosis{Cause: "waf-modsecurity"}
				return tx.SaveStore(g.Context(), st)
			})
			g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour),
				"problem": problem.New(problem.StoreBlocked, "a firewall answers 406")})
		}, "7", want{trace.Broken, trace.Current, trace.Host, "a firewall answers 406"}},
		"shop is late": {func(g *ground) {
			g.order(g.store, 7, "7")
			g.round(g.store, map[string]any{"current_at": g.now.Add(-time.Hour)})
		}, "7", want{trace.Waiting, trace.Current, trace.Nobody, "1 h 0 min behind the shop"}},
		"never in this shop": {func(g *ground) {}, "7", want{trace.Skipped, trace.Placed, trace.Nobody,
			"has no order with the id 7"}},
		"in the shop and too new": {func(g *ground) {
			g.shop.found = true
			g.shop.raw = `{"id":7,"number":"7","status":"processing","date_created_gmt":"2026-11-30T11:59:00"}`
		}, "7", want{trace.Waiting, trace.Copied, trace.Nobody, "not yet: the order is 1 min 0 s old"}},
		"in the shop, and its status hidden": {func(g *ground) {
			g.shop.found = true
			g.shop.raw = `{"id":7,"number":"7","status":"parked","date_created_gmt":"2026-11-30T08:00:00"}`
		}, "7", want{trace.Broken, trace.Copied, trace.You, "no list of the shop shows it"}},
		"not copied, and the shop cannot be asked": {func(g *ground) {
			g.shop.err = problem.New(problem.StoreUnreachable, "the store does not answer")
		}, "7", want{trace.Broken, trace.Placed, trace.You, "the store does not answer"}},
		"a number that no mirror knows": {func(g *ground) {}, "A-99", want{trace.Skipped, trace.Copied, trace.Nobody,
			`holds no order called "A-99"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := setup(t)
			test.stage(g)
			answer := g.find(test.word)
			if len(answer.Chains) != 1 {
				t.Fatalf("%d chains: %+v", len(answer.Chains), answer)
			}
			got := answer.Chains[0].Verdict
			if got.State != test.want.state || got.Link != test.want.link || got.Who != test.want.who ||
				!strings.Contains(got.Says, test.want.says) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if strings.Contains(fmt.Sprintf("%+v", answer.Chains[0].Hops), "secret words") {
				t.Error("the words of a reason, which may hold a customer's data, are shown")
			}
		})
	}
}

func TestWhereAnOrderIsInsteadIsSaid(t *testing.T) {
	t.Parallel()
	g := setup(t)
	other := g.connect("other")
	g.order(other, 7, "7")
	verdict := g.find("7", other).Chains[0].Verdict
	if verdict.State != trace.Skipped || !strings.Contains(verdict.Says, "The shop other has an order of that name") {
		t.Errorf("got %+v", verdict)
	}
}

func TestManyShopsAreNotAskedForAWord(t *testing.T) {
	t.Parallel()
	g := setup(t)
	other := g.connect("other")
	find := func() trace.Answer {
		t.Helper()
		answer, err := trace.New(g.db, g.shop, func() time.Time { return g.now }).Find(t.Context(),
			trace.Question{Word: "7", Stores: []storage.Store{g.store, other}})
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	if answer := find(); len(answer.Chains) != 0 {
		t.Errorf("no mirror holds it, all are current: %+v", answer.Chains)
	}
	g.round(other, map[string]any{"current_at": g.now.Add(-time.Hour)})
	answer := find()
	if len(answer.Chains) != 1 || answer.Chains[0].Store.ID != other.ID ||
		answer.Chains[0].Verdict.State != trace.Waiting {
		t.Errorf("the late shop may have it: %+v", answer.Chains)
	}
	g.order(other, 7, "7")
	if answer := find(); len(answer.Chains) != 1 || answer.Chains[0].Order.ID != 7 {
		t.Errorf("one mirror holds it: %+v", answer.Chains)
	}
	if *g.shop.asked != 0 {
		t.Errorf("shops were asked %d times", *g.shop.asked)
	}
}

func TestANumberAndAnIDAreBothFollowed(t *testing.T) {
	t.Parallel()
	g := setup(t)
	g.order(g.store, 7, "1007")
	g.order(g.store, 9, "7")
	answer := g.find("7")
	if len(answer.Chains) != 2 || answer.Chains[0].Order.ID != 9 || answer.Chains[1].Order.ID != 7 {
		t.Errorf("got %+v", answer.Chains)
	}
	if *g.shop.asked != 0 {
		t.Errorf("the shop was asked %d times for what the mirror holds", *g.shop.asked)
	}
}

func TestACutOffQuestionIsNoAnswer(t *testing.T) {
	t.Parallel()
	g := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := trace.New(g.db, g.shop, time.Now).Find(ctx, trace.Question{Word: "7", Stores: []storage.Store{g.store}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
