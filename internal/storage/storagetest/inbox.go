package storagetest

import (
	"reflect"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var inbox = map[string]func(*bundle){
	"a hook is kept with everything about it":         hooksAreKept,
	"a store has one hook, and each has a path":       hooksAreUnique,
	"what comes to a hook is added up":                hooksAreNoted,
	"saving a hook leaves what was noted":             notesAreLeft,
	"a delivery that comes again is not kept":         deliveriesAreKeptOnce,
	"a delivery names a record at a time":             deliveriesNameARecord,
	"deliveries are taken once, the oldest first":     deliveriesAreTaken,
	"only old deliveries that were taken are removed": deliveriesAreDropped,
	"hook and deliveries go with their store":         inboxGoesWithItsStore,
}

func (b *bundle) hook(storeID int64, path string) storage.Hook {
	b.Helper()
	h := storage.Hook{StoreID: storeID, Path: path, State: storage.HookPending}
	b.within(func(tx storage.Tx) { b.ok(tx.AddHook(b.ctx, h)) })
	return h
}

func hooksAreKept(b *bundle) {
	h := storage.Hook{StoreID: b.store.ID, Path: "p1", State: storage.HookActive, Why: "ünder way",
		Webhooks: []storage.HookWebhook{{ID: 4, Topic: "order.created"}}, SecretSent: true, Reached: true, CheckedAt: noon,
		RotatedAt: noon.Add(time.Second), Repairs: 3}
	b.within(func(tx storage.Tx) { b.ok(tx.AddHook(b.ctx, h)) })
	for name, read := range map[string]func() (storage.Hook, error){
		"by store": func() (storage.Hook, error) { return b.db.Hook(b.ctx, b.store.ID) },
		"by path":  func() (storage.Hook, error) { return b.db.HookByPath(b.ctx, "p1") },
		"locked": func() (got storage.Hook, err error) {
			b.within(func(tx storage.Tx) { got, err = tx.LockHook(b.ctx, b.store.ID) })
			return got, err
		},
	} {
		got, err := read()
		b.ok(err)
		if !reflect.DeepEqual(got, h) {
			b.Errorf("%s it is %+v, want %+v", name, got, h)
		}
	}
	second := b.create("second")
	b.hook(second.ID, "p2")
	all, err := b.db.Hooks(b.ctx)
	b.ok(err)
	if len(all) != 2 || all[0].Path != "p1" || all[1].StoreID != second.ID {
		b.Errorf("the list is %+v", all)
	}
	_, err = b.db.Hook(b.ctx, 999)
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.HookByPath(b.ctx, "p3")
	b.fails(err, storage.ErrNotFound)
	b.within(func(tx storage.Tx) {
		_, err := tx.LockHook(b.ctx, 999)
		b.fails(err, storage.ErrNotFound)
		b.fails(tx.SaveHook(b.ctx, storage.Hook{StoreID: 999}), storage.ErrNotFound)
	})
}

func hooksAreUnique(b *bundle) {
	b.hook(b.store.ID, "p1")
	second := b.create("second")
	for what, add := range map[string]struct {
		hook storage.Hook
		want error
	}{
		"a second hook":  {storage.Hook{StoreID: b.store.ID, Path: "p2"}, storage.ErrExists},
		"a taken path":   {storage.Hook{StoreID: second.ID, Path: "p1"}, storage.ErrExists},
		"no such store":  {storage.Hook{StoreID: 999, Path: "p3"}, storage.ErrNotFound},
		"another one is": {storage.Hook{StoreID: second.ID, Path: "p4"}, nil},
	} {
		err := b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.AddHook(b.ctx, add.hook) })
		if add.want == nil && err != nil {
			b.Errorf("%s: %v", what, err)
		} else if add.want != nil {
			b.fails(err, add.want)
		}
	}
}

func hooksAreNoted(b *bundle) {
	b.hook(b.store.ID, "p1")
	b.within(func(tx storage.Tx) {
		b.ok(tx.NoteHook(b.ctx, b.store.ID, storage.HookNote{Wakes: 2, Pings: 1, PingedAt: noon, DeliveredAt: noon}))
		b.ok(tx.NoteHook(b.ctx, b.store.ID, storage.HookNote{Wakes: 1, Refused: 4, RefusedAt: noon,
			DeliveredAt: noon.Add(-time.Hour)}))
		b.ok(tx.NoteHook(b.ctx, 999, storage.HookNote{Wakes: 1}))
	})
	want := storage.Hook{StoreID: b.store.ID, Path: "p1", State: storage.HookPending, Webhooks: []storage.HookWebhook{},
		Wakes: 3, Pings: 1, Refused: 4, PingedAt: noon, DeliveredAt: noon, RefusedAt: noon}
	got, err := b.db.Hook(b.ctx, b.store.ID)
	b.ok(err)
	if !reflect.DeepEqual(got, want) {
		b.Errorf("it is %+v, want %+v", got, want)
	}
	b.within(func(tx storage.Tx) { b.ok(tx.NoteHook(b.ctx, b.store.ID, storage.HookNote{Wakes: -3})) })
	if got, err = b.db.Hook(b.ctx, b.store.ID); err != nil || got.Wakes != 0 {
		b.Errorf("after they were read for, %d wakes are left (%v)", got.Wakes, err)
	}
}

