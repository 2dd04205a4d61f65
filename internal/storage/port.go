package storage

import (
	"context"
	"time"
)

// Reader is a database that is only read. It sees committed transactions and never waits for a writer.
type Reader interface {
	StoreReader
	MirrorReader
	ChangeReader
	WriteReader
	CalendarReader
	AccessReader
	InboxReader
	FeedReader
	SubscriptionReader
	ConnectionReader
	PeopleReader
	ProblemReader
	FreshnessReader
	AlertReader
	ReceiptReader
	LinkReader
	// Query answers one SQL statement that only reads, up to limit rows (0 means no limit). The database itself refuses
	// every other statement, with a *problem.Problem of code query_refused. A statement with a mistake is refused in
	// the same way. The answer comes from one consistent state.
	Query(ctx context.Context, statement string, limit int) (Rows, error)
	// Close ends what is under way and releases everything. Closing twice is safe.
	Close() error
}

// Database is a database that is read and changed. It is safe for concurrent use, by several processes too where the
// implementation allows that.
type Database interface {
	Reader
	// Within runs work in one transaction and commits it. Everything that work did is kept, or, when work or the commit
	// fails, nothing. It returns only when the disk has the data, so that even a power cut cannot undo them. It is for
	// promises given to others.
	//
	// Work must be short and must not ask a store. Of the database it may use only its Tx; anything else would wait for
	// this transaction. An implementation may run work again after a deadlock, so work must set its results anew each
	// time.
	Within(ctx context.Context, work func(tx Tx) error) error
	// WithinRelaxed is Within that returns as soon as others can see the data. A power cut may undo the last
	// transactions, in whole and in their order. It is for data that can be read from a store again.
	WithinRelaxed(ctx context.Context, work func(tx Tx) error) error
	// RemoveLeftovers removes what is left of removed stores, in pieces that delay nobody for long.
	RemoveLeftovers(ctx context.Context) error
	// PrepareViews prepares the views of order lines for orders that came since its last run, in pieces that delay
	// nobody for long. A question about the lines of many orders is then answered at once. Without PrepareViews the
	// views give the same answers, but slower.
	PrepareViews(ctx context.Context) error
}

// Tx is one transaction over all nouns. It is bound to one goroutine and ends with the function that received it. It
// reads its own writes and what others have committed.
//
// A transaction that writes for a store begins with [StoreTx.LockStore]. From then on no other transaction writes for
// that store until this one ends. A transaction that needs several stores locks them in the order of their IDs.
type Tx interface {
	StoreTx
	MirrorTx
	WriteTx
	CalendarTx
	AccessTx
	InboxTx
	FeedTx
	SubscriptionTx
	ConnectionTx
	PeopleTx
	ProblemTx
	FreshnessTx
	AlertTx
	ReceiptTx
	LinkTx
	// Now is the clock of the process, in UTC.
	Now() time.Time
}
