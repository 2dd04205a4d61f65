package state

import (
	"time"
)

// counted is the last comparison of totals.
type counted struct {
	Census census `json:"census"`
}

// census compares totals.
type census struct {
	At time.Time `json:"at,omitzero"`
	// Skew is how many records the store counts but does not show, as found by a sweep that explained nothing: a
	// damaged record, or a status no plugin registers any more (then below zero).
	Skew int `json:"skew,omitempty"`
	// TrashSkew is the same for the trash.
	TrashSkew int `json:"trash_skew,omitempty"`
}
