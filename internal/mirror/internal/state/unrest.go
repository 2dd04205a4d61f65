package state

import (
	"time"
)

// Unrest is when a store was last seen to change.
type Unrest struct {
	At time.Time `json:"at,omitzero"`
}

// UnrestName is where it is kept.
const UnrestName = "unrest"
