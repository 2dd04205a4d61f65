package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
)

// firstCopied is how far the first copy of a collection is.
type firstCopied struct {
	// Fill is the backfill; nil when it is done and the collection is live.
	Fill *Fill `json:"fill,omitempty"`
	// Live says that a backfill has been completed.
	Live bool `json:"live,omitempty"`
	// Began is when the backfill began, by the store's clock, set a little earlier to be safe.
	Began time.Time `json:"began,omitzero"`
}

// Fill is a backfill under way.
type Fill struct {
	StartedAt time.Time `json:"started_at"`
	// Newest is the greatest modification date when the backfill began. The first poll reads what is modified later.
	Newest time.Time `json:"newest,omitzero"`
	// Total is how many records the store had when the backfill began. Done is how many of them were read.
	Total int `json:"total"`
	Done  int `json:"done"`
	// Frontier is where the next window begins; zero before the first one.
	Frontier time.Time `json:"frontier,omitzero"`
	// Oldest and Latest bound the creation dates; a zero Latest means one window without bounds. Step is the width of
	// the next window.
	Oldest time.Time     `json:"oldest,omitzero"`
	Latest time.Time     `json:"latest,omitzero"`
	Step   time.Duration `json:"step,omitempty"`
	// Opened says that no more windows are to be opened.
	Opened bool `json:"opened,omitempty"`
	// Windows are the windows that were opened and are not done.
	Windows []*Window `json:"windows,omitempty"`
	// TrashDone says that the trash has been read.
	TrashDone bool        `json:"trash_done,omitempty"`
	TrashAt   pages.Place `json:"trash_at,omitzero"`
}

// Window is a span of creation dates, [From, To); zero leaves a side open.
type Window struct {
	From  time.Time   `json:"from,omitzero"`
	To    time.Time   `json:"to,omitzero"`
	Place pages.Place `json:"place"`
	// Distinct is how many different ids were read.
	Distinct int `json:"distinct"`
	// Checks counts how often the ids were read again because they did not add up to the store's total.
	Checks int `json:"checks,omitempty"`
	// Checking is how far the present reading of the ids is; nil when none is under way.
	Checking *Sweep `json:"checking,omitempty"`
}
