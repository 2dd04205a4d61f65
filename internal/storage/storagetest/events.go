package storagetest

import (
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// event returns a pending event of a subscription.
func (b *bundle) event(s storage.Subscription, seq int64) storage.Event {
	return storage.Event{SubscriptionID: s.ID, State: storage.EventPending, NextAt: noon,
		Change: storage.Change{Seq: seq,
			StoreID: b.store.ID, Ref: orderRef(seq), Kind: storage.Updated, At: noon, Origin: storage.Foreign}}
}

func (b *bundle) addEvents(events ...storage.Event) {
	b.Helper()
	b.within(func(tx storage.Tx) { b.ok(tx.AddEvents(b.ctx, events)) })
}

func (b *bundle) seqs(q storage.EventQuery) (seqs []int64) {
	b.Helper()
	events, err := b.db.Events(b.ctx, q)
	b.ok(err)
	for _, e := range events {
		seqs = append(seqs, e.Seq)
	}
	return seqs
}

func eventsAreKept(b *bundle) {
	s := b.subscription(storage.Subscription{Name: "erp"})
	e := b.event(s, 4)
	e.Ref, e.ParentID, e.Origin, e.WriteID = storage.Ref{Resource: storage.Refunds, Slug: "x"}, 9, storage.Own, "w1"
	e.Hash = storage.HashOf([]byte("x"))
	b.addEvents(e, b.event(s, 5))
	again := e
	again.Kind = storage.Deleted
	b.addEvents(again) // it is there
	got, err := b.db.Event(b.ctx, s.ID, 4)
	b.ok(err)
	if !reflect.DeepEqual(got, e) {
		b.Errorf("it is %+v, want %+v", got, e)
	}
	e.State, e.Attempts, e.NextAt, e.DoneAt = storage.EventFailed, 3, time.Time{},
		noon.Add(time.Hour)
	e.Status, e.Error, e.Took = 503, "it answers 503", 1234*time.Millisecond
	gone := b.event(s, 99)
	b.within(func(tx storage.Tx) { b.ok(tx.SaveEvents(b.ctx, []storage.Event{e, gone})) })
	if got, err = b.db.Event(b.ctx, s.ID, 4); err != nil || !reflect.DeepEqual(got, e) {
		b.Errorf("then it is %+v, %v, want %+v", got, err, e)
	}
	before := e
	b.within(func(tx storage.Tx) {
		b.ok(tx.ReopenEvents(b.ctx, s.ID, []int64{4, 99}, noon.Add(2*time.Hour)))
		b.ok(tx.SaveEvents(b.ctx, []storage.Event{before})) // what was tried before says nothing any more
	})
	e.State, e.Attempts, e.Redeliveries, e.NextAt, e.DoneAt = storage.EventPending, 0, 1, noon.Add(2*time.Hour),
		time.Time{}
	if got, err = b.db.Event(b.ctx, s.ID, 4); err != nil || !reflect.DeepEqual(got, e) {
		b.Errorf("reopened it is %+v, %v, want %+v", got, err, e)
	}
	_, err = b.db.Event(b.ctx, s.ID, 99)
	b.fails(err, storage.ErrNotFound)
	b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error {
		return tx.AddEvents(b.ctx, []storage.Event{b.event(storage.Subscription{ID: 999}, 1)})
	}), storage.ErrNotFound)
}

