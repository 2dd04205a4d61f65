package mirror

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Repository keeps mirrors. Its three parts are separate interfaces because they fail differently: a write may fail
// with storage.ErrFenced, a read never does.
type Repository interface {
	Ledger
	Reader
	Finder
}

// Ledger is the writing part: a claim on a store, and batches under the claim.
type Ledger interface {
	// Claim takes the store. Earlier claims can write no more.
	Claim(ctx context.Context, storeID int64) (storage.Claim, error)
	// Apply writes batches in one transaction, or fails with storage.ErrFenced and writes nothing.
	Apply(ctx context.Context, claim storage.Claim, batches ...storage.Batch) (storage.Applied, error)
	// Cursor returns the value that a batch kept under a name; nil when there is none.
	Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error)
}

// Reader looks up what the mirror holds.
type Reader interface {
	Record(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error)
	Between(ctx context.Context, storeID int64, r storage.Range) iter.Seq2[storage.Record, error]
	Children(
		ctx context.Context, storeID int64, resource storage.Resource, parent int64,
	) iter.Seq2[storage.Record, error]
	Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error]
}

// Finder counts and looks up records.
type Finder interface {
	Counts(ctx context.Context, storeID int64, resource storage.Resource) (storage.Count, error)
	CountRecords(ctx context.Context, q storage.Query) (int, error)
	// CreatedAt returns the creation date of the n-th record of a resource in the order of those dates. It counts the
	// records outside the trash that were created in [from, to). The result is zero when there is no such record.
	CreatedAt(
		ctx context.Context, storeID int64, resource storage.Resource, from, to time.Time, n int,
	) (time.Time, error)
	Marks(
		ctx context.Context, storeID int64, resource storage.Resource, due time.Time, limit int,
	) ([]storage.Mark, error)
	MarkCounts(ctx context.Context, storeID int64) (map[storage.Resource]int, error)
	FindByCode(ctx context.Context, storeID int64, code string) ([]storage.Record, error)
	// RecordsShowing returns the orders and refunds whose lines show one of the products, as far as lines have been
	// noted. LinesNoted returns the number of the last change whose lines are noted; 0 when none are.
	RecordsShowing(ctx context.Context, storeID int64, products []int64) ([]storage.Lines, error)
	LinesNoted(ctx context.Context, storeID int64) (int64, error)
	// Changes lists observed changes. LastSeq returns the number of the newest change.
	Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error)
	LastSeq(ctx context.Context) (int64, error)
}
