package storagetest

import (
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var subscriptions = map[string]func(*bundle){
	"subscriptions are kept with everything about them":  subscriptionsAreKept,
	"a name is unique within a group":                    subscriptionsAreNamed,
	"a subscription changes and is forgotten":            subscriptionsChange,
	"a subscription gets the changes of its stores":      subscriptionsOfStores,
	"a subscription goes with its group and last store":  subscriptionsGo,
	"a task is woken where somebody is subscribed":       subscribedAreWoken,
	"a place is that of a store":                         placesAreKept,
	"events are kept once, with what became of them":     eventsAreKept,
	"events are listed by state, time and number":        eventsAreListed,
	"old events are dropped, and those on their way not": eventsAreDropped,
	"events go with their subscription and store":        eventsGo,
}

func (b *bundle) subscription(s storage.Subscription) (made storage.Subscription) {
	b.Helper()
	if s.State == "" {
		s.State = storage.SubscriptionActive
	}
	if s.Key == "" {
		s.Key = "key of " + s.Name
	}
	s.Sink, s.Target = "http", "https://erp.example.com"
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.AddSubscription(b.ctx, s)
		b.ok(err)
	})
	return made
}

func subscriptionsAreKept(b *bundle) {
	g := b.group("acme")
	other := b.create("other")
	zeta := b.subscription(storage.Subscription{Name: "zeta", GroupID: g.ID, Stores: []int64{b.store.ID, other.ID},
		Resources: []storage.Resource{storage.Orders, storage.Refunds}, Kinds: []storage.Kind{storage.Created},
		Filter: `record.status == "processing"`, Thin: true, Fields: []string{"id", "billing.email"}, Sealed: []byte{1, 0, 2},
		State: storage.SubscriptionPaused, Why: "it answers 500", From: 7, ReceiptWithin: 10 * time.Minute,
		Failures: 3, FailingSince: noon,
		RestUntil: noon.Add(time.Hour), DeliveredAt: noon.Add(-time.Hour)})
	erp := b.subscription(storage.Subscription{Name: "erp"})
	if zeta.ID == 0 || zeta.ID == erp.ID || zeta.CreatedAt.IsZero() {
		b.Errorf("made %+v and %+v", zeta, erp)
	}
	for group, want := range map[int64][]storage.Subscription{0: {erp, zeta}, g.ID: {zeta}, 999: nil} {
		got, err := b.db.Subscriptions(b.ctx, group)
		b.ok(err)
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			b.Errorf("of group %d there are %+v, want %+v", group, got, want)
		}
	}
	for _, want := range []storage.Subscription{zeta, erp} {
		got, err := b.db.Subscription(b.ctx, want.GroupID, want.Name)
		b.ok(err)
		byKey, err := b.db.SubscriptionByKey(b.ctx, want.Key)
		b.ok(err)
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(byKey, want) {
			b.Errorf("it is %+v and %+v, want %+v", got, byKey, want)
		}
	}
	for name, group := range map[string]int64{"zeta": 0, "erp": g.ID, "none": 0} {
		_, err := b.db.Subscription(b.ctx, group, name)
		b.fails(err, storage.ErrNotFound)
	}
	_, err := b.db.SubscriptionByKey(b.ctx, "none")
	b.fails(err, storage.ErrNotFound)
}

func subscriptionsAreNamed(b *bundle) {
	g := b.group("acme")
	b.subscription(storage.Subscription{Name: "erp"})
	b.subscription(storage.Subscription{Name: "erp", GroupID: g.ID, Key: "another"})
	add := func(s storage.Subscription) error {
		s.State = storage.SubscriptionActive
		return b.db.Within(b.ctx, func(tx storage.Tx) error {
			_, err := tx.AddSubscription(b.ctx, s)
			return err
		})
	}
	b.fails(add(storage.Subscription{Name: "erp", Key: "1"}), storage.ErrExists)
	b.fails(add(storage.Subscription{Name: "erp", GroupID: g.ID, Key: "2"}), storage.ErrExists)
	b.fails(add(storage.Subscription{Name: "x", Key: "another"}), storage.ErrExists)
	b.fails(add(storage.Subscription{Name: "x", GroupID: 999, Key: "3"}), storage.ErrNotFound)
	b.fails(add(storage.Subscription{Name: "x", Stores: []int64{999}, Key: "4"}), storage.ErrNotFound)
}

