package state

import (
	"time"
)

// trashed is how far the trash is followed, both by its newest records and by a walk through all ids.
type trashed struct {
	Bin   Bin    `json:"bin,omitzero"`
	Trash *Sweep `json:"trash,omitempty"`
}

// Bin follows modification dates in the trash, as poll does outside it.
type Bin struct {
	Newest   time.Time `json:"newest,omitzero"`
	Complete bool      `json:"settled,omitempty"`
}
