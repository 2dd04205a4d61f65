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

// Backend is everything a database offers to the rest of the house, in terms of package storage.
type Backend interface {
	CreateStore(ctx context.Context, s storage.Store) (storage.Store, error)
	Stores(ctx context.Context) ([]storage.Store, error)
	Store(ctx context.Context, id int64) (storage.Store, error)
	StoreByName(ctx context.Context, name string) (storage.Store, error)
	StoreByHome(ctx context.Context, home string) (storage.Store, error)
	SetCredentials(ctx context.Context, id int64, auth storage.AuthMode, c storage.Credentials) error
	SetPaused(ctx context.Context, id int64, paused bool) error
	SetRoot(ctx context.Context, id int64, restRoot string) error
	SetFacts(ctx context.Context, id int64, facts storage.StoreFacts) error
	RemoveStore(ctx context.Context, id int64) error

	Claim(ctx context.Context, id int64) (storage.Claim, error)
	Apply(ctx context.Context, claim storage.Claim, batches ...storage.Batch) (storage.Applied, error)
	Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error)
	Marks(ctx context.Context, storeID int64, r storage.Resource, due time.Time, limit int) ([]storage.Mark, error)
	MarkCounts(ctx context.Context, storeID int64) (map[storage.Resource]int, error)

	Record(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error)
	Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error]
	CountRecords(ctx context.Context, q storage.Query) (int, error)
	Counts(ctx context.Context, storeID int64, r storage.Resource) (storage.Count, error)
	CreatedAt(ctx context.Context, storeID int64, r storage.Resource, from, to time.Time, n int) (time.Time, error)
	Between(ctx context.Context, storeID int64, r storage.Range) iter.Seq2[storage.Record, error]
	Children(ctx context.Context, storeID int64, r storage.Resource, parent int64) iter.Seq2[storage.Record, error]
	FindBySKU(ctx context.Context, storeID int64, sku string) ([]storage.Record, error)
	FindByEmail(ctx context.Context, storeID int64, email string) ([]storage.Record, error)
	FindByCode(ctx context.Context, storeID int64, code string) ([]storage.Record, error)

	Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error)
	LastSeq(ctx context.Context) (int64, error)
	WaitChanges(ctx context.Context, after int64) error
}

// Run runs the suite. Open gives a fresh, empty database for each test.
func Run(t *testing.T, open func(t *testing.T) Backend) {
	for name, test := range map[string]func(*bundle){
		"a store is kept with everything about it":                  storeIsKept,
		"names and homes of stores are unique":                      storesAreUnique,
		"a store that is not there is not found":                    missingStores,
		"a key is replaced without touching the rest":               keyIsReplaced,
		"removing a store removes its mirror and no other":          storeIsRemoved,
		"a newer claim fences off an older one":                     claimsFence,
		"pausing a store fences off its job":                        pauseFences,
		"a failed batch leaves nothing":                             batchesAreWhole,
		"a record is kept byte for byte":                            recordsAreExact,
		"each difference makes one change of its kind":              changesHaveKinds,
		"equal content makes no change":                             equalContentIsQuiet,
		"applying a batch twice changes nothing":                    batchesRepeat,
		"a change is never visible before its record":               changesFollowRecords,
		"change numbers grow and are not reused":                    numbersGrow,
		"own changes are told from foreign ones":                    originsAreKept,
		"changes can be selected and continued":                     changesAreSelected,
		"a follower is woken by a change":                           followersWake,
		"counts follow the records":                                 countsFollow,
		"records can be selected by what people ask for":            recordsAreSelected,
		"text is found whatever its case, accents and script":       textIsFound,
		"spans of identifiers and dates are exact":                  spansAreExact,
		"records are found by SKU, e-mail and code":                 lookupsWork,
		"cursors are kept, replaced and removed with their batches": cursorsAreKept,
		"marks are kept until done and put off when they fail":      marksAreKept,
		"stores do not see each other's records":                    storesAreApart,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(setup(t, open(t)))
		})
	}
}

// bundle is a database with one store under a claim.
type bundle struct {
	*testing.T
	db    Backend
	ctx   context.Context //nolint:containedctx // the test's own
	store storage.Store
	claim storage.Claim
}

func setup(t *testing.T, db Backend) *bundle {
	t.Helper()
	b := &bundle{T: t, db: db, ctx: t.Context()}
	b.store = b.create("shop")
	claim, err := db.Claim(b.ctx, b.store.ID)
	b.ok(err)
	b.claim = claim
	return b
}

func (b *bundle) create(name string) storage.Store {
	b.Helper()
	s, err := b.db.CreateStore(b.ctx, storage.Store{
		Name: name, HomeURL: "https://" + name + ".example", RESTRoot: "https://" + name + ".example/wp-json/", Auth: storage.AuthBasic,
	})
	b.ok(err)
	return s
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

func (b *bundle) apply(batches ...storage.Batch) storage.Applied {
	b.Helper()
	applied, err := b.db.Apply(b.ctx, b.claim, batches...)
	b.ok(err)
	return applied
}

func (b *bundle) put(records ...storage.Record) storage.Applied {
	b.Helper()
	return b.apply(storage.Batch{Records: records})
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