func notesAreLeft(b *bundle) {
	h := b.hook(b.store.ID, "p1")
	b.within(func(tx storage.Tx) { b.ok(tx.NoteHook(b.ctx, b.store.ID, storage.HookNote{Pings: 1, PingedAt: noon})) })
	h.State, h.Path, h.Pings = storage.HookRefused, "another", 9
	b.within(func(tx storage.Tx) { b.ok(tx.SaveHook(b.ctx, h)) })
	got, err := b.db.Hook(b.ctx, b.store.ID)
	b.ok(err)
	if got.State != storage.HookRefused || got.Path != "p1" || got.Pings != 1 || !got.PingedAt.Equal(noon) {
		b.Errorf("it is %+v", got)
	}
}

// delivery is the n-th delivery of the bundle's store.
func (b *bundle) delivery(n int) storage.Delivery {
	return storage.Delivery{StoreID: b.store.ID, Key: [storage.DeliveryKeySize]byte{0: 0, 1: byte(n)},
		Ref: storage.Ref{Resource: storage.Orders, ID: int64(n)}, ReceivedAt: noon.Add(time.Duration(-n) * time.Minute)}
}

func (b *bundle) deliver(deliveries ...storage.Delivery) (kept []bool) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		var err error
		kept, err = tx.KeepDeliveries(b.ctx, deliveries)
		b.ok(err)
	})
	return kept
}

func (b *bundle) take(limit int) (taken []storage.Delivery) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		var err error
		taken, err = tx.TakeDeliveries(b.ctx, b.store.ID, limit)
		b.ok(err)
	})
	return taken
}

func deliveriesNameARecord(b *bundle) {
	again := b.delivery(1)
	again.Key[2], again.ReceivedAt = 9, noon
	b.deliver(again, b.delivery(1), b.delivery(2))
	b.take(1)
	at := func(id int64, from, until time.Time) time.Time {
		b.Helper()
		first, err := b.db.DeliveryOf(b.ctx, b.store.ID, orderRef(id), from, until)
		b.ok(err)
		return first
	}
	if got := at(1, noon.Add(-time.Minute), noon); !got.Equal(noon.Add(-time.Minute)) {
		b.Errorf("the first was at %s", got)
	}
	if got := at(1, noon.Add(-time.Second), noon); !got.Equal(noon) {
		b.Errorf("of the last second it was at %s", got)
	}
	for id, until := range map[int64]time.Time{1: noon.Add(-2 * time.Minute), 2: noon.Add(-3 * time.Minute), 3: noon} {
		if got := at(id, noon.Add(-time.Hour), until); !got.IsZero() {
			b.Errorf("of %d there is one at %s", id, got)
		}
	}
}

func deliveriesAreKeptOnce(b *bundle) {
	first, second := b.delivery(1), b.delivery(2)
	if kept := b.deliver(first, second, first); !slices.Equal(kept, []bool{true, true, false}) {
		b.Errorf("at first kept are %v", kept)
	}
	elsewhere := first
	elsewhere.StoreID = b.create("second").ID
	if kept := b.deliver(second, b.delivery(3), elsewhere); !slices.Equal(kept, []bool{false, true, true}) {
		b.Errorf("then kept are %v", kept)
	}
	b.take(0)
	if kept := b.deliver(first); kept[0] {
		b.Error("one that was taken was kept again")
	}
	if kept := b.deliver(); len(kept) != 0 {
		b.Errorf("of none kept are %v", kept)
	}
}

func deliveriesAreTaken(b *bundle) {
	first, second, third := b.delivery(3), b.delivery(2), b.delivery(1)
	first.ParentID, second.Ref = 7, storage.Ref{}
	b.deliver(third, first, second)
	if got, want := b.take(2), []storage.Delivery{first, second}; !reflect.DeepEqual(got, want) {
		b.Errorf("first come %+v, want %+v", got, want)
	}
	if got := b.take(0); !reflect.DeepEqual(got, []storage.Delivery{third}) {
		b.Errorf("then come %+v", got)
	}
	if got := b.take(0); len(got) != 0 {
		b.Errorf("again come %+v", got)
	}
}

func deliveriesAreDropped(b *bundle) {
	old, young, waiting := b.delivery(9), b.delivery(1), b.delivery(8)
	b.deliver(old, young)
	b.take(0)
	b.deliver(waiting)
	b.within(func(tx storage.Tx) { b.ok(tx.DropDeliveries(b.ctx, b.store.ID, noon.Add(-5*time.Minute))) })
	if kept := b.deliver(old, young, waiting); !slices.Equal(kept, []bool{true, false, false}) {
		b.Errorf("what was gone is %v", kept)
	}
}

func inboxGoesWithItsStore(b *bundle) {
	b.hook(b.store.ID, "p1")
	b.deliver(b.delivery(1))
	b.locked(func(tx storage.Tx) { b.ok(tx.RemoveStore(b.ctx, b.store.ID)) })
	_, err := b.db.HookByPath(b.ctx, "p1")
	b.fails(err, storage.ErrNotFound)
	b.ok(b.db.RemoveLeftovers(b.ctx))
	if kept := b.deliver(b.delivery(1)); !kept[0] {
		b.Error("its delivery is there still")
	}
}
