package storage

import (
	"context"
	"encoding/json"
	"time"
)

// WriteQuery selects writes. The zero value of a field does not filter.
type WriteQuery struct {
	StoreID int64
	// IDs, Subjects and States select writes with one of the given values.
	IDs      []string
	Subjects []string
	States   []WriteState
	Action   WriteAction
	// AfterSeq and BeforeSeq are exclusive.
	AfterSeq, BeforeSeq int64
	// BeforeEpoch selects writes that were last sent under an older claim than this one.
	BeforeEpoch int64
	// DueBy selects writes whose NextAt is not later. DoneFrom selects writes whose DoneAt is not earlier.
	DueBy, DoneFrom time.Time
	// Unheld selects writes that no earlier write of their subject holds back: no pending, sending, unknown or parked
	// one.
	Unheld bool
	// OldestFirst sorts by the order of acceptance. The default is the newest first.
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
	// NextWriteDue is when the next pending or unknown write of a store is due; zero when there is none. Writes that an
	// earlier one holds back do not count.
	NextWriteDue(ctx context.Context, storeID int64) (time.Time, error)
	// MadeBy returns, of the given records, those that a finished create has made, with the id of that write.
	MadeBy(ctx context.Context, storeID int64, resource Resource, ids []int64) (map[int64]string, error)
	// SeenEffect is the record that last entered the mirror as the effect of a create; [ErrNotFound] when none did.
	SeenEffect(ctx context.Context, w Write) (Ref, error)
	// Outbox is what is kept about sending to a store. Without anything kept it is as for a new store.
	Outbox(ctx context.Context, storeID int64) (Outbox, error)
}

// WriteTx changes the writes of stores that are locked.
type WriteTx interface {
	// AddWrites keeps the writes whose keys are new, in order. It returns, for each, the write that is kept under its
	// key: the given one with its number, or an earlier one.
	AddWrites(ctx context.Context, writes []Write) ([]Write, error)
	// SaveWrites replaces everything of writes except their number, store, key and subject; [ErrNotFound] if one is
	// missing.
	SaveWrites(ctx context.Context, writes []Write) error
	// FindWrites is [WriteReader.Writes] as the transaction sees it.
	FindWrites(ctx context.Context, q WriteQuery) ([]Write, error)
	// OutboxOf is [WriteReader.Outbox] as the transaction sees it.
	OutboxOf(ctx context.Context, storeID int64) (Outbox, error)
	SaveOutbox(ctx context.Context, o Outbox) error
}

// Outbox is what is kept about sending to a store, beside the writes.
type Outbox struct {
	StoreID int64
	// Epoch fences senders. Each claim raises it.
	Epoch int64
	// SettledAt is when the outcome of a write was last stored, by our clock; zero if never.
	SettledAt time.Time
	// Lessons is what sending has taught, in the outbox's own JSON; nil before the first lesson.
	Lessons json.RawMessage
}
