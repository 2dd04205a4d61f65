package storage

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// MirrorReader looks at what is mirrored of stores.
type MirrorReader interface {
	// Record is one record; [ErrNotFound] when the mirror does not hold it.
	Record(ctx context.Context, storeID int64, ref Ref) (Record, error)
	// Records gives what a query selects, one by one. Memory does not grow with their number, and who reads may take
	// its time, so what it shows need not be one state of one moment.
	Records(ctx context.Context, q Query) iter.Seq2[Record, error]
	// CountRecords is how many records a query selects, its limit aside.
	CountRecords(ctx context.Context, q Query) (int, error)
	// Between gives the records of a span in the order of their identifiers.
	Between(ctx context.Context, storeID int64, r Range) iter.Seq2[Record, error]
	// Children gives the records of a resource that belong to a parent.
	Children(ctx context.Context, storeID int64, resource Resource, parent int64) iter.Seq2[Record, error]
	// Counts is how many records of a resource the mirror holds, kept by the transactions that write them.
	Counts(ctx context.Context, storeID int64, resource Resource) (Count, error)
	// CreatedAt is the creation date of the n-th record (from 0), in the order of those dates, of a resource's records
	// outside the trash created in [from, to); zero when there is none. A zero bound leaves that side open.
	CreatedAt(ctx context.Context, storeID int64, resource Resource, from, to time.Time, n int) (time.Time, error)

	// FindBySKU lists the products and variations with exactly this SKU, in the trash too.
	FindBySKU(ctx context.Context, storeID int64, sku string) ([]Record, error)
	// FindByEmail lists the customers with this e-mail address, without regard to case.
	FindByEmail(ctx context.Context, storeID int64, email string) ([]Record, error)
	// FindByCode lists the coupons with this code, without regard to case.
	FindByCode(ctx context.Context, storeID int64, code string) ([]Record, error)
	// OrdersByNumber lists the orders, in the trash too, that people know by a number.
	OrdersByNumber(ctx context.Context, storeID int64, number string) ([]Record, error)

	// RecordsShowing names the orders and refunds whose lines show one of the products, as far as [MirrorTx.KeepLines]
	// has noted it: without their products, by resource and identifier for each product.
	RecordsShowing(ctx context.Context, storeID int64, products []int64) ([]Lines, error)
	// LinesNoted is the number of the change up to which that was noted; 0 when nothing was.
	LinesNoted(ctx context.Context, storeID int64) (int64, error)

	// Cursor reads what was kept under a name; nil when nothing was.
	Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error)
	// Marks lists marks of a resource that are due, by identifier and parent.
	Marks(ctx context.Context, storeID int64, resource Resource, due time.Time, limit int) ([]Mark, error)
	// MarkCounts says how many marks each resource of a store has, due or not.
	MarkCounts(ctx context.Context, storeID int64) (map[Resource]int, error)
}

// MirrorTx changes what is mirrored of a store that is locked. It writes what it is told: what a change is, whose doing
// it was and what it counts for is decided above.
type MirrorTx interface {
	// Held says what the mirror holds of records, without their text. What it does not hold is left out.
	Held(ctx context.Context, storeID int64, refs []Ref) (map[Ref]Held, error)
	// HeldRecords gives records with their text. What the mirror does not hold is left out.
	HeldRecords(ctx context.Context, storeID int64, refs []Ref) (map[Ref]Record, error)
	// HeldChildren names the records of a resource that belong to a parent, in the order of their identifiers.
	HeldChildren(ctx context.Context, storeID int64, resource Resource, parent int64) ([]Ref, error)
	// CouponsByCode is [MirrorReader.FindByCode] as the transaction sees it.
	CouponsByCode(ctx context.Context, storeID int64, code string) ([]Record, error)

	// AddRecords keeps the records that the mirror lacks and names the others, which stay as they are. No two of them
	// have one ref. Whoever adds one logs that change in the same transaction: [Database.PrepareViews] goes by the log.
	AddRecords(ctx context.Context, storeID int64, records []Record) (there []Ref, err error)
	// ReplaceRecords puts records in the place of those that are there under their refs.
	ReplaceRecords(ctx context.Context, storeID int64, records []Record) error
	// DropRecords removes records.
	DropRecords(ctx context.Context, storeID int64, refs []Ref) error
	// AddCounts adds to what [MirrorReader.Counts] says; numbers may be negative.
	AddCounts(ctx context.Context, storeID int64, by map[Resource]Count) error
	// LogChanges appends changes to the log in their order, gives them their numbers, and returns the last one. Who can
	// see a change can see every one with a lower number, whoever wrote it.
	LogChanges(ctx context.Context, changes []Change) (last int64, err error)

	// KeepLines notes what the lines of records show, in place of what was noted of them before. upTo is the number of
	// the change up to which lines are noted then; 0 leaves that number as it is.
	KeepLines(ctx context.Context, storeID int64, lines []Lines, upTo int64) error
	// KeepCursors keeps values under their names; a nil value removes one.
	KeepCursors(ctx context.Context, storeID int64, cursors []Cursor) error
	// HeldMarks gives of the marks named those that are there, as they are now.
	HeldMarks(ctx context.Context, storeID int64, marks []Mark) ([]Mark, error)
	// AddMarks adds marks. A mark that is there already is renewed: it stays as it is, with Renewed raised, and is due
	// as early as the new one unless it has failed before.
	AddMarks(ctx context.Context, storeID int64, marks []Mark) error
	// DropMarks removes marks that have not been renewed since they were read.
	DropMarks(ctx context.Context, storeID int64, marks []Mark) error
	// FailMarks puts marks off to their NotBefore, for their Reason, with one attempt more. One that is not there stays
	// away.
	FailMarks(ctx context.Context, storeID int64, marks []Mark) error
	// OutdateMarks counts an attempt on each mark of a record, so that who reads for it now can tell.
	OutdateMarks(ctx context.Context, storeID int64, ref Ref) error
}

// Held is what the mirror holds of a record, but for its text.
type Held struct {
	ParentID int64
	Status   string
	Modified time.Time // the store's *_gmt date
	SeenAt   time.Time // when this content was first read, by our clock
	Hash     Hash
}
