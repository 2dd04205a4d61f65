package storage

import (
	"context"
	"time"
)

// Reader is a database that is only looked at. It sees what is committed and never waits for a writer.
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
	ReceiptReader
	LinkReader
	// Query answers one SQL statement that only reads, up to limit rows (0 means no limit). Everything else is refused
	// by the database's own means, with a *problem.Problem of code query_refused; so is a statement with a mistake. The
	// answer comes from one consistent state.
	Query(ctx context.Context, statement string, limit int) (Rows, error)
	// Close ends what is under way and gives everything up. Closing twice is safe.
	Close() error
}

// Database is a database that is worked on. It is safe for concurrent use, by several processes too where the
// implementation allows them.
type Database interface {
	Reader
	// Within runs work in one transaction and commits it: all of what work did is kept, or, when work or the commit
	// fails, nothing. It returns only when the disk has it, so that even a power cut cannot take it back: it is for
	// promises given to others.
	//
	// Work must be short, asks no store, and uses nothing of the database but its Tx, which would wait for itself. An
	// implementation may run it again when the database had to undo it (a deadlock), so it keeps what it finds out in
	// variables that it sets anew.
	Within(ctx context.Context, work func(tx Tx) error) error
	// WithinRelaxed is Within that returns when others can see what was done. A power cut may take the last
	// transactions back, in whole and in their order. It is for what a store would be asked for again.
	WithinRelaxed(ctx context.Context, work func(tx Tx) error) error
	// RemoveLeftovers removes, in pieces that keep nobody waiting for long, what is left of stores that were removed.
	RemoveLeftovers(ctx context.Context) error
	// PrepareViews takes orders apart that came since it last did, in pieces that keep nobody waiting for long, so that
	// a question to the lines of many orders is answered at once. Without it the views answer the same, and slower.
	PrepareViews(ctx context.Context) error
}

// Tx is one transaction over every noun. It is bound to one goroutine and ends with the function it was given to. What
// it reads is what it has written itself and what others have committed.
//
// Whatever writes for a store begins with [StoreTx.LockStore]: from then on until its end no other transaction writes
// for that store. Who needs several stores locks them in the order of their IDs.
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
	ReceiptTx
	LinkTx
	// Now is the clock of the database's user, in UTC.
	Now() time.Time
}
