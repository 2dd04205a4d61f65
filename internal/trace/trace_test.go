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

// placedAt is when the orders of these tests were placed.
const placedAt = "2026-11-30T11:50:00"

// order copies an order, and gives the number of its change.
func (g *ground) order(st storage.Store, id int64, number string) int64 {
	g.Helper()
	raw := fmt.Sprintf(`{"id":%d,"number":%q,"status":"processing","billing":{"email":"ada@example.com"},`+
		`"date_created_gmt":%q,"date_modified_gmt":%q}`, id, number, placedAt, placedAt)
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

func (g *ground) consumer(name string, seq int64) (made storage.Consumer) {
	g.Helper()
	g.within(func(tx storage.Tx) (err error) {
		made, err = tx.AddConsumer(g.Context(), storage.Consumer{Name: name, Seq: seq, CreatedAt: g.now})
		return err
	})
	return made
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
