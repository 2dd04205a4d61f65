package mirror

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Repository keeps mirrors. Its three parts are apart because they fail differently: writing may be fenced off, reading
// never is.
type Repository interface {
	Ledger
	Reader
	Finder
}

// Ledger is the writing part: a claim on a store, and batches under it.
type Ledger interface {
	// Claim takes the store; claims before it can no longer write.
	Claim(ctx context.Context, storeID int64) (storage.Claim, error)
	// Apply writes batches in one transaction, or fails with storage.ErrFenced and writes nothing.
	Apply(ctx context.Context, claim storage.Claim, batches ...storage.Batch) (storage.Applied, error)
	// Cursor reads what a batch kept under a name; nil when nothing was.
	Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error)
}

// Reader looks at what the mirror holds.
type Reader interface {
	Record(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error)
	Between(ctx context.Context, storeID int64, r storage.Range) iter.Seq2[storage.Record, error]
	Children(
		ctx context.Context, storeID int64, resource storage.Resource, parent int64,
	) iter.Seq2[storage.Record, error]
	Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error]
}

// Finder counts and looks up.
type Finder interface {
	Counts(ctx context.Context, storeID int64, resource storage.Resource) (storage.Count, error)
	CountRecords(ctx context.Context, q storage.Query) (int, error)
	// CreatedAt is the creation date of the n-th record of a resource in the order of those dates, counting records
	// outside the trash created in [from, to); zero when there is none.
	CreatedAt(
		ctx context.Context, storeID int64, resource storage.Resource, from, to time.Time, n int,
	) (time.Time, error)
	Marks(
		ctx context.Context, storeID int64, resource storage.Resource, due time.Time, limit int,
	) ([]storage.Mark, error)
	MarkCounts(ctx context.Context, storeID int64) (map[storage.Resource]int, error)
	FindByCode(ctx context.Context, storeID int64, code string) ([]storage.Record, error)
	// RecordsShowing names the orders and refunds whose lines show one of the products, as far as batches have noted
	// lines. LinesNoted is the number of the change up to which lines are noted; 0 when none are.
	RecordsShowing(ctx context.Context, storeID int64, products []int64) ([]storage.Lines, error)
	LinesNoted(ctx context.Context, storeID int64) (int64, error)
	// Changes lists the changes that were observed. LastSeq is the number of the newest one.
	Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error)
	LastSeq(ctx context.Context) (int64, error)
}
