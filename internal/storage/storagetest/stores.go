package storagetest

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var stores = map[string]func(*bundle){
	"one is kept with everything about it":    storeIsKept,
	"names and homes are unique":              storesAreUnique,
	"one that is not there is not found":      missingStores,
	"a key is replaced without the rest":      keyIsReplaced,
	"an epoch is raised by each claim":        epochsRise,
	"a key check is replaced by who knows it": keyChecksAreReplaced,
	"removing one leaves nothing of it":       storeIsRemoved,
	"a removed one has no number to inherit":  numbersAreNotInherited,
	"what is removed can be found by nobody":  removedAtOnce,
	"leftovers of a broken removal are taken": leftoversAreTaken,
}

func keyChecksAreReplaced(b *bundle) {
	is := func(want []byte) {
		b.Helper()
		if got, err := b.db.KeyCheck(b.ctx); err != nil || !bytes.Equal(got, want) {
			b.Errorf("the key check is %x (%v), want %x", got, err, want)
		}
	}
	save := func(sealed, replaces []byte) error {
		return b.db.Within(b.ctx, func(tx storage.Tx) error { return tx.SaveKeyCheck(b.ctx, sealed, replaces) })
	}
	first, second := []byte{0, 1, 255}, []byte{0, 2, 254}
	is(nil)
	b.fails(save(second, first), storage.ErrExists) // there is none to replace
	b.ok(save(first, nil))
	b.fails(save(second, nil), storage.ErrExists)
	is(first)
	b.ok(save(second, first))
	b.fails(save(first, first), storage.ErrExists)
	is(second)
}

func storeIsKept(b *bundle) {
	facts := storage.StoreFacts{
		TimeZone: "America/New_York", GMTOffset: -5, SiteName: "Ünï Shop", WooCommerce: "10.0.2", Currency: "USD",
		ClockAhead: 3 * time.Second, SeenAt: noon,
	}
	var made storage.Store
	b.ok(b.db.Within(b.ctx, func(tx storage.Tx) (err error) {
		made, err = tx.CreateStore(b.ctx, storage.Store{
			Name: "two", HomeURL: "https://two.example", RESTRoot: "https://two.example/index.php?rest_route=/",
			Auth: storage.AuthQuery, Facts: facts,
			Credentials: storage.Credentials{Sealed: []byte{0, 1, 255}, Hook: []byte{7, 0}},
		})
		return err
	}))
	if made.ID == 0 || made.ID == b.store.ID || made.CreatedAt.IsZero() {
		b.Errorf("made %+v", made)
	}
	b.storeIs(made)
	all, err := b.db.Stores(b.ctx)
	b.ok(err)
	if len(all) != 2 || all[0].Name != "shop" || all[1].Name != "two" {
		b.Errorf("the list is %+v", all)
	}
	changed := made
	changed.HomeURL, changed.RESTRoot = "https://moved.example", "https://moved.example/wp-json/"
	changed.Facts.WooCommerce, changed.Paused, changed.Auth = "10.1.0", true, storage.AuthOAuth
	changed.Epoch, changed.Credentials = 7, storage.Credentials{Environment: "SHOP"}
	b.within(func(tx storage.Tx) {
		locked, err := tx.LockStore(b.ctx, made.ID)
		b.ok(err)
		if !reflect.DeepEqual(locked, made) {
			b.Errorf("locked is %+v, want %+v", locked, made)
		}
		b.ok(tx.SaveStore(b.ctx, changed))
		if locked, err = tx.LockStore(b.ctx, made.ID); err != nil || locked.Epoch != 7 {
			b.Errorf("the transaction does not see what it saved: %+v, %v", locked, err)
		}
	})
	got, err := b.db.Store(b.ctx, made.ID)
	b.ok(err)
	if got.UpdatedAt.Before(made.UpdatedAt) {
		b.Errorf("updated at %v, made at %v", got.UpdatedAt, made.UpdatedAt)
	}
	changed.UpdatedAt = got.UpdatedAt
	b.storeIs(changed)
}

// storeIs reads a store in every way, and fails the test unless each way returns want.
func (b *bundle) storeIs(want storage.Store) {
	b.Helper()
	for name, read := range map[string]func() (storage.Store, error){
		"id":   func() (storage.Store, error) { return b.db.Store(b.ctx, want.ID) },
		"name": func() (storage.Store, error) { return b.db.StoreByName(b.ctx, want.Name) },
		"home": func() (storage.Store, error) { return b.db.StoreByHome(b.ctx, want.HomeURL) },
	} {
		got, err := read()
		b.ok(err)
		if !reflect.DeepEqual(got, want) {
			b.Errorf("by %s: got %+v, want %+v", name, got, want)
		}
	}
}

