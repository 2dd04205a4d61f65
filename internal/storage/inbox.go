package storage

import (
	"context"
	"time"
)

// Hook is the address to which a store sends its webhooks, with what is known of them. Its secrets are in the store's
// credentials.
type Hook struct {
	StoreID int64
	// Path is the last part of the address. It is unique, says nothing about the store and cannot be guessed.
	Path string
	// State is the state of the webhooks. Why says to people what is wrong with them; it is empty when nothing is.
	State HookState
	Why   string
	// Webhooks are the webhooks that Waybill made on the store.
	Webhooks []HookWebhook
	// SecretSent says that the store signs with the newest secret. Reached says that a request of the store has come
	// here since its webhooks were made.
	SecretSent, Reached bool
	// CheckedAt is when the store was last asked for its webhooks, RotatedAt when its secret was made.
	CheckedAt, RotatedAt time.Time
	// Repairs counts the webhooks that Waybill mended so far.
	Repairs int64
	// Only [InboxTx.NoteHook] changes the fields below. Wakes counts deliveries that woke the store and were not taken.
	// Pings counts the store's test requests, Refused the requests with a wrong signature. The times are those of the
	// last of each.
	Wakes, Pings, Refused            int64
	DeliveredAt, PingedAt, RefusedAt time.Time
}

// HookState is the state of a store's webhooks.
type HookState string

// The states of webhooks.
const (
	HookPending     HookState = "pending"     // not made yet
	HookActive      HookState = "active"      // made, and the store reaches us
	HookUnreachable HookState = "unreachable" // made, but no request of the store has come
	HookPaused      HookState = "paused"      // somebody paused one of them on the store
	HookRefused     HookState = "refused"     // the key may not have webhooks
)

// HookWebhook is one webhook on the store.
type HookWebhook struct {
	ID    int64  `json:"id"`
	Topic string `json:"topic"`
}

// HookNote is what came to a hook, to be added to its counts. A zero time leaves the old one.
type HookNote struct {
	Wakes, Pings, Refused            int64
	DeliveredAt, PingedAt, RefusedAt time.Time
}

// DeliveryKeySize is the length of [Delivery.Key] in bytes.
const DeliveryKeySize = 16

// Delivery is one webhook that a store has sent.
type Delivery struct {
	StoreID int64
	// Key is the same for a delivery that comes again, and for no other delivery.
	Key [DeliveryKeySize]byte
	// Ref and ParentID are the record of the delivery; the zero Ref where the delivery names none.
	Ref
	ParentID   int64
	ReceivedAt time.Time
}

// InboxReader reads the addresses to which stores send their webhooks.
type InboxReader interface {
	// Hooks lists all hooks, by store.
	Hooks(ctx context.Context) ([]Hook, error)
	// Hook is the hook of a store, HookByPath the hook at an address; [ErrNotFound] when there is none.
	Hook(ctx context.Context, storeID int64) (Hook, error)
	HookByPath(ctx context.Context, path string) (Hook, error)
	// DeliveryOf is when a webhook of a store first named a record, of those that came in [from, until] and are still
	// kept; zero when none did.
	DeliveryOf(ctx context.Context, storeID int64, ref Ref, from, until time.Time) (time.Time, error)
}

// InboxTx keeps what stores have sent. None of its methods needs the lock of a store. A hook is removed with its store.
// Deliveries of a removed store are removed by [Database.RemoveLeftovers].
type InboxTx interface {
	// AddHook keeps a hook; [ErrExists] when its store has one or its path is taken, [ErrNotFound] when there is no
	// such store. The transaction is lost then.
	AddHook(ctx context.Context, h Hook) error
	// LockHook reads a hook and keeps other transactions from changing it until this one ends; [ErrNotFound] when there
	// is none.
	LockHook(ctx context.Context, storeID int64) (Hook, error)
	// SaveHook replaces everything of a hook except its path and what NoteHook notes.
	SaveHook(ctx context.Context, h Hook) error
	// NoteHook adds to the counts of a hook. A missing hook is no error.
	NoteHook(ctx context.Context, storeID int64, n HookNote) error
	// KeepDeliveries keeps the deliveries that are new, and says of each whether it was kept.
	KeepDeliveries(ctx context.Context, deliveries []Delivery) (kept []bool, err error)
	// TakeDeliveries returns deliveries of a store that were not taken yet, the oldest first, and marks them taken.
	// They stay in the table, so that a delivery that comes again is recognised.
	TakeDeliveries(ctx context.Context, storeID int64, limit int) ([]Delivery, error)
	// DropDeliveries removes the taken deliveries of a store that came before a time.
	DropDeliveries(ctx context.Context, storeID int64, before time.Time) error
}
