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
	// Skew is how many records the store counts and does not show, as found by a sweep that nothing else explained:
	// damaged records. It is below zero where the store shows records that it does not count, those of a status that no
	// plugin registers any more.
	Skew int `json:"skew,omitempty"`
	// Total is how many records the list counted when totals were last compared; 0 where it does not say.
	Total int `json:"total,omitempty"`
	// Stuck says that the store shows its first page whatever page is asked for. Skew then counts the records that were
	// never read.
	Stuck bool `json:"stuck,omitempty"`
	// Hidden is how many records the store counts that its lists leave out, as the last full comparison found.
	Hidden int `json:"hidden,omitempty"`
	// TrashSkew is what Skew is, for the trash.
	TrashSkew int `json:"trash_skew,omitempty"`
}