func storesAreUnique(b *bundle) {
	other := b.create("other")
	for what, work := range map[string]func(tx storage.Tx) error{
		"a name": func(tx storage.Tx) error {
			_, err := tx.CreateStore(b.ctx, storage.Store{Name: "shop", HomeURL: "https://third.example"})
			return err
		},
		"a home": func(tx storage.Tx) error {
			_, err := tx.CreateStore(b.ctx, storage.Store{Name: "third", HomeURL: "https://shop.example"})
			return err
		},
		"a home that is moved to": func(tx storage.Tx) error {
			st, err := tx.LockStore(b.ctx, other.ID)
			b.ok(err)
			st.HomeURL = "https://shop.example"
			return tx.SaveStore(b.ctx, st)
		},
	} {
		if err := b.db.WithinRelaxed(b.ctx, work); err == nil {
			b.Errorf("%s was given twice", what)
		} else {
			b.fails(err, storage.ErrExists)
		}
	}
	all, err := b.db.Stores(b.ctx)
	b.ok(err)
	if len(all) != 2 || all[0].HomeURL != "https://other.example" {
		b.Errorf("refused ones have left %+v", all)
	}
}

func missingStores(b *bundle) {
	_, err := b.db.Store(b.ctx, 999)
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.StoreByName(b.ctx, "nobody")
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.StoreByHome(b.ctx, "https://nobody.example")
	b.fails(err, storage.ErrNotFound)
	for name, work := range map[string]func(tx storage.Tx) error{
		"lock":  func(tx storage.Tx) error { _, err := tx.LockStore(b.ctx, 999); return err },
		"save":  func(tx storage.Tx) error { return tx.SaveStore(b.ctx, storage.Store{ID: 999, HomeURL: "x"}) },
		"claim": func(tx storage.Tx) error { _, err := tx.RaiseEpoch(b.ctx, 999); return err },
		"remove": func(tx storage.Tx) error {
			return tx.RemoveStore(b.ctx, 999)
		},
	} {
		if err := b.db.WithinRelaxed(b.ctx, work); err == nil {
			b.Errorf("%s: a store that is not there was found", name)
		} else {
			b.fails(err, storage.ErrNotFound)
		}
	}
}

func keyIsReplaced(b *bundle) {
	b.add(record(1, `"x"`))
	save := func(auth storage.AuthMode, c storage.Credentials) {
		b.locked(func(tx storage.Tx) {
			st, err := tx.LockStore(b.ctx, b.store.ID)
			b.ok(err)
			st.Auth, st.Credentials = auth, c
			b.ok(tx.SaveStore(b.ctx, st))
		})
	}
	save(storage.AuthOAuth, storage.Credentials{Sealed: []byte("one")})
	save(storage.AuthQuery, storage.Credentials{Environment: "SHOP"})
	got, err := b.db.Store(b.ctx, b.store.ID)
	b.ok(err)
	if got.Auth != storage.AuthQuery || !bytes.Equal(got.Credentials.Sealed, nil) ||
		got.Credentials.Environment != "SHOP" {
		b.Errorf("after the second key: %+v", got)
	}
	if _, err := b.db.Record(b.ctx, b.store.ID, storage.Ref{Resource: storage.Orders, ID: 1}); err != nil {
		b.Errorf("the mirror was touched: %v", err)
	}
}

func epochsRise(b *bundle) {
	for want := int64(1); want < 4; want++ {
		var claim storage.Claim
		b.within(func(tx storage.Tx) {
			var err error
			claim, err = tx.RaiseEpoch(b.ctx, b.store.ID)
			b.ok(err)
		})
		st, err := b.db.Store(b.ctx, b.store.ID)
		b.ok(err)
		if claim != (storage.Claim{StoreID: b.store.ID, Epoch: want}) || st.Epoch != want {
			b.Errorf("the claim is %+v, the store's epoch %d, want %d", claim, st.Epoch, want)
		}
		if !st.UpdatedAt.Equal(b.store.UpdatedAt) {
			b.Error("a claim counts as a change of the store")
		}
	}
}

