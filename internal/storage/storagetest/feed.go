package storagetest

import (
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var feed = map[string]func(*bundle){
	"consumers are kept with everything about them": consumersAreKept,
	"a name is unique within a group":               consumersAreNamed,
	"a consumer moves and is forgotten":             consumersMove,
	"a consumer goes with its group or store":       consumersGo,
}

func (b *bundle) consumer(c storage.Consumer) (made storage.Consumer) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.AddConsumer(b.ctx, c)
		b.ok(err)
	})
	return made
}

func consumersAreKept(b *bundle) {
	g := b.group("acme")
	zeta := b.consumer(storage.Consumer{Name: "zeta", GroupID: g.ID, StoreID: b.store.ID, Seq: 7, Idle: time.Hour,
		Resources: []storage.Resource{storage.Orders, storage.Refunds}})
	erp := b.consumer(storage.Consumer{Name: "erp"})
	if zeta.ID == 0 || zeta.ID == erp.ID || zeta.CreatedAt.IsZero() {
		b.Errorf("made %+v and %+v", zeta, erp)
	}
	for group, want := range map[int64][]storage.Consumer{0: {erp, zeta}, g.ID: {zeta}, 999: nil} {
		got, err := b.db.Consumers(b.ctx, group)
		b.ok(err)
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			b.Errorf("of group %d there are %+v, want %+v", group, got, want)
		}
	}
	got, err := b.db.Consumer(b.ctx, g.ID, "zeta")
	b.ok(err)
	if !reflect.DeepEqual(got, zeta) {
		b.Errorf("it is %+v, want %+v", got, zeta)
	}
	for name, group := range map[string]int64{"zeta": 0, "erp": g.ID, "none": 0} {
		_, err := b.db.Consumer(b.ctx, group, name)
		b.fails(err, storage.ErrNotFound)
	}
}

func consumersAreNamed(b *bundle) {
	g := b.group("acme")
	b.consumer(storage.Consumer{Name: "erp"})
	b.consumer(storage.Consumer{Name: "erp", GroupID: g.ID})
	add := func(c storage.Consumer) error {
		return b.db.Within(b.ctx, func(tx storage.Tx) error {
			_, err := tx.AddConsumer(b.ctx, c)
			return err
		})
	}
	b.fails(add(storage.Consumer{Name: "erp"}), storage.ErrExists)
	b.fails(add(storage.Consumer{Name: "erp", GroupID: g.ID}), storage.ErrExists)
	b.fails(add(storage.Consumer{Name: "x", GroupID: 999}), storage.ErrNotFound)
	b.fails(add(storage.Consumer{Name: "x", StoreID: 999}), storage.ErrNotFound)
}

func consumersMove(b *bundle) {
	c := b.consumer(storage.Consumer{Name: "erp", Seq: 3})
	moved := c
	moved.Seq, moved.SeenAt, moved.AckedAt = 9, noon, noon.Add(time.Second)
	b.within(func(tx storage.Tx) {
		locked, err := tx.LockConsumer(b.ctx, c.ID)
		b.ok(err)
		if !reflect.DeepEqual(locked, c) {
			b.Errorf("locked is %+v, want %+v", locked, c)
		}
		b.ok(tx.SaveConsumer(b.ctx, moved))
	})
	got, err := b.db.Consumer(b.ctx, 0, "erp")
	b.ok(err)
	if !reflect.DeepEqual(got, moved) {
		b.Errorf("it is %+v, want %+v", got, moved)
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.DropConsumer(b.ctx, c.ID))
		b.ok(tx.DropConsumer(b.ctx, c.ID))
		_, err := tx.LockConsumer(b.ctx, c.ID)
		b.fails(err, storage.ErrNotFound)
		b.fails(tx.SaveConsumer(b.ctx, moved), storage.ErrNotFound)
	})
}

func consumersGo(b *bundle) {
	g := b.group("acme")
	b.consumer(storage.Consumer{Name: "of group", GroupID: g.ID})
	b.consumer(storage.Consumer{Name: "of store", StoreID: b.store.ID})
	stays := b.consumer(storage.Consumer{Name: "stays"})
	b.locked(func(tx storage.Tx) {
		b.ok(tx.DropGroup(b.ctx, g.ID))
		b.ok(tx.RemoveStore(b.ctx, b.store.ID))
	})
	left, err := b.db.Consumers(b.ctx, 0)
	b.ok(err)
	if !reflect.DeepEqual(left, []storage.Consumer{stays}) {
		b.Errorf("left are %+v", left)
	}
}
