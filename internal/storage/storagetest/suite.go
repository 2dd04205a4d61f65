package storagetest

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Run runs the suite. fresh returns the place of a new, empty database for each test.
func Run(t *testing.T, fresh func(t testing.TB) Place) {
	for noun, tests := range map[string]map[string]func(*bundle){
		"transactions": transactions, "stores": stores, "mirror": mirrors, "queries": queries, "changes": changes,
		"writes": writes, "calendar": calendar, "access": access, "inbox": inbox,
		"feed": feed, "subscriptions": subscriptions, "connections": connections, "people": people,
		"problems": problems, "freshness": freshness, "alerts": alerts,
		"receipts": receipts, "links": links,
	} {
		for name, test := range tests {
			t.Run(noun+"/"+name, func(t *testing.T) {
				t.Parallel()
				test(setup(t, fresh(t)))
			})
		}
	}
}

// bundle is a database with one store.
type bundle struct {
	*testing.T
	place Place
	db    storage.Database
	ctx   context.Context //nolint:containedctx // the test's own
	store storage.Store
}

func setup(t *testing.T, place Place) *bundle {
	t.Helper()
	b := &bundle{T: t, place: place, db: Open(t, place), ctx: t.Context()}
	b.store = b.create("shop")
	return b
}

// reader opens the database a second time, for reading.
func (b *bundle) reader() storage.Reader {
	b.Helper()
	r, err := b.place.OpenReader(b.ctx)
	b.ok(err)
	b.Cleanup(func() { _ = r.Close() })
	return r
}

// within runs one transaction that must be kept.
func (b *bundle) within(work func(tx storage.Tx)) {
	b.Helper()
	b.ok(b.db.WithinRelaxed(b.ctx, func(tx storage.Tx) error {
		work(tx)
		return nil
	}))
}

// locked is within, with the bundle's store locked.
func (b *bundle) locked(work func(tx storage.Tx)) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		_, err := tx.LockStore(b.ctx, b.store.ID)
		b.ok(err)
		work(tx)
	})
}

func (b *bundle) create(name string) (made storage.Store) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.CreateStore(b.ctx, storage.Store{Name: name, HomeURL: "https://" + name + ".example",
			RESTRoot: "https://" + name + ".example/wp-json/", Auth: storage.AuthBasic})
		b.ok(err)
	})
	return made
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bundle) fails(err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Fatalf("got %v, want %v", err, want)
	}
}

// add puts records into the mirror of the bundle's store and announces them.
func (b *bundle) add(records ...storage.Record) (last int64) {
	b.Helper()
	return b.addTo(b.store.ID, records...)
}

func (b *bundle) addTo(storeID int64, records ...storage.Record) (last int64) {
	b.Helper()
	b.within(func(tx storage.Tx) { last = b.addWithin(tx, storeID, records...) })
	return last
}

func (b *bundle) addWithin(tx storage.Tx, storeID int64, records ...storage.Record) int64 {
	b.Helper()
	_, err := tx.LockStore(b.ctx, storeID)
	b.ok(err)
	var log []storage.Change
	for i := range records {
		r := &records[i]
		r.StoreID, r.Hash, r.SeenAt = storeID, storage.HashOf(r.Raw), noon
		log = append(log, storage.Change{StoreID: storeID, Ref: r.Ref, ParentID: r.ParentID, Kind: storage.Created,
			At: noon, Origin: storage.Foreign, Hash: r.Hash})
	}
	there, err := tx.AddRecords(b.ctx, storeID, records)
	b.ok(err)
	if len(there) > 0 {
		b.Fatalf("%v are there already", there)
	}
	last, err := tx.LogChanges(b.ctx, log)
	b.ok(err)
	return last
}

func (b *bundle) changes() []storage.Change {
	b.Helper()
	changes, err := b.db.Changes(b.ctx, storage.ChangeQuery{StoreID: b.store.ID})
	b.ok(err)
	return changes
}

func (b *bundle) collect(records iter.Seq2[storage.Record, error]) []int64 {
	b.Helper()
	ids := []int64{}
	for r, err := range records {
		b.ok(err)
		ids = append(ids, r.ID)
	}
	return ids
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// record makes an order with one member of content.
func record(id int64, content string) storage.Record {
	return storage.Record{
		Ref: storage.Ref{
			Resource: storage.Orders,
			ID:       id,
		}, Status: "processing", Created: noon.Add(time.Duration(id) * time.Minute),
		Modified: noon, Raw: json.RawMessage(`{"id":` + number(id) + `,"note":` + content + `}`),
	}
}

func number(n int64) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func trashed(r storage.Record) storage.Record {
	r.Status = storage.StatusTrash
	r.Raw = append(json.RawMessage(`{"status":"trash",`), r.Raw[1:]...)
	return r
}
