package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/storage"
)

// state is where the work on one collection stands. It is kept under the
// resource's name, in the transaction that writes what was read, so that a
// step that dies anywhere is taken up where its last transaction ended.
type state struct {
	// Fill is the backfill; nil when it is done and the collection is live.
	Fill *fill `json:"fill,omitempty"`
	// Live says that a backfill has been completed.
	Live bool `json:"live,omitempty"`
	// Began is what the store's clock showed, less the lag, when the backfill
	// began.
	Began time.Time `json:"began,omitzero"`
	// LinesChecked says that the lines of orders were held against the
	// products after the first reading of both; kept with the products.
	LinesChecked bool `json:"lines_checked,omitempty"`
	// Poll is how far changes are followed.
	Poll poll `json:"poll"`
	// Bin is how far the trash is followed.
	Bin bin `json:"bin,omitzero"`
	// Census is the last comparison of totals.
	Census census `json:"census"`
	// Sweep and Trash are walks through all ids, SweepRecent one through those
	// of the newest records; nil when none is under way.
	Sweep       *sweep `json:"sweep,omitempty"`
	SweepRecent *sweep `json:"sweep_recent,omitempty"`
	Trash       *sweep `json:"trash,omitempty"`
	// SweptAt is when the last sweep was completed, SweptBefore the one before
	// it; RecentAt and RecentBefore the same where the newest records sufficed.
	SweptAt      time.Time `json:"swept_at,omitzero"`
	SweptBefore  time.Time `json:"swept_before,omitzero"`
	RecentAt     time.Time `json:"recent_at,omitzero"`
	RecentBefore time.Time `json:"recent_before,omitzero"`
	// SweepTook is how long the last sweep worked; Fruitless how many in a row
	// found nothing.
	SweepTook time.Duration `json:"sweep_took,omitempty"`
	Fruitless int           `json:"fruitless,omitempty"`
	// Missing says that the store has no such list at all (older
	// WooCommerce); Denied that the key may not read it, until when that is
	// not asked again, and what the store said.
	Missing     bool      `json:"missing,omitempty"`
	DeniedUntil time.Time `json:"denied_until,omitzero"`
	Denied      string    `json:"denied,omitempty"`
	// Silent says that records of this collection were seen to change without
	// their modification date, or that the store says of itself where it keeps
	// them that this happens: the newest are compared in each round then.
	Silent bool `json:"silent,omitempty"`
	// PerPage is the page size found to work, 0 for the full one.
	PerPage int `json:"per_page,omitempty"`
}

// fill is a backfill under way.
type fill struct {
	StartedAt time.Time `json:"started_at"`
	// Newest is the greatest modification date when the backfill began:
	// what is modified later is read by the first poll.
	Newest time.Time `json:"newest,omitzero"`
	// Total is how many records the store had then; Done how many were read.
	Total int `json:"total"`
	Done  int `json:"done"`
	// Frontier is where the next window begins; zero before the first one.
	Frontier time.Time `json:"frontier,omitzero"`
	// Oldest and Latest bound the creation dates; Step is the width of the
	// next window. Zero Latest: one window without bounds.
	Oldest time.Time     `json:"oldest,omitzero"`
	Latest time.Time     `json:"latest,omitzero"`
	Step   time.Duration `json:"step,omitempty"`
	// Opened says that no more windows are to be opened.
	Opened bool `json:"opened,omitempty"`
	// Windows are those not yet done.
	Windows []*window `json:"windows,omitempty"`
	// TrashDone says that the trash has been read.
	TrashDone bool        `json:"trash_done,omitempty"`
	TrashAt   pages.Place `json:"trash_at,omitzero"`
}

// window is a span of creation dates, [From, To); zero leaves a side open.
type window struct {
	From  time.Time   `json:"from,omitzero"`
	To    time.Time   `json:"to,omitzero"`
	Place pages.Place `json:"place"`
	// Distinct is how many different ids were read.
	Distinct int `json:"distinct"`
	// Checks counts how often its ids were read again because they did not
	// add up to the store's total.
	Checks int `json:"checks,omitempty"`
	// Checking is where such a check stands; nil when none is under way.
	Checking *sweep `json:"checking,omitempty"`
}

// poll follows modification dates.
type poll struct {
	// Newest is the greatest modification date seen, by the store's clock.
	Newest time.Time `json:"newest,omitzero"`
	// Settled says that every change stamped up to Newest has been read.
	Settled bool `json:"settled,omitempty"`
	// Since is when Newest was first seen, by our clock.
	Since time.Time `json:"since,omitzero"`
	// At is when the last poll ended; Interval is how long to wait for the
	// next one.
	At       time.Time     `json:"at,omitzero"`
	Interval time.Duration `json:"interval,omitempty"`
	// Walk is a list of changes too long for one page, being read.
	Walk *walk `json:"walk,omitempty"`
	// Recheck is a span of dates to be read again later.
	Recheck *recheck `json:"recheck,omitempty"`
	// Ahead is how far the store's clock ran ahead of ours at the last poll.
	Ahead time.Duration `json:"ahead,omitempty"`
	// Unfiltered says that the store does not heed modified_after.
	Unfiltered bool `json:"unfiltered,omitempty"`
	// Unordered says that it cannot order by modification date.
	Unordered bool `json:"unordered,omitempty"`
}

// bin follows modification dates in the trash, see poll.
type bin struct {
	Newest  time.Time `json:"newest,omitzero"`
	Settled bool      `json:"settled,omitempty"`
}

// walk is the reading of everything modified after a date, in order of ids.
type walk struct {
	After  time.Time   `json:"after"`
	Newest time.Time   `json:"newest"` // where the poll continues when the walk is done
	Final  bool        `json:"final"`  // whether Newest is settled then
	Place  pages.Place `json:"place"`
}

// recheck is a span of modification dates whose records were read within the
// second in which the store stamped them.
type recheck struct {
	After time.Time   `json:"after"`
	Due   time.Time   `json:"due"`
	Place pages.Place `json:"place"`
}

// census compares totals.
type census struct {
	At time.Time `json:"at,omitzero"`
	// Skew is how many records the store counts but does not show, as found
	// by a sweep that explained nothing: a damaged record, or a status no
	// plugin registers any more (then below zero).
	Skew int `json:"skew,omitempty"`
	// TrashSkew is the same for the trash.
	TrashSkew int `json:"trash_skew,omitempty"`
}

// sweep is a walk through ids, comparing cheap fields with the mirror.
type sweep struct {
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
	// Doubtful is the stamp behind which records in the trash are read again
	// although they look the same; zero: none are.
	Doubtful time.Time `json:"doubtful,omitzero"`
}

// load reads a JSON cursor into v; v stays as it is when there is none.
func load(ctx context.Context, ledger Ledger, storeID int64, name string, v any) error {
	raw, err := ledger.Cursor(ctx, storeID, name)
	if err != nil || raw == nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("mirror: store %d: cursor %s is damaged: %w", storeID, name, err)
	}
	return nil
}

// cursor is the value to keep under a name.
func cursor(name string, v any) storage.Cursor {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain types
	}
	return storage.Cursor{Name: name, Value: raw}
}
