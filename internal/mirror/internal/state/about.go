package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// About is what a store says about itself, and what follows for its orders. It is kept beside the places of the
// collections.
type About struct {
	// At is when the system status was last asked for, by our clock. Refused is the time until which it is not asked
	// for again, because the key may not read it.
	At      time.Time `json:"at,omitzero"`
	Refused time.Time `json:"refused,omitzero"`
	// Version is the version of WooCommerce, Database the version to which its database was brought. These two and
	// Decimals, the decimals of prices, decide how the store shows its records.
	Version  string `json:"version,omitempty"`
	Database string `json:"database,omitempty"`
	Decimals string `json:"decimals,omitempty"`
	// Counted is how many orders and refunds the database holds, the trash and drafts included; 0 when the store does
	// not say.
	Counted int `json:"counted,omitempty"`
	// Variations is how many variations the database holds, the trash included; 0 when the store does not say.
	Variations int `json:"variations,omitempty"`
	// Posts says that orders are kept in posts.
	Posts bool `json:"posts,omitempty"`
	// Statuses are the statuses that lists of orders name. StatusesAt is when they were read, by our clock.
	Statuses   []string  `json:"statuses,omitempty"`
	StatusesAt time.Time `json:"statuses_at,omitzero"`
	// Unlistable are statuses that the store names and under which it finds no orders: a plugin announced them to
	// WooCommerce and did not register them.
	Unlistable []string `json:"unlistable,omitempty"`
	// Unnameable is the time until which lists ask for any status, because the store refused statuses that it had just
	// named.
	Unnameable time.Time `json:"unnameable,omitzero"`
	// NewLook is when the store began to show its records differently. Compare are the collections that were not
	// compared in every field since then.
	NewLook time.Time          `json:"new_look,omitzero"`
	Compare []storage.Resource `json:"compare,omitempty"`
	// Hidden are the orders that no list shows.
	Hidden hidden `json:"hidden,omitzero"`
}

// hidden is what is known about the orders that no list shows, and how far the search for them is.
type hidden struct {
	// At is when the hidden orders were last looked for, by our clock. Seen is how many orders the store then counted
	// beyond those in the mirror.
	At   time.Time `json:"at,omitzero"`
	Seen int       `json:"seen,omitempty"`
	// Known are the ids of mirrored orders that no list shows.
	Known []int64 `json:"known,omitempty"`
	// Turn is the index in Known at which the next reading of hidden orders begins.
	Turn int `json:"turn,omitempty"`
	// Missing is how many orders the store counts that are in no list and that the mirror does not hold.
	Missing int `json:"missing,omitempty"`
	// Explained is how many of the counted rows are no orders to mirror: auto-drafts, and rows for which no order
	// answers.
	Explained int `json:"explained,omitempty"`
	// Every id in (Low, High] was asked for or is held.
	Low  int64 `json:"low,omitempty"`
	High int64 `json:"high,omitempty"`
	// Past is how many ids beyond High were asked for in the present search. Later orders may get these ids, so a later
	// search asks for them again.
	Past int64 `json:"past,omitempty"`
	// Others is how many records of another kind, namely subscriptions, the store keeps among its orders.
	Others int `json:"others,omitempty"`
}
