package state

import (
	"time"
)

// ListState is when the lists were last read, and how far the present reading is.
type ListState struct {
	At time.Time `json:"at,omitzero"`
	// Before is when the lists were read the time before; zero if never.
	Before time.Time `json:"before,omitzero"`
	// Next is the index of the list with which the reading continues.
	Next int `json:"next,omitempty"`
}

// ListsName is the cursor of the lists to which records refer.
const ListsName = "lists"