// rowsOf says how many rows of each table are a store's.
func (b *bundle) rowsOf(storeID int64) map[string]int64 {
	b.Helper()
	tables, err := b.db.Query(b.ctx, b.place.Tables, 0)
	b.ok(err)
	if len(tables.Values) < 8 {
		b.Fatalf("only %d tables have a store's id: %v", len(tables.Values), tables.Values)
	}
	rows := map[string]int64{}
	for _, table := range tables.Values {
		name := fmt.Sprint(table[0])
		count, err := b.db.Query(b.ctx, fmt.Sprintf(`SELECT COUNT(*) FROM %s WHERE store_id = %d`, name, storeID), 0)
		b.ok(err)
		if n := count.Values[0][0].(int64); n > 0 {
			rows[name] = n
		}
	}
	return rows
}

func (b *bundle) remove(storeID int64) {
	b.Helper()
	b.ok(b.db.Within(b.ctx, func(tx storage.Tx) error {
		if _, err := tx.LockStore(b.ctx, storeID); err != nil {
			return err
		}
		return tx.RemoveStore(b.ctx, storeID)
	}))
}

// storeIsRemoved looks into every table for rows of a removed store: writes hold customers' addresses, and none may
// stay.
func storeIsRemoved(b *bundle) {
	b.locked(func(tx storage.Tx) {
		b.everyNoun(tx)
		st, err := tx.LockStore(b.ctx, b.store.ID)
		b.ok(err)
		st.Credentials = storage.Credentials{Sealed: []byte("key")}
		b.ok(tx.SaveStore(b.ctx, st))
	})
	sold := record(4712, `"sold"`)
	sold.Raw = []byte(`{"id":4712,"line_items":[{"id":1,"sku":"A","quantity":2,"meta_data":[{"id":3,"key":"k","value":"v"}]}]}`)
	b.add(sold)
	other := b.create("other")
	b.addTo(other.ID, record(1, `"y"`))
	b.ok(b.db.PrepareViews(b.ctx))
	before := b.rowsOf(b.store.ID)
	for _, table := range strings.Fields(
		"records changes cursors marks writes calendar product_lines order_parts_kept order_parts_item_meta_kept") {
		if before[table] == 0 {
			b.Errorf("the test has put nothing into %s: %v", table, before)
		}
	}
	b.remove(b.store.ID)
	b.ok(b.db.RemoveLeftovers(b.ctx))
	if left := b.rowsOf(b.store.ID); len(left) > 0 {
		b.Errorf("of the removed store is left: %v", left)
	}
	if kept := b.rowsOf(other.ID); kept["records"] != 1 || kept["changes"] != 1 {
		b.Errorf("of the other store is left: %v", kept)
	}
}

func numbersAreNotInherited(b *bundle) {
	last := b.add(record(1, `"x"`))
	b.remove(b.store.ID)
	b.ok(b.db.RemoveLeftovers(b.ctx))
	again := b.create("shop")
	if again.ID == b.store.ID {
		b.Error("a new store got the number of a removed one")
	}
	if seq := b.addTo(again.ID, record(1, `"x"`)); seq <= last {
		b.Errorf("change %d was given out after %d", seq, last)
	}
}

// removedAtOnce checks that a removed store is not found from the end of the transaction on, before its rows are
// deleted.
func removedAtOnce(b *bundle) {
	b.locked(b.everyNoun)
	b.remove(b.store.ID)
	_, err := b.db.Store(b.ctx, b.store.ID)
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.StoreByName(b.ctx, "shop")
	b.fails(err, storage.ErrNotFound)
	_, err = TurnOf(b.ctx, b.db, pull, b.store.ID)
	b.fails(err, storage.ErrNotFound)
	if o, err := b.db.Outbox(b.ctx, b.store.ID); err != nil || o.Epoch != 0 {
		b.Errorf("the outbox is still claimed: %+v, %v", o, err)
	}
	b.fails(b.db.WithinRelaxed(b.ctx, func(tx storage.Tx) error {
		_, err := tx.LockStore(b.ctx, b.store.ID)
		return err
	}), storage.ErrNotFound)
}

func leftoversAreTaken(b *bundle) {
	b.locked(b.everyNoun)
	b.remove(b.store.ID)
	if left := b.rowsOf(b.store.ID); len(left) == 0 {
		b.Skip("this database removes all at once")
	}
	b.ok(b.db.Close())
	again, err := b.place.Open(b.ctx)
	b.ok(err)
	defer func() { _ = again.Close() }()
	b.db = again
	b.ok(again.RemoveLeftovers(b.ctx))
	if left := b.rowsOf(b.store.ID); len(left) > 0 {
		b.Errorf("of the removed store is left: %v", left)
	}
}
