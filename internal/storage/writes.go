package storage

import (
	"context"
	"encoding/json"
	"time"
)

// WriteQuery selects writes. The zero value of a field does not filter.
type WriteQuery struct {
	StoreID int64
	// IDs, Subjects and States keep only writes that have one of those named.
	IDs      []string
	Subjects []string
	States   []WriteState
	Action   WriteAction
	// AfterSeq and BeforeSeq are exclusive.
	AfterSeq, BeforeSeq int64
	// BeforeEpoch keeps writes that were last sent under an older claim than this one.
	BeforeEpoch int64
	// DueBy keeps writes whose NextAt is not later, DoneFrom those whose DoneAt is not earlier.
	DueBy, DoneFrom time.Time
	// Unheld keeps writes that no earlier one of their subject holds back: none that waits, is under way or is parked.
	Unheld bool
	// OldestFirst orders by acceptance; default is newest first.
	OldestFirst bool
	Limit       int // 0 means no limit
}

// WriteReader looks at writes.
type WriteReader interface {
	// WriteByID is one write; [ErrNotFound] if there is none.
	WriteByID(ctx context.Context, id string) (Write, error)
	// WriteByKey is the write that was accepted under a caller's key; [ErrNotFound] if there is none.
	WriteByKey(ctx context.Context, storeID int64, key string) (Write, error)
	Writes(ctx context.Context, q WriteQuery) ([]Write, error)
	// NextWriteDue is when the next write of a store that waits or is unknown is due, those held back by an earlier one
	// left out; zero when there is none.
	NextWriteDue(ctx context.Context, storeID int64) (time.Time, error)
	// MadeBy names, of the records given, those that a create that is done has made, with its id.
	MadeBy(ctx context.Context, storeID int64, resource Resource, ids []int64) (map[int64]string, error)
	// SeenEffect is the record that entered the mirror last as the doing of a create; [ErrNotFound] when none did.
	SeenEffect(ctx context.Context, w Write) (Ref, error)
	// Outbox is what is kept of sending to a store; what nothing is kept of is as new.
	Outbox(ctx context.Context, storeID int64) (Outbox, error)
}

// WriteTx keeps writes of stores that are locked.
type WriteTx interface {
	// AddWrites keeps the writes whose keys are new, in order, and returns for each the one that is kept under its key:
	// the given one with its number, or the one that was there before.
	AddWrites(ctx context.Context, writes []Write) ([]Write, error)
	// SaveWrites replaces writes but for their number, store, key and subject; [ErrNotFound] if one is not there.
	SaveWrites(ctx context.Context, writes []Write) error
	// FindWrites is [WriteReader.Writes] as the transaction sees it.
	FindWrites(ctx context.Context, q WriteQuery) ([]Write, error)
	// OutboxOf is [WriteReader.Outbox] as the transaction sees it.
	OutboxOf(ctx context.Context, storeID int64) (Outbox, error)
	SaveOutbox(ctx context.Context, o Outbox) error
}

// Outbox is what is kept of sending to a store, beside the writes.
type Outbox struct {
	StoreID int64
	// Epoch fences senders: each claim raises it.
	Epoch int64
	// SettledAt is when the outcome of a write was last stored, by our clock; zero if never.
	SettledAt time.Time
	// Lessons is what sending has taught, in the outbox's own JSON; nil before the first.
	Lessons json.RawMessage
}
