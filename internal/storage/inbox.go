package storage

import (
	"context"
	"time"
)

// Hook is where a store sends its webhooks, and what is known of them. Its secrets are with the store's credentials.
type Hook struct {
	StoreID int64
	// Path is the last part of its address, unique; it says nothing about the store and cannot be guessed.
	Path string
	// State is how the webhooks stand, Why says for people what is wrong with them; empty when nothing is.
	State HookState
	Why   string
	// Webhooks are those that were made on the store.
	Webhooks []HookWebhook
	// SecretSent says that the store signs with the newest secret; Reached that something of the store has come here
	// since its webhooks were made.
	SecretSent, Reached bool
	// CheckedAt is when the store was last asked for its webhooks, RotatedAt when its secret was made.
	CheckedAt, RotatedAt time.Time
	// Repairs counts the webhooks that were mended so far.
	Repairs int64
	// What follows is noted by [InboxTx.NoteHook] alone. Wakes counts the deliveries that have woken the store and were
	// not taken, Pings and Refused what came without being a delivery: the store's test requests, and requests whose
	// signature was wrong. The times are those of the last of each.
	Wakes, Pings, Refused            int64
	DeliveredAt, PingedAt, RefusedAt time.Time
}

// HookState is how the webhooks of a store stand.
type HookState string

// The states of webhooks.
const (
	HookPending     HookState = "pending"     // not made yet
	HookActive      HookState = "active"      // made, and the store reaches us
	HookUnreachable HookState = "unreachable" // made, and nothing of the store has come
	HookPaused      HookState = "paused"      // somebody paused one of them on the store
	HookRefused     HookState = "refused"     // the key may not have webhooks
)

// HookWebhook is one webhook on the store.
type HookWebhook struct {
	ID    int64  `json:"id"`
	Topic string `json:"topic"`
}

// HookNote is what came to a hook: it is added to what was noted before. Zero times leave the last ones.
type HookNote struct {
	Wakes, Pings, Refused            int64
	DeliveredAt, PingedAt, RefusedAt time.Time
}

// DeliveryKeySize is the length of [Delivery.Key] in bytes.
const DeliveryKeySize = 16

// Delivery is one webhook that a store has sent.
type Delivery struct {
	StoreID int64
	// Key is the same for a delivery that comes again, and for nothing else.
	Key [DeliveryKeySize]byte
	// Ref and ParentID are the record that it is about; the zero Ref where it does not say.
	Ref
	ParentID   int64
	ReceivedAt time.Time
}

// InboxReader looks at where stores send their webhooks.
type InboxReader interface {
	// Hooks lists all hooks, by store.
	Hooks(ctx context.Context) ([]Hook, error)
	// Hook is that of a store, HookByPath the one at an address; [ErrNotFound] when there is none.
	Hook(ctx context.Context, storeID int64) (Hook, error)
	HookByPath(ctx context.Context, path string) (Hook, error)
	// DeliveryOf is when a webhook of a store first named a record, of those that came in [from, until] and are still
	// kept; zero when none did.
	DeliveryOf(ctx context.Context, storeID int64, ref Ref, from, until time.Time) (time.Time, error)
}

// InboxTx keeps what stores have sent. Nothing here needs the lock of a store. What belongs to a hook goes with its
// store; deliveries of a store that is gone are removed by [Database.RemoveLeftovers].
type InboxTx interface {
	// AddHook keeps a hook; [ErrExists] when its store has one or its path is taken, [ErrNotFound] when there is no
	// such store. The transaction is lost then.
	AddHook(ctx context.Context, h Hook) error
	// LockHook reads a hook and keeps others from changing it until the transaction ends; [ErrNotFound] when there is
	// none.
	LockHook(ctx context.Context, storeID int64) (Hook, error)
	// SaveHook replaces what is kept of a hook, but not its path and what NoteHook notes.
	SaveHook(ctx context.Context, h Hook) error
	// NoteHook adds to what has come to a hook. One that is gone is no error.
	NoteHook(ctx context.Context, storeID int64, n HookNote) error
	// KeepDeliveries keeps the deliveries that are not there yet and says of each whether it was kept.
	KeepDeliveries(ctx context.Context, deliveries []Delivery) (kept []bool, err error)
	// TakeDeliveries gives deliveries of a store that nobody has taken, the oldest first. They stay in the table, so
	// that a delivery that comes again is known.
	TakeDeliveries(ctx context.Context, storeID int64, limit int) ([]Delivery, error)
	// DropDeliveries removes deliveries of a store that were taken and came before a time.
	DropDeliveries(ctx context.Context, storeID int64, before time.Time) error
}
