package state

import (
	"time"
)

// counted is the last comparison of totals.
type counted struct {
	Census census `json:"census"`
}

// census is the outcome of comparing the totals of store and mirror.
type census struct {
	At time.Time `json:"at,omitzero"`
	// Skew is how many records the store counts and does not show, as found by a sweep that nothing else explained:
	// damaged records. It is negative when the store shows records that it does not count, which have a status that no
	// plugin registers any more.
	Skew int `json:"skew,omitempty"`
	// Total is how many records the list counted when totals were last compared; 0 when the list does not say.
	Total int `json:"total,omitempty"`
	// Stuck says that the store shows its first page whatever page is asked for. Skew then counts the records that were
	// never read.
	Stuck bool `json:"stuck,omitempty"`
	// Hidden is how many records the store counts that its lists leave out, by the last full comparison.
	Hidden int `json:"hidden,omitempty"`
	// TrashSkew is the Skew of the trash.
	TrashSkew int `json:"trash_skew,omitempty"`
}
