package storagetest

import (
	"bytes"
	"reflect"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

func storeIsKept(b *bundle) {
	facts := storage.StoreFacts{
		TimeZone: "America/New_York", GMTOffset: -5, SiteName: "Ünï Shop", WooCommerce: "10.0.2", Currency: "USD",
		ClockAhead: 3 * time.Second, SeenAt: noon,
	}
	made, err := b.db.CreateStore(b.ctx, storage.Store{
		Name: "two", HomeURL: "https://two.example", RESTRoot: "https://two.example/index.php?rest_route=/", Auth: storage.AuthQuery,
		Credentials: storage.Credentials{Sealed: []byte{0, 1, 255}}, Facts: facts,
	})
	b.ok(err)
	if made.ID == 0 || made.ID == b.store.ID || made.CreatedAt.IsZero() {
		b.Errorf("made %+v", made)
	}
	for name, read := range map[string]func() (storage.Store, error){
		"id":   func() (storage.Store, error) { return b.db.Store(b.ctx, made.ID) },
		"name": func() (storage.Store, error) { return b.db.StoreByName(b.ctx, "two") },
		"home": func() (storage.Store, error) { return b.db.StoreByHome(b.ctx, "https://two.example") },
	} {
		got, err := read()
		b.ok(err)
		if !reflect.DeepEqual(got, made) {
			b.Errorf("by %s: got %+v, want %+v", name, got, made)
		}
	}
	all, err := b.db.Stores(b.ctx)
	b.ok(err)
	if len(all) != 2 || all[0].Name != "shop" || all[1].Name != "two" {
		b.Errorf("the list is %+v", all)
	}
	facts.WooCommerce = "10.1.0"
	b.ok(b.db.SetFacts(b.ctx, made.ID, facts))
	b.ok(b.db.SetRoot(b.ctx, made.ID, "https://two.example/wp-json/"))
	b.ok(b.db.SetPaused(b.ctx, made.ID, true))
	got, err := b.db.Store(b.ctx, made.ID)
	b.ok(err)
	if got.Facts.WooCommerce != "10.1.0" || got.RESTRoot != "https://two.example/wp-json/" || !got.Paused {
		b.Errorf("after the changes: %+v", got)
	}
}

func storesAreUnique(b *bundle) {
	_, err := b.db.CreateStore(b.ctx, storage.Store{Name: "shop", HomeURL: "https://other.example"})
	b.fails(err, storage.ErrExists)
	_, err = b.db.CreateStore(b.ctx, storage.Store{Name: "other", HomeURL: "https://shop.example"})
	b.fails(err, storage.ErrExists)
	all, err := b.db.Stores(b.ctx)
	b.ok(err)
	if len(all) != 1 {
		b.Errorf("%d stores are left of refused ones", len(all)-1)
	}
}

func missingStores(b *bundle) {
	_, err := b.db.Store(b.ctx, 999)
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.StoreByName(b.ctx, "nobody")
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.StoreByHome(b.ctx, "https://nobody.example")
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.Claim(b.ctx, 999)
	b.fails(err, storage.ErrNotFound)
	b.fails(b.db.SetPaused(b.ctx, 999, true), storage.ErrNotFound)
	b.fails(b.db.SetFacts(b.ctx, 999, storage.StoreFacts{}), storage.ErrNotFound)
	b.fails(b.db.RemoveStore(b.ctx, 999), storage.ErrNotFound)
	_, err = b.db.Apply(b.ctx, storage.Claim{StoreID: 999, Epoch: 1}, storage.Batch{})
	b.fails(err, storage.ErrNotFound)
}

func keyIsReplaced(b *bundle) {
	b.put(record(1, `"x"`))
	b.ok(b.db.SetCredentials(b.ctx, b.store.ID, storage.AuthOAuth, storage.Credentials{Sealed: []byte("one")}))
	b.ok(b.db.SetCredentials(b.ctx, b.store.ID, storage.AuthQuery, storage.Credentials{Environment: "SHOP"}))
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

func storeIsRemoved(b *bundle) {
	b.put(record(1, `"x"`))
	other := b.create("other")
	claim, err := b.db.Claim(b.ctx, other.ID)
	b.ok(err)
	_, err = b.db.Apply(b.ctx, claim, storage.Batch{Records: []storage.Record{record(1, `"y"`)}})
	b.ok(err)
	before, err := b.db.LastSeq(b.ctx)
	b.ok(err)
	b.ok(b.db.RemoveStore(b.ctx, b.store.ID))
	_, err = b.db.Store(b.ctx, b.store.ID)
	b.fails(err, storage.ErrNotFound)
	_, err = b.db.Apply(b.ctx, b.claim, storage.Batch{Records: []storage.Record{record(2, `"z"`)}})
	b.fails(err, storage.ErrNotFound)
	if left := b.collect(b.db.Records(b.ctx, storage.Query{StoreID: b.store.ID, Resource: storage.Orders})); len(
		left,
	) > 0 {
		b.Errorf("records %v are left", left)
	}
	if len(b.changes()) > 0 {
		b.Error("changes are left")
	}
	if kept := b.collect(b.db.Records(b.ctx, storage.Query{StoreID: other.ID, Resource: storage.Orders})); len(
		kept,
	) != 1 {
		b.Errorf("the other store holds %v", kept)
	}
	again := b.create("shop")
	if again.ID == b.store.ID {
		b.Error("a new store got the number of a removed one")
	}
	claim, err = b.db.Claim(b.ctx, again.ID)
	b.ok(err)
	applied, err := b.db.Apply(b.ctx, claim, storage.Batch{Records: []storage.Record{record(1, `"x"`)}})
	b.ok(err)
	if applied.LastSeq <= before {
		b.Errorf("change %d was given out after %d", applied.LastSeq, before)
	}
}

func claimsFence(b *bundle) {
	newer, err := b.db.Claim(b.ctx, b.store.ID)
	b.ok(err)
	_, err = b.db.Apply(b.ctx, b.claim, storage.Batch{Records: []storage.Record{record(1, `"x"`)}})
	b.fails(err, storage.ErrFenced)
	if len(b.changes()) > 0 {
		b.Error("a fenced batch left a change")
	}
	_, err = b.db.Apply(b.ctx, newer, storage.Batch{Records: []storage.Record{record(1, `"x"`)}})
	b.ok(err)
}

func pauseFences(b *bundle) {
	b.ok(b.db.SetPaused(b.ctx, b.store.ID, true))
	_, err := b.db.Apply(b.ctx, b.claim, storage.Batch{Records: []storage.Record{record(1, `"x"`)}})
	b.fails(err, storage.ErrFenced)
}

func storesAreApart(b *bundle) {
	other := b.create("other")
	claim, err := b.db.Claim(b.ctx, other.ID)
	b.ok(err)
	b.put(record(1, `"mine"`))
	_, err = b.db.Apply(
		b.ctx,
		claim,
		storage.Batch{
			Records: []storage.Record{record(1, `"theirs"`)},
			Cursors: []storage.Cursor{{Name: "c", Value: []byte(`1`)}},
		},
	)
	b.ok(err)
	mine, err := b.db.Record(b.ctx, b.store.ID, storage.Ref{Resource: storage.Orders, ID: 1})
	b.ok(err)
	if string(mine.Raw) != `{"id":1,"note":"mine"}` {
		b.Errorf("got %s", mine.Raw)
	}
	if value, err := b.db.Cursor(b.ctx, b.store.ID, "c"); err != nil || value != nil {
		b.Errorf("the other store's cursor shows: %s, %v", value, err)
	}
	all, err := b.db.Changes(b.ctx, storage.ChangeQuery{})
	b.ok(err)
	if len(b.changes()) != 1 || len(all) != 2 {
		b.Errorf("%d changes of one store, %d of all", len(b.changes()), len(all))
	}
}