func eventsAreListed(b *bundle) {
	s, other := b.subscription(storage.Subscription{Name: "erp"}), b.subscription(storage.Subscription{Name: "other"})
	for seq := int64(1); seq <= 6; seq++ {
		b.addEvents(b.event(s, seq))
	}
	b.addEvents(b.event(other, 3))
	elsewhere := b.event(s, 7)
	elsewhere.StoreID = b.create("elsewhere").ID
	b.addEvents(elsewhere)
	ended := func(seq int64, state storage.EventState, at time.Time) storage.Event {
		e := b.event(s, seq)
		e.State, e.DoneAt = state, at
		return e
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.SaveEvents(b.ctx, []storage.Event{ended(1, storage.EventFailed, noon),
			ended(2, storage.EventFailed, noon.Add(time.Hour)), ended(3, storage.EventDelivered, noon)}))
	})
	for name, test := range map[string]struct {
		q    storage.EventQuery
		want []int64
	}{
		"newest first": {storage.EventQuery{SubscriptionID: s.ID, Limit: 3}, []int64{7, 6, 5}},
		"before":       {storage.EventQuery{SubscriptionID: s.ID, Before: 5, Limit: 2}, []int64{4, 3}},
		"on their way": {storage.EventQuery{SubscriptionID: s.ID, StoreID: b.store.ID, State: storage.EventPending,
			OldestFirst: true}, []int64{4, 5, 6}},
		"behind": {storage.EventQuery{SubscriptionID: s.ID, After: 5, OldestFirst: true}, []int64{6, 7}},
		"failed": {storage.EventQuery{SubscriptionID: s.ID, State: storage.EventFailed, OldestFirst: true}, []int64{1, 2}},
		"failed since": {storage.EventQuery{SubscriptionID: s.ID, State: storage.EventFailed,
			DoneFrom: noon.Add(time.Minute)}, []int64{2}},
		"delivered":    {storage.EventQuery{SubscriptionID: s.ID, State: storage.EventDelivered}, []int64{3}},
		"of everybody": {storage.EventQuery{Before: 4, After: 2, OldestFirst: true}, []int64{3, 3}},
		"of somebody":  {storage.EventQuery{SubscriptionID: other.ID}, []int64{3}},
		"of nobody":    {storage.EventQuery{SubscriptionID: 999}, nil},
	} {
		if got := b.seqs(test.q); !reflect.DeepEqual(got, test.want) {
			b.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func eventsAreDropped(b *bundle) {
	s := b.subscription(storage.Subscription{Name: "erp"})
	var done []storage.Event
	for seq := int64(1); seq <= 5; seq++ {
		e := b.event(s, seq)
		b.addEvents(e)
		if e.State, e.DoneAt = storage.EventDelivered, noon.Add(time.Duration(seq)*time.Minute); seq < 5 {
			done = append(done, e)
		}
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.SaveEvents(b.ctx, done))
		for _, want := range []int64{2, 1, 0} {
			n, err := tx.DropEvents(b.ctx, b.store.ID, noon.Add(4*time.Minute), 2)
			b.ok(err)
			if n != want {
				b.Errorf("%d were dropped, want %d", n, want)
			}
		}
	})
	if got := b.seqs(storage.EventQuery{SubscriptionID: s.ID}); !reflect.DeepEqual(got, []int64{5, 4}) {
		b.Errorf("left are %v", got)
	}
	b.within(func(tx storage.Tx) {
		for _, want := range []int64{1, 1, 0} {
			n, err := tx.DropEventsOf(b.ctx, s.ID, 1)
			b.ok(err)
			if n != want {
				b.Errorf("%d were dropped, want %d", n, want)
			}
		}
	})
}

func eventsGo(b *bundle) {
	s, other := b.subscription(storage.Subscription{Name: "erp"}), b.subscription(storage.Subscription{Name: "other"})
	b.addEvents(b.event(s, 1), b.event(other, 1))
	b.within(func(tx storage.Tx) { b.ok(tx.DropSubscription(b.ctx, s.ID)) })
	if got := b.seqs(storage.EventQuery{}); len(got) != 1 {
		b.Errorf("left are %v", got)
	}
	b.locked(func(tx storage.Tx) { b.ok(tx.RemoveStore(b.ctx, b.store.ID)) })
	b.ok(b.db.RemoveLeftovers(b.ctx))
	if got := b.seqs(storage.EventQuery{}); len(got) != 0 {
		b.Errorf("left are %v", got)
	}
}
