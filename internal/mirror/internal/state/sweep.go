package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
)

// swept is how far a collection was compared record by record.
type swept struct {
	// Sweep is the walk through all ids, SweepRecent that through the ids of the newest records; nil when there is none
	// under way.
	Sweep       *Sweep `json:"sweep,omitempty"`
	SweepRecent *Sweep `json:"sweep_recent,omitempty"`
	// SweptAt is when the last sweep was completed, SweptBefore when the one before it. RecentAt and RecentBefore are
	// the same for sweeps of the newest records.
	SweptAt      time.Time `json:"swept_at,omitzero"`
	SweptBefore  time.Time `json:"swept_before,omitzero"`
	RecentAt     time.Time `json:"recent_at,omitzero"`
	RecentBefore time.Time `json:"recent_before,omitzero"`
	// SweepTook is how long the last sweep worked. Fruitless is how many sweeps in a row found nothing.
	SweepTook time.Duration `json:"sweep_took,omitempty"`
	Fruitless int           `json:"fruitless,omitempty"`
	// Silent says that records of this collection change without their modification date: that was seen, or follows
	// from where the store keeps them. The newest records are then compared in each round.
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
	// From limits the walk to records created since then; zero: all.
	From time.Time `json:"from,omitzero"`
	// Doubtful is a stamp: records in the trash with a later one are read again although they look the same; zero: none
	// are.
	Doubtful time.Time `json:"doubtful,omitzero"`
}
