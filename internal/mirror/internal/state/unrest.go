package state

import (
	"time"
)

// Unrest is when a store was last seen to change.
type Unrest struct {
	At time.Time `json:"at,omitzero"`
}

// UnrestName is the name under which a store's unrest is kept.
const UnrestName = "unrest"
