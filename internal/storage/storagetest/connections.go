package storagetest

import (
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var connections = map[string]func(*bundle){
	"connections are kept with everything about them": connectionsAreKept,
	"what becomes of a connection is kept":            connectionsMove,
	"a connection goes with its group or store":       connectionsGo,
	"those that are over are dropped":                 connectionsAreDropped,
}

func (b *bundle) connection(id string, c storage.Connection) (made storage.Connection) {
	b.Helper()
	c.ID, c.State = id, storage.ConnectionWaiting
	copy(c.StateHash[:], "hash of "+id)
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.AddConnection(b.ctx, c)
		b.ok(err)
	})
	return made
}

func connectionsAreKept(b *bundle) {
	g := b.group("acme")
	full := b.connection("full", storage.Connection{GroupID: g.ID, HomeURL: "https://shop.example", Name: "acme",
		Scopes: []string{"orders:read", "orders:write"}, Home: "given", ReturnURL: "https://app.example/back",
		Sealed: []byte("sealed"), Notes: []string{"one", "two"}, ExpiresAt: noon.Add(time.Hour)})
	bare := b.connection("bare", storage.Connection{HomeURL: "https://other.example", Notes: []string{}})
	if full.CreatedAt.IsZero() {
		b.Error("it has no time of creation")
	}
	for id, want := range map[string]storage.Connection{"full": full, "bare": bare} {
		got, err := b.db.Connection(b.ctx, id)
		b.ok(err)
		if !reflect.DeepEqual(got, want) {
			b.Errorf("it is %+v, want %+v", got, want)
		}
		if got, err = b.db.ConnectionByState(b.ctx, want.StateHash); err != nil || got.ID != id {
			b.Errorf("by its state it is %+v, %v", got, err)
		}
	}
	for group, want := range map[int64]int{0: 2, g.ID: 1, 999: 0} {
		got, err := b.db.Connections(b.ctx, group)
		b.ok(err)
		if len(got) != want {
			b.Errorf("of group %d there are %+v", group, got)
		}
	}
	_, err := b.db.Connection(b.ctx, "none")
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.ConnectionByState(b.ctx, [storage.StateHashSize]byte{1})
	b.fails(err, storage.ErrNotFound)
	add := func(id string, c storage.Connection) error {
		return b.db.Within(b.ctx, func(tx storage.Tx) error {
			c.ID, c.State = id, storage.ConnectionWaiting
			_, err := tx.AddConnection(b.ctx, c)
			return err
		})
	}
	b.fails(add("full", storage.Connection{}), storage.ErrExists)
	b.fails(add("new", storage.Connection{StateHash: full.StateHash}), storage.ErrExists)
	b.fails(add("new", storage.Connection{GroupID: 999}), storage.ErrNotFound)
}

func connectionsMove(b *bundle) {
	c := b.connection("one", storage.Connection{HomeURL: "https://shop.example", Sealed: []byte("state"),
		Notes: []string{}})
	moved := c
	moved.State, moved.Reason, moved.Why, moved.Next = storage.ConnectionFailed, "declined", "said no", "ask again"
	moved.Sealed, moved.Notes, moved.StoreID = nil, []string{"note"}, b.store.ID
	moved.ExpiresAt, moved.ArrivedAt = noon, noon.Add(time.Second)
	moved.DoneAt, moved.BusyUntil = noon.Add(2*time.Second), noon.Add(3*time.Second)
	b.within(func(tx storage.Tx) {
		locked, err := tx.LockConnection(b.ctx, "one")
		b.ok(err)
		if !reflect.DeepEqual(locked, c) {
			b.Errorf("locked is %+v, want %+v", locked, c)
		}
		b.ok(tx.SaveConnection(b.ctx, moved))
	})
	got, err := b.db.Connection(b.ctx, "one")
	b.ok(err)
	if len(got.Sealed) == 0 {
		got.Sealed = nil
	}
	if !reflect.DeepEqual(got, moved) {
		b.Errorf("it is %+v, want %+v", got, moved)
	}
	b.within(func(tx storage.Tx) {
		b.ok(tx.DropConnection(b.ctx, "one"))
		b.ok(tx.DropConnection(b.ctx, "one"))
		_, err := tx.LockConnection(b.ctx, "one")
		b.fails(err, storage.ErrNotFound)
		b.fails(tx.SaveConnection(b.ctx, moved), storage.ErrNotFound)
	})
	lost := b.connection("lost", storage.Connection{})
	lost.StoreID = 999
	err = b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.SaveConnection(b.ctx, lost) })
	b.fails(err, storage.ErrNotFound)
}

func connectionsGo(b *bundle) {
	g := b.group("acme")
	b.connection("of group", storage.Connection{GroupID: g.ID})
	b.connection("stays", storage.Connection{})
	of := b.connection("of store", storage.Connection{})
	of.StoreID = b.store.ID
	b.within(func(tx storage.Tx) { b.ok(tx.SaveConnection(b.ctx, of)) })
	b.locked(func(tx storage.Tx) {
		b.ok(tx.DropGroup(b.ctx, g.ID))
		b.ok(tx.RemoveStore(b.ctx, b.store.ID))
	})
	b.only("stays")
}

func connectionsAreDropped(b *bundle) {
	b.connection("under way", storage.Connection{})
	for id, done := range map[string]time.Time{"old": noon.Add(-time.Second), "new": noon} {
		c := b.connection(id, storage.Connection{})
		c.DoneAt = done
		b.within(func(tx storage.Tx) { b.ok(tx.SaveConnection(b.ctx, c)) })
	}
	b.within(func(tx storage.Tx) { b.ok(tx.DropConnections(b.ctx, noon)) })
	b.only("new", "under way")
}

// only fails unless exactly these connections are there.
func (b *bundle) only(ids ...string) {
	b.Helper()
	left, err := b.db.Connections(b.ctx, 0)
	b.ok(err)
	there := map[string]bool{}
	for _, c := range left {
		there[c.ID] = true
	}
	for _, id := range ids {
		if !there[id] || len(there) != len(ids) {
			b.Errorf("left are %v, want %v", there, ids)
		}
	}
}
