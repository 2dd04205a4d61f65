package storage

import (
	"context"
	"time"
)

// Fresh is a time through which a store, or one of its resources, was as fresh as it was.
type Fresh struct {
	StoreID int64
	// Resource is what of the store; empty for the store as a whole.
	Resource Resource
	// State is in the words of package freshness.
	State string
	// From is when it began to be so, Until when it was so no more; zero while it is.
	From, Until time.Time
	// Usual is how long a pause between two looks was meant to be then.
	Usual time.Duration
}

// FreshQuery selects what is kept of freshness. The zero value of a field does not filter.
type FreshQuery struct {
	StoreID int64
	// Resource selects one; Whole selects what is of stores as wholes.
	Resource Resource
	Whole    bool
	// Since is exclusive: what had ended by then is left out. Now leaves out all that has ended.
	Since time.Time
	Now   bool
	// FirstStore and LastStore bound the stores by their IDs.
	FirstStore, LastStore int64
}

// Watched is a time through which somebody looked.
type Watched struct{ From, Until time.Time }

// FreshnessReader looks at how fresh mirrors were.
type FreshnessReader interface {
	// Freshness lists what is kept by store, resource and time.
	Freshness(ctx context.Context, q FreshQuery) ([]Fresh, error)
	// Watched lists the times through which somebody looked that had not ended by a time, the oldest first.
	Watched(ctx context.Context, since time.Time) ([]Watched, error)
}

// FreshnessTx keeps how fresh mirrors are. It goes with its store.
type FreshnessTx interface {
	// BeginFresh ends what a store or resource is and begins what it is from then on. What belongs to a store that is
	// gone is left out.
	BeginFresh(ctx context.Context, fresh []Fresh) error
	// Watching notes that somebody looks at a time. It goes on from the last look when that is not older than gap.
	Watching(ctx context.Context, at time.Time, gap time.Duration) error
	// DropFreshness forgets up to limit of what had ended before a time, and says how many.
	DropFreshness(ctx context.Context, before time.Time, limit int) (int64, error)
}
