package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
)

// swept is how far a collection was compared record by record.
type swept struct {
	// Sweep is the walk through all ids, SweepRecent the walk through the ids of the newest records; nil when none is
	// under way.
	Sweep       *Sweep `json:"sweep,omitempty"`
	SweepRecent *Sweep `json:"sweep_recent,omitempty"`
	// SweptAt is when the last sweep was completed, SweptBefore when the one before it was. RecentAt and RecentBefore
	// are the same for sweeps of the newest records.
	SweptAt      time.Time `json:"swept_at,omitzero"`
	SweptBefore  time.Time `json:"swept_before,omitzero"`
	RecentAt     time.Time `json:"recent_at,omitzero"`
	RecentBefore time.Time `json:"recent_before,omitzero"`
	// SweepTook is how long the last sweep worked. Fruitless is how many sweeps in a row found nothing.
	SweepTook time.Duration `json:"sweep_took,omitempty"`
	Fruitless int           `json:"fruitless,omitempty"`
	// Silent says that records of this collection change without their modification date, as was seen or as follows
	// from where the store keeps them. The newest records are then compared in each round.
	Silent bool `json:"silent,omitempty"`
}

// Sweep is a walk through ids that compares fields with the mirror.
type Sweep struct {
	StartedAt time.Time   `json:"started_at"`
	Place     pages.Place `json:"place"`
	// Differences is how many records the walk found to read again.
	Differences int `json:"differences"`
	Distinct    int `json:"distinct"`
	// Took is how long the walk has worked so far.
	Took time.Duration `json:"took,omitempty"`
	// Deep says that the walk compares every field, not only the cheap ones.
	Deep bool `json:"deep,omitempty"`
	// From limits the walk to records created since then; zero means all.
	From time.Time `json:"from,omitzero"`
	// Doubtful is a modification date: records in the trash with a later date are read again although they look the
	// same; zero means none are.
	Doubtful time.Time `json:"doubtful,omitzero"`
}
