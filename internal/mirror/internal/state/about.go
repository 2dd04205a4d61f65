package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// About is what a store says of itself, and what follows for its orders. It is kept beside the places of the
// collections.
type About struct {
	// At is when the system status was last asked for, by our clock. Refused is until when it is not asked for again,
	// because the key may not read it.
	At      time.Time `json:"at,omitzero"`
	Refused time.Time `json:"refused,omitzero"`
	// Version is the version of WooCommerce, Database the one that its database was brought to. They and the decimals
	// of prices decide how the store shows its records.
	Version  string `json:"version,omitempty"`
	Database string `json:"database,omitempty"`
	Decimals string `json:"decimals,omitempty"`
	// Counted is how many orders and refunds the database holds, in the trash and drafts included; 0 where nobody says.
	Counted int `json:"counted,omitempty"`
	// Variations is how many variations the database holds, in the trash included; 0 where nobody says.
	Variations int `json:"variations,omitempty"`
	// Posts says that orders are kept in posts.
	Posts bool `json:"posts,omitempty"`
	// Statuses are those that lists of orders are asked for by name; StatusesAt is when they were read, by our clock.
	Statuses   []string  `json:"statuses,omitempty"`
	StatusesAt time.Time `json:"statuses_at,omitzero"`
	// Unlistable are statuses that the store names and by which it finds no orders: a plugin told WooCommerce of them
	// and did not register them.
	Unlistable []string `json:"unlistable,omitempty"`
	// Unnameable says until when lists ask for any status: the store refused the statuses it had just named.
	Unnameable time.Time `json:"unnameable,omitzero"`
	// NewLook is when the store began to show its records differently. Compare are the collections that were not
	// compared in every field since then.
	NewLook time.Time          `json:"new_look,omitzero"`
	Compare []storage.Resource `json:"compare,omitempty"`
	// Hidden are the orders that no list shows.
	Hidden hidden `json:"hidden,omitzero"`
}

// hidden is what is known of orders that no list shows, and where the search for them stands.
type hidden struct {
	// At is when they were last looked for, by our clock. Seen is how many orders the store then counted that the
	// mirror did not hold.
	At   time.Time `json:"at,omitzero"`
	Seen int       `json:"seen,omitempty"`
	// Known are the ids of mirrored orders that no list shows.
	Known []int64 `json:"known,omitempty"`
	// Turn is the place in Known at which the next reading of them begins.
	Turn int `json:"turn,omitempty"`
	// Missing is how many orders the store counts that are in no list and that the mirror does not hold.
	Missing int `json:"missing,omitempty"`
	// Explained is how many of the counted rows are no orders to mirror: auto-drafts, and rows behind which no order
	// answers.
	Explained int `json:"explained,omitempty"`
	// Every id in (Low, High] was asked for or is held.
	Low  int64 `json:"low,omitempty"`
	High int64 `json:"high,omitempty"`
	// Past is how many ids behind High were asked for in the search under way. Orders to come may take them, so a later
	// search asks again.
	Past int64 `json:"past,omitempty"`
	// Others is how many records of another kind the store keeps among its orders: subscriptions.
	Others int `json:"others,omitempty"`
}