func subscriptionsChange(b *bundle) {
	s := b.subscription(storage.Subscription{Name: "erp", From: 3})
	changed := s
	changed.Resources, changed.Kinds = []storage.Resource{storage.Orders}, []storage.Kind{storage.Deleted}
	changed.Filter, changed.Thin, changed.Fields, changed.Sealed = "true", true, []string{"id"}, []byte("sealed")
	changed.Sink, changed.Target, changed.ReceiptWithin = "file", "events.jsonl", time.Minute
	changed.State, changed.Why, changed.Failures = storage.SubscriptionEnded, "410 Gone", 4
	changed.FailingSince, changed.RestUntil, changed.DeliveredAt = noon, noon.Add(time.Hour), noon.Add(time.Minute)
	b.within(func(tx storage.Tx) {
		locked, err := tx.LockSubscription(b.ctx, s.ID)
		b.ok(err)
		if !reflect.DeepEqual(locked, s) {
			b.Errorf("locked is %+v, want %+v", locked, s)
		}
		b.ok(tx.SaveSubscription(b.ctx, changed))
	})
	got, err := b.db.Subscription(b.ctx, 0, "erp")
	b.ok(err)
	if !reflect.DeepEqual(got, changed) {
		b.Errorf("it is %+v, want %+v", got, changed)
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.DropSubscription(b.ctx, s.ID))
		b.ok(tx.DropSubscription(b.ctx, s.ID))
		_, err := tx.LockSubscription(b.ctx, s.ID)
		b.fails(err, storage.ErrNotFound)
		b.fails(tx.SaveSubscription(b.ctx, changed), storage.ErrNotFound)
	})
}

func subscriptionsOfStores(b *bundle) {
	g, other := b.group("acme"), b.create("other")
	b.within(func(tx storage.Tx) {
		st, err := tx.LockStore(b.ctx, b.store.ID)
		b.ok(err)
		st.GroupID = g.ID
		b.ok(tx.SaveStore(b.ctx, st))
	})
	b.subscription(storage.Subscription{Name: "all"})
	b.subscription(storage.Subscription{Name: "group", GroupID: g.ID})
	b.subscription(storage.Subscription{Name: "one", Stores: []int64{b.store.ID}, State: storage.SubscriptionPaused})
	b.subscription(storage.Subscription{Name: "other", Stores: []int64{other.ID}})
	// A subscription that is limited to a store which has left its group gets no changes of that store.
	b.subscription(storage.Subscription{Name: "left", GroupID: g.ID, Stores: []int64{other.ID}})
	for store, want := range map[int64][]string{b.store.ID: {"all", "group", "one"}, other.ID: {"all", "other"}, 999: nil} {
		got, err := b.db.SubscriptionsOf(b.ctx, store)
		b.ok(err)
		var names []string
		for _, s := range got {
			names = append(names, s.Name)
		}
		if !reflect.DeepEqual(names, want) {
			b.Errorf("of store %d they are %q, want %q", store, names, want)
		}
	}
}

