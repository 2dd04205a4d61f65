package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
)

// Strays is what is known about variations below products that are not variable, and how far the search for them is.
type Strays struct {
	// At is when strays were last looked for, by our clock.
	At time.Time `json:"at,omitzero"`
	// Parents are the products that are not variable and below which the mirror holds variations. Turn is the index at
	// which their next reading begins.
	Parents []int64 `json:"parents,omitempty"`
	Turn    int     `json:"turn,omitempty"`
	// Unlisted is the time until which the list of all variations is not asked for: the store has none (before 10.3),
	// or the key may not read it.
	Unlisted time.Time `json:"unlisted,omitzero"`
	// Walk is how far the list of all variations was read; nil when no reading is under way.
	Walk *pages.Place `json:"walk,omitempty"`
	// Skew is how many variations the store counts that it shows below no product.
	Skew int `json:"skew,omitempty"`
	// Asking is how far the walk is that asks products one by one; nil when none is under way.
	Asking *Asking `json:"asking,omitempty"`
}

// Asking is a walk through the products that are not variable. It asks each product for its variations.
type Asking struct {
	// Others says that the walk has asked the products that look as if they had been variable, and now asks the others.
	Others bool `json:"others,omitempty"`
	// After is the id of the product that was asked last.
	After int64 `json:"after,omitempty"`
}
