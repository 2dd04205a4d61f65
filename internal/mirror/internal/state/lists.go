package state

import (
	"time"
)

// ListState is when the lists were last read, and how far the reading under way is.
type ListState struct {
	At time.Time `json:"at,omitzero"`
	// Before is when they were read before that; zero: never.
	Before time.Time `json:"before,omitzero"`
	// Next is the index of the list to go on with.
	Next int `json:"next,omitempty"`
}

// ListsName is the cursor of the lists that hold what records refer to.
const ListsName = "lists"
