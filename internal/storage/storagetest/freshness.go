package storagetest

import (
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var freshness = map[string]func(*bundle){
	"what is fresh begins and ends":            freshnessIsKept,
	"freshness goes with its store":            freshnessGoes,
	"times through which somebody looked join": watchedJoins,
	"old freshness is dropped":                 oldFreshnessIsDropped,
}

func (b *bundle) fresh(fresh ...storage.Fresh) {
	b.Helper()
	b.within(func(tx storage.Tx) { b.ok(tx.BeginFresh(b.ctx, fresh)) })
}

func (b *bundle) wantFresh(q storage.FreshQuery, want ...storage.Fresh) {
	b.Helper()
	got, err := b.db.Freshness(b.ctx, q)
	b.ok(err)
	if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		b.Errorf("%+v gives %+v, want %+v", q, got, want)
	}
}

func freshnessIsKept(b *bundle) {
	other := b.create("other")
	later := noon.Add(time.Hour)
	whole := storage.Fresh{StoreID: b.store.ID, State: "on_time", From: noon, Usual: time.Minute}
	orders := storage.Fresh{StoreID: b.store.ID, Resource: storage.Orders, State: "late", From: noon, Usual: time.Second}
	others := storage.Fresh{StoreID: other.ID, State: "down", From: noon}
	b.fresh(whole, orders, others, storage.Fresh{StoreID: 999, State: "late", From: noon})
	b.wantFresh(storage.FreshQuery{}, whole, orders, others)
	next := storage.Fresh{StoreID: b.store.ID, State: "late", From: later, Usual: time.Minute}
	b.fresh(next)
	whole.Until = later
	b.wantFresh(storage.FreshQuery{StoreID: b.store.ID}, whole, next, orders)
	b.wantFresh(storage.FreshQuery{Whole: true}, whole, next, others)
	b.wantFresh(storage.FreshQuery{Resource: storage.Orders}, orders)
	b.wantFresh(storage.FreshQuery{Now: true, Whole: true}, next, others)
	b.wantFresh(storage.FreshQuery{StoreID: b.store.ID, Since: later}, next, orders)
	b.wantFresh(storage.FreshQuery{FirstStore: other.ID, LastStore: 999}, others)
	// What begins twice at the same time is what it was last said to be.
	next.State = "down"
	b.fresh(next)
	b.wantFresh(storage.FreshQuery{StoreID: b.store.ID, Whole: true}, whole, next)
}

func freshnessGoes(b *bundle) {
	b.fresh(storage.Fresh{StoreID: b.store.ID, State: "on_time", From: noon})
	b.locked(func(tx storage.Tx) { b.ok(tx.RemoveStore(b.ctx, b.store.ID)) })
	b.wantFresh(storage.FreshQuery{})
}

func watchedJoins(b *bundle) {
	for _, after := range []time.Duration{0, 10 * time.Second, 20 * time.Second, time.Hour} {
		b.within(func(tx storage.Tx) { b.ok(tx.Watching(b.ctx, noon.Add(after), time.Minute)) })
	}
	all := []storage.Watched{{From: noon, Until: noon.Add(20 * time.Second)},
		{From: noon.Add(time.Hour), Until: noon.Add(time.Hour)}}
	for since, want := range map[time.Time][]storage.Watched{noon: all, noon.Add(time.Minute): all[1:]} {
		got, err := b.db.Watched(b.ctx, since)
		b.ok(err)
		if !reflect.DeepEqual(got, want) {
			b.Errorf("since %v it was watched through %+v, want %+v", since, got, want)
		}
	}
}

func oldFreshnessIsDropped(b *bundle) {
	for i, state := range []string{"on_time", "late", "on_time"} {
		b.fresh(storage.Fresh{StoreID: b.store.ID, State: state, From: noon.Add(time.Duration(i) * time.Hour)})
	}
	b.within(func(tx storage.Tx) {
		for _, want := range []int64{1, 1, 0} {
			n, err := tx.DropFreshness(b.ctx, noon.Add(3*time.Hour), 1)
			b.ok(err)
			if n != want {
				b.Errorf("dropped %d, want %d", n, want)
			}
		}
	})
	b.wantFresh(storage.FreshQuery{}, storage.Fresh{StoreID: b.store.ID, State: "on_time", From: noon.Add(2 * time.Hour)})
}
