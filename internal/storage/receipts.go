package storage

import (
	"context"
	"time"
)

// Receipt is what is known of a record at a receiver: when it was sent, when the receiver said "I have this record, as
// my number", and when a list of the receiver lacked it. There is one for each record and receiver.
type Receipt struct {
	// Number orders receipts by the time at which they were first known.
	Number  int64
	StoreID int64
	Ref
	// SubscriptionID or ConsumerID is the receiver; the other is 0.
	SubscriptionID, ConsumerID int64
	// Reference is what the receiver calls the record; empty where it does not say.
	Reference string
	// Seq is the number of the change that the receiver had taken when it was first asked for a receipt, or gave one; 0
	// where that is not known.
	Seq int64
	// SentAt is when the receiver first took a change of the record, where it is to give receipts; GivenAt is when it
	// gave one with this reference, LackedAt when a list of it lacked the record. Zero for never.
	SentAt, GivenAt, LackedAt time.Time
	// Unsent says that the receipt came for a record that the receiver was never sent.
	Unsent bool
	// Instead is the record that the receiver named when it took this one, such as orders/12; empty for none.
	Instead string
}

// ReceiptQuery selects receipts in the order of their numbers. The zero value of a field does not filter.
type ReceiptQuery struct {
	StoreID, SubscriptionID, ConsumerID int64
	Record                              Ref
	// Reference is looked for whatever its case (of ASCII letters).
	Reference string
	// Missing keeps those that were never given. SentBefore is exclusive and leaves out what was not sent.
	Missing    bool
	SentBefore time.Time
	// After is exclusive and lists the oldest first; without it, Before is, and the newest come first.
	OldestFirst   bool
	After, Before int64
	Limit         int // 0 means no limit
}

// MissingReceipts are the records of a store that a receiver was sent and has given no receipt for.
type MissingReceipts struct {
	StoreID int64
	Count   int64
	// Since is when the first of them was sent.
	Since time.Time
}

// ReceiptReader looks at what receivers have.
type ReceiptReader interface {
	// Receipts lists receipts.
	Receipts(ctx context.Context, q ReceiptQuery) ([]Receipt, error)
	// MissingReceipts counts, by store, the records that a subscription was sent before a time and has given no receipt
	// for. It reads nothing but those.
	MissingReceipts(ctx context.Context, subscriptionID int64, sentBefore time.Time) ([]MissingReceipts, error)
}

// ReceiptTx keeps what receivers have. Nothing here needs the lock of a store. Of the receipts that one call is given
// no two are of the same record and receiver. A receiver that is gone is [ErrNotFound]; the transaction is lost then. A
// receipt goes with its receiver, and with its store ([Database.RemoveLeftovers]).
type ReceiptTx interface {
	// ExpectReceipts notes that records were sent. Where that is known already, or a receipt was given, only what the
	// receiver named instead is kept of it. A receipt that came before its record counts as sent from then on.
	ExpectReceipts(ctx context.Context, expected []Receipt) error
	// GiveReceipts notes that a receiver has records. The time of one that was given with this reference before stays.
	GiveReceipts(ctx context.Context, given []Receipt) error
	// LackReceipts notes that a list of a receiver lacked records.
	LackReceipts(ctx context.Context, lacked []Receipt) error
	// DropMissing forgets that receipts of records of a store are waited for from a subscription.
	DropMissing(ctx context.Context, subscriptionID, storeID int64, refs []Ref) error
	// DropReceipts removes up to limit receipts of a store of which nothing was heard since a time and that nobody
	// waits for, and says how many.
	DropReceipts(ctx context.Context, storeID int64, before time.Time, limit int) (int64, error)
	// DropReceiptsOf removes up to limit receipts of a subscription, and says how many.
	DropReceiptsOf(ctx context.Context, subscriptionID int64, limit int) (int64, error)
}
