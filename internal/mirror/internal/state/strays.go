package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
)

// Strays is what is known of variations below products that are not variable, and where the search for them stands.
type Strays struct {
	// At is when they were last looked for, by our clock.
	At time.Time `json:"at,omitzero"`
	// Parents are the products below which the mirror holds variations although they are not variable. Turn is where
	// their next reading begins.
	Parents []int64 `json:"parents,omitempty"`
	Turn    int     `json:"turn,omitempty"`
	// Unlisted is until when the list of all variations is not asked for: the store has none (before 10.3), or the key
	// may not read it.
	Unlisted time.Time `json:"unlisted,omitzero"`
	// Walk is how far that list was read; nil when it is not being read.
	Walk *pages.Place `json:"walk,omitempty"`
	// Skew is how many variations the store counts that it shows below no product.
	Skew int `json:"skew,omitempty"`
	// Asking is how far the walk is that asks products one by one; nil when none is under way.
	Asking *Asking `json:"asking,omitempty"`
}

// Asking is a walk through the products that are not variable, asking each for its variations.
type Asking struct {
	// Others says that the walk has asked the products that look as if they had been variable, and now asks the rest.
	Others bool `json:"others,omitempty"`
	// After is the product asked last.
	After int64 `json:"after,omitempty"`
}
