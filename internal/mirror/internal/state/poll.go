package state

import (
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
)

// polled is how far changes have been followed.
type polled struct {
	Poll poll `json:"poll"`
}

// poll follows modification dates.
type poll struct {
	// Newest is the greatest modification date seen, by the store's clock.
	Newest time.Time `json:"newest,omitzero"`
	// Complete says that every change with a date up to Newest has been read.
	Complete bool `json:"settled,omitempty"`
	// Since is when Newest was first seen, by our clock.
	Since time.Time `json:"since,omitzero"`
	// At is when the last poll ended. Interval is how long to wait for the next poll.
	At       time.Time     `json:"at,omitzero"`
	Interval time.Duration `json:"interval,omitempty"`
	// Walk is the reading of a list of changes that is longer than one page; nil when none is under way.
	Walk *Walk `json:"walk,omitempty"`
	// Recheck is a span of dates to read again later; nil when there is none.
	Recheck *Recheck `json:"recheck,omitempty"`
	// Ahead is how far the store's clock was ahead of ours at the last poll.
	Ahead time.Duration `json:"ahead,omitempty"`
	// Unfiltered says that the store ignores modified_after.
	Unfiltered bool `json:"unfiltered,omitempty"`
	// Unordered says that the store cannot order by modification date.
	Unordered bool `json:"unordered,omitempty"`
}

// Walk is the reading of all records modified after a date, in the order of ids.
type Walk struct {
	After  time.Time   `json:"after"`
	Newest time.Time   `json:"newest"` // where the poll continues when the walk is done
	Final  bool        `json:"final"`  // whether every change up to Newest is read then
	Place  pages.Place `json:"place"`
}

// Recheck is a span of modification dates that is read again. Its records were first read within the second of their
// modification date, in which the store could still change them.
type Recheck struct {
	After time.Time   `json:"after"`
	Due   time.Time   `json:"due"`
	Place pages.Place `json:"place"`
}
