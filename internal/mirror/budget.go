package mirror

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Budget bounds one step.
type Budget struct {
	// For is how long new requests are sent; 40 s when 0. A step ends when those already sent are answered.
	For time.Duration
	// Requests is how many are sent at most; 0 means no limit.
	Requests int64
	// Now polls everything that can be polled, due or not. It is for a webhook, which says that something has changed.
	Now bool
	// Since polls what has not been polled since this moment. Who waits for an up-to-date mirror gives the moment at
	// which he began to wait to every step, until a step is idle: then everything was asked for after that moment.
	Since time.Time
	// Compare also compares record by record and reads lists where the store was seen to change lately (step.go),
	// unless that was done after Since. Who waits expects also the changes that show in no date.
	Compare bool
	// Sweep compares every field of every record and reads all lists, due or not. What was compared after Since is left
	// out.
	Sweep bool
	// AcceptLoss removes records that are gone from the store, however many they are at once (loss.go).
	AcceptLoss bool
}

// Result is what a step did and when the next one is worth while.
type Result struct {
	// Idle says that nothing is left to do now: the mirror equals the store as far as polls, totals and what was read
	// can tell.
	Idle bool
	// Next is when something is due again; the zero time means now.
	Next time.Time
	// Requests is how many requests were sent.
	Requests int64
	Applied  storage.Applied
	// Swept is what was compared record by record, whatever its date.
	Swept Swept
	// Losses are large losses of the store that are kept back: the mirror holds the records still.
	Losses []Loss
	// Warnings are for people: what the mirror goes without, and why.
	Warnings []string
	// StoreClock is how far the store's clock is ahead of ours, as far as its answers told.
	StoreClock time.Duration
	// WooCommerce is the store's version, empty where it is not known.
	WooCommerce string
	// Seen is what people should know about the store's records.
	Seen storage.Sightings
}

// Loss is a large loss that is kept back: of Held records, roughly About are gone from the store.
type Loss struct {
	Resource storage.Resource `json:"resource"`
	// About is roughly how many records are gone.
	About int       `json:"about"`
	Held  int       `json:"held"`
	Since time.Time `json:"since"`
}
