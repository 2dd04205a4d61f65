package storage

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// MirrorReader reads what is mirrored of stores.
type MirrorReader interface {
	// Record is one record; [ErrNotFound] when the mirror does not hold it.
	Record(ctx context.Context, storeID int64, ref Ref) (Record, error)
	// Records yields the records of a query one by one. Memory does not grow with their number. The reader may take its
	// time, so the records need not be from one moment.
	Records(ctx context.Context, q Query) iter.Seq2[Record, error]
	// CountRecords is how many records a query selects, without its limit.
	CountRecords(ctx context.Context, q Query) (int, error)
	// Between yields the records of a range in the order of their identifiers.
	Between(ctx context.Context, storeID int64, r Range) iter.Seq2[Record, error]
	// Children yields the records of a resource that belong to a parent.
	Children(ctx context.Context, storeID int64, resource Resource, parent int64) iter.Seq2[Record, error]
	// Counts is how many records of a resource the mirror holds. The transactions that write records keep these
	// numbers.
	Counts(ctx context.Context, storeID int64, resource Resource) (Count, error)
	// CreatedAt is the creation date of the n-th record (from 0), in the order of these dates. It counts a resource's
	// records outside the trash that were created in [from, to); a zero bound leaves that side open. It is zero when
	// there is no such record.
	CreatedAt(ctx context.Context, storeID int64, resource Resource, from, to time.Time, n int) (time.Time, error)

	// FindBySKU lists the products and variations with exactly this SKU, those in the trash included.
	FindBySKU(ctx context.Context, storeID int64, sku string) ([]Record, error)
	// FindByEmail lists the customers with this e-mail address, ignoring case.
	FindByEmail(ctx context.Context, storeID int64, email string) ([]Record, error)
	// FindByCode lists the coupons with this code, ignoring case.
	FindByCode(ctx context.Context, storeID int64, code string) ([]Record, error)
	// OrdersByNumber lists the orders with a number that people know them by, those in the trash included.
	OrdersByNumber(ctx context.Context, storeID int64, number string) ([]Record, error)

	// RecordsShowing names the orders and refunds whose lines show one of the products, as far as [MirrorTx.KeepLines]
	// has noted the lines. The results have no Products.
	RecordsShowing(ctx context.Context, storeID int64, products []int64) ([]Lines, error)
	// LinesNoted is the number of the change up to which lines are noted; 0 when none are.
	LinesNoted(ctx context.Context, storeID int64) (int64, error)

	// Cursor is the value that is kept under a name; nil when there is none.
	Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error)
	// Marks lists the marks of a resource that are due, by identifier and parent.
	Marks(ctx context.Context, storeID int64, resource Resource, due time.Time, limit int) ([]Mark, error)
	// MarkCounts is the number of marks of each resource of a store, due or not.
	MarkCounts(ctx context.Context, storeID int64) (map[Resource]int, error)
}

// MirrorTx changes the mirror of a store that is locked. It writes what it is told. Its callers decide what a change is
// and which origin it has.
type MirrorTx interface {
	// Held is what the mirror holds of records, without their text. Records that it does not hold are left out.
	Held(ctx context.Context, storeID int64, refs []Ref) (map[Ref]Held, error)
	// HeldRecords returns records with their text. Records that the mirror does not hold are left out.
	HeldRecords(ctx context.Context, storeID int64, refs []Ref) (map[Ref]Record, error)
	// HeldChildren names the records of a resource that belong to a parent, in the order of their identifiers.
	HeldChildren(ctx context.Context, storeID int64, resource Resource, parent int64) ([]Ref, error)
	// CouponsByCode is [MirrorReader.FindByCode] as the transaction sees it.
	CouponsByCode(ctx context.Context, storeID int64, code string) ([]Record, error)

	// AddRecords keeps the records that the mirror lacks. It returns the others, which stay as they are. No two records
	// may have the same ref. The caller logs each new record's change in the same transaction, because
	// [Database.PrepareViews] reads the log.
	AddRecords(ctx context.Context, storeID int64, records []Record) (there []Ref, err error)
	// ReplaceRecords replaces the records that the mirror holds under the same refs.
	ReplaceRecords(ctx context.Context, storeID int64, records []Record) error
	// DropRecords removes records.
	DropRecords(ctx context.Context, storeID int64, refs []Ref) error
	// AddCounts adds to the numbers of [MirrorReader.Counts]. The numbers may be negative.
	AddCounts(ctx context.Context, storeID int64, by map[Resource]Count) error
	// LogChanges appends changes to the log in their order, gives them their numbers, and returns the last one. A
	// reader that sees a change can see every change with a lower number, whichever process wrote it.
	LogChanges(ctx context.Context, changes []Change) (last int64, err error)

	// KeepLines replaces what is noted of the records' lines. upTo is the number of the change up to which lines are
	// noted afterwards; 0 leaves that number as it is.
	KeepLines(ctx context.Context, storeID int64, lines []Lines, upTo int64) error
	// KeepCursors keeps values under their names. A nil value removes the cursor.
	KeepCursors(ctx context.Context, storeID int64, cursors []Cursor) error
	// HeldMarks returns those of the given marks that exist, as they are now.
	HeldMarks(ctx context.Context, storeID int64, marks []Mark) ([]Mark, error)
	// AddMarks adds marks. An existing mark is renewed: it stays as it is, but Renewed is raised, and it becomes due as
	// early as the new one unless it has failed before.
	AddMarks(ctx context.Context, storeID int64, marks []Mark) error
	// DropMarks removes marks, except those that were renewed since they were read.
	DropMarks(ctx context.Context, storeID int64, marks []Mark) error
	// FailMarks delays marks to their NotBefore, with their Reason and one attempt more. A missing mark is not made.
	FailMarks(ctx context.Context, storeID int64, marks []Mark) error
	// OutdateMarks counts an attempt on each mark of a record. A process that is reading the record for a mark notices
	// that.
	OutdateMarks(ctx context.Context, storeID int64, ref Ref) error
}

// Held is what the mirror holds of a record, without its text.
type Held struct {
	ParentID int64
	Status   string
	Modified time.Time // the store's *_gmt date
	SeenAt   time.Time // when this content was first read, by our clock
	Hash     Hash
}
