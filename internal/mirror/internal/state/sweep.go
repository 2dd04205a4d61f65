package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
)

// swept is how far a collection was compared record by record.
type swept struct {
	// Sweep is a walk through all ids, SweepRecent one through those of the newest records; nil when none is under way.
	Sweep       *Sweep `json:"sweep,omitempty"`
	SweepRecent *Sweep `json:"sweep_recent,omitempty"`
	// SweptAt is when the last sweep was completed, SweptBefore the one before it; RecentAt and RecentBefore the same
	// where the newest records sufficed.
	SweptAt      time.Time `json:"swept_at,omitzero"`
	SweptBefore  time.Time `json:"swept_before,omitzero"`
	RecentAt     time.Time `json:"recent_at,omitzero"`
	RecentBefore time.Time `json:"recent_before,omitzero"`
	// SweepTook is how long the last sweep worked; Fruitless how many in a row found nothing.
	SweepTook time.Duration `json:"sweep_took,omitempty"`
	Fruitless int           `json:"fruitless,omitempty"`
	// Silent says that records of this collection were seen to change without their modification date, or that the
	// store says of itself where it keeps them that this happens: the newest are compared in each round then.
	Silent bool `json:"silent,omitempty"`
}

// Sweep is a walk through ids, comparing cheap fields with the mirror.
type Sweep struct {
	StartedAt time.Time   `json:"started_at"`
	Place     pages.Place `json:"place"`
	// Differences is how many records it found to look at again.
	Differences int `json:"differences"`
	Distinct    int `json:"distinct"`
	// Took is how long it has been worked on so far.
	Took time.Duration `json:"took,omitempty"`
	// Deep compares every field, not only the cheap ones.
	Deep bool `json:"deep,omitempty"`
	// From limits it to records created since; zero: all.
	From time.Time `json:"from,omitzero"`
	// Doubtful is the stamp behind which records in the trash are read again although they look the same; zero: none
	// are.
	Doubtful time.Time `json:"doubtful,omitzero"`
}