func subscriptionsGo(b *bundle) {
	g, other := b.group("acme"), b.create("other")
	b.subscription(storage.Subscription{Name: "of group", GroupID: g.ID})
	b.subscription(storage.Subscription{Name: "of store", Stores: []int64{b.store.ID}})
	b.subscription(storage.Subscription{Name: "of two", Stores: []int64{b.store.ID, other.ID}})
	b.subscription(storage.Subscription{Name: "stays"})
	names := func() (names []string) {
		left, err := b.db.Subscriptions(b.ctx, 0)
		b.ok(err)
		for _, s := range left {
			names = append(names, s.Name)
		}
		return names
	}
	b.locked(func(tx storage.Tx) {
		b.ok(tx.DropGroup(b.ctx, g.ID))
		b.ok(tx.RemoveStore(b.ctx, b.store.ID))
	})
	if got := names(); !reflect.DeepEqual(got, []string{"of two", "stays"}) {
		b.Errorf("left are %q", got)
	}
	b.within(func(tx storage.Tx) { b.ok(tx.RemoveStore(b.ctx, other.ID)) })
	if got := names(); !reflect.DeepEqual(got, []string{"stays"}) {
		b.Errorf("left are %q: one that was confined must not get everything", got)
	}
}

func subscribedAreWoken(b *bundle) {
	const task storage.Task = "deliver"
	wakes := func() int64 {
		turns, err := b.db.Turns(b.ctx, b.store.ID)
		b.ok(err)
		for _, t := range turns {
			if t.Task == task {
				return t.Wakes
			}
		}
		return 0
	}
	wake := func() { b.within(func(tx storage.Tx) { b.ok(tx.WakeSubscribed(b.ctx, task, b.store.ID)) }) }
	other := b.create("other")
	b.subscription(storage.Subscription{Name: "other", Stores: []int64{other.ID}})
	paused := b.subscription(storage.Subscription{Name: "paused", State: storage.SubscriptionPaused})
	wake()
	if n := wakes(); n != 0 {
		b.Errorf("woken %d times for nobody", n)
	}
	b.within(func(tx storage.Tx) {
		paused.State = storage.SubscriptionActive
		b.ok(tx.SaveSubscription(b.ctx, paused))
	})
	wake()
	wake()
	if n := wakes(); n != 2 {
		b.Errorf("woken %d times, want 2", n)
	}
	confined := b.subscription(storage.Subscription{Name: "confined", Stores: []int64{b.store.ID}})
	b.within(func(tx storage.Tx) {
		b.ok(tx.WakeStoresOf(b.ctx, task, confined.ID))
		b.ok(tx.WakeStoresOf(b.ctx, task, 999))
	})
	turns, err := b.db.Turns(b.ctx, other.ID)
	b.ok(err)
	if n := wakes(); n != 3 || len(turns) != 0 {
		b.Errorf("woken %d times, want 3, and another store has %+v", n, turns)
	}
	b.within(func(tx storage.Tx) { b.ok(tx.WakeStoresOf(b.ctx, task, paused.ID)) })
	if turns, err = b.db.Turns(b.ctx, other.ID); err != nil || wakes() != 4 || len(turns) != 1 {
		b.Errorf("one of all stores: woken %d times, and another store has %+v, %v", wakes(), turns, err)
	}
}

func placesAreKept(b *bundle) {
	other := b.create("other")
	s := b.subscription(storage.Subscription{Name: "erp", From: 5})
	b.within(func(tx storage.Tx) {
		b.ok(tx.SetSubscriptionPlace(b.ctx, s.ID, b.store.ID, 8))
		b.ok(tx.SetSubscriptionPlace(b.ctx, s.ID, b.store.ID, 9))
	})
	for store, want := range map[int64]int64{b.store.ID: 9, other.ID: 5} {
		got, err := b.db.SubscriptionPlace(b.ctx, s.ID, store)
		b.ok(err)
		if got != want {
			b.Errorf("the place in store %d is %d, want %d", store, got, want)
		}
	}
	_, err := b.db.SubscriptionPlace(b.ctx, 999, b.store.ID)
	b.fails(err, storage.ErrNotFound)
	for _, of := range [][2]int64{{999, b.store.ID}, {s.ID, 999}} {
		b.fails(b.db.Within(b.ctx, func(tx storage.Tx) error {
			return tx.SetSubscriptionPlace(b.ctx, of[0], of[1], 1)
		}), storage.ErrNotFound)
	}
}
