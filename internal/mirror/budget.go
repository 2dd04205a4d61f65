package mirror

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Budget bounds one step and says what the caller waits for.
type Budget struct {
	// For is how long new requests are sent; 40 s when 0. The step then ends when the requests already sent are
	// answered.
	For time.Duration
	// Requests is the largest number of requests in the step; 0 means no limit.
	Requests int64
	// Now polls everything that can be polled, due or not. Set Now for a webhook, which says that something has
	// changed.
	Now bool
	// Since polls everything that was last polled before this time. A caller who waits for an up-to-date mirror passes
	// the time at which it began to wait to every step, until a step is idle. Everything was then asked for after that
	// time.
	Since time.Time
	// Compare also compares record by record and reads lists, if the store was seen to change lately (step.go). What
	// was compared after Since is left out. A caller who waits expects also the changes that show in no date.
	Compare bool
	// Sweep compares every field of every record and reads all lists, due or not. What was compared after Since is left
	// out.
	Sweep bool
	// AcceptLoss removes records that are gone from the store, however many they are at once (loss.go).
	AcceptLoss bool
}

// Result is what a step did and when the next step is worth while.
type Result struct {
	// Idle says that nothing is left to do now: the mirror equals the store as far as polls, totals and readings can
	// tell.
	Idle bool
	// Next is when something is due again; the zero time means now.
	Next time.Time
	// Requests is how many requests were sent.
	Requests int64
	Applied  storage.Applied
	// Swept counts the records that were compared whatever their date.
	Swept Swept
	// Losses are the large losses that are kept back: the mirror still holds their records.
	Losses []Loss
	// Warnings tell people what the mirror goes without, and why.
	Warnings []string
	// StoreClock is how far the store's clock is ahead of ours; negative when it is behind, 0 when no answer told.
	StoreClock time.Duration
	// WooCommerce is the store's version; empty when it is not known.
	WooCommerce string
	// Seen is what people should know about the store's records.
	Seen storage.Sightings
}

// Loss is a large loss that is kept back: about About of Held records are gone from the store.
type Loss struct {
	Resource storage.Resource `json:"resource"`
	// About is roughly how many records are gone.
	About int       `json:"about"`
	Held  int       `json:"held"`
	Since time.Time `json:"since"`
}
