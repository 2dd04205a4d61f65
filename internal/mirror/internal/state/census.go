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
	// Total is how many its list counted when totals were compared last; 0 where it does not say.
	Total int `json:"total,omitempty"`
	// Stuck: the store shows its first page whatever page is asked for, so Skew of its records were never read.
	Stuck bool `json:"stuck,omitempty"`
	// Hidden is how many records the store counts that its lists leave out, as the last full comparison found.
	Hidden int `json:"hidden,omitempty"`
	// TrashSkew is the same for the trash.
	TrashSkew int `json:"trash_skew,omitempty"`
}
