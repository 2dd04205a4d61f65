package storagetest

import (
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var links = map[string]func(*bundle){
	"links are kept with everything about them": linksAreKept,
	"a link goes with its group or store":       linksGo,
}

func (b *bundle) link(id string, l storage.Link) storage.Link {
	b.Helper()
	l.ID, l.By, l.CreatedAt = id, "somebody", noon
	copy(l.Hash[:], "hash of "+id)
	if l.StoreID == 0 {
		l.StoreID = b.store.ID
	}
	b.within(func(tx storage.Tx) { b.ok(tx.AddLink(b.ctx, l)) })
	return l
}

func linksAreKept(b *bundle) {
	g := b.group("acme")
	one := b.link("one", storage.Link{GroupID: g.ID, OrderID: 7, ExpiresAt: noon.Add(time.Hour)})
	old := b.link("old", storage.Link{OrderID: 8, ExpiresAt: noon.Add(-time.Hour)})
	for _, want := range []storage.Link{one, old} {
		got, err := b.db.Link(b.ctx, want.Hash)
		b.ok(err)
		if !reflect.DeepEqual(got, want) {
			b.Errorf("it is %+v, want %+v", got, want)
		}
	}
	for group, want := range map[int64]int{0: 2, g.ID: 1, 999: 0} {
		got, err := b.db.Links(b.ctx, group)
		b.ok(err)
		if len(got) != want {
			b.Errorf("of group %d there are %+v", group, got)
		}
	}
	_, err := b.db.Link(b.ctx, [storage.LinkHashSize]byte{1})
	b.fails(err, storage.ErrNotFound)
	add := func(l storage.Link) error {
		return b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.AddLink(b.ctx, l) })
	}
	b.fails(add(one), storage.ErrExists)
	b.fails(add(storage.Link{ID: "new", Hash: one.Hash, StoreID: b.store.ID}), storage.ErrExists)
	b.fails(add(storage.Link{ID: "new", StoreID: 999}), storage.ErrNotFound)
	b.fails(add(storage.Link{ID: "new", StoreID: b.store.ID, GroupID: 999}), storage.ErrNotFound)
	b.within(func(tx storage.Tx) { b.ok(tx.DropLinks(b.ctx, noon)) })
	_, err = b.db.Link(b.ctx, old.Hash)
	b.fails(err, storage.ErrNotFound)
	b.within(func(tx storage.Tx) {
		b.ok(tx.DropLink(b.ctx, "one"))
		b.ok(tx.DropLink(b.ctx, "one"))
	})
	_, err = b.db.Link(b.ctx, one.Hash)
	b.fails(err, storage.ErrNotFound)
}

func linksGo(b *bundle) {
	g, other := b.group("acme"), b.create("other")
	b.link("of group", storage.Link{GroupID: g.ID, StoreID: other.ID})
	b.link("of store", storage.Link{})
	b.link("stays", storage.Link{StoreID: other.ID})
	b.locked(func(tx storage.Tx) {
		b.ok(tx.DropGroup(b.ctx, g.ID))
		b.ok(tx.RemoveStore(b.ctx, b.store.ID))
	})
	left, err := b.db.Links(b.ctx, 0)
	b.ok(err)
	if len(left) != 1 || left[0].ID != "stays" {
		b.Errorf("left are %+v", left)
	}
}
