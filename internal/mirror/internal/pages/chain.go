package pages

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// A Chain reads a filtered list from beginning to end in the order of ids. It misses no record that was in the list all
// the time, whatever is added, deleted or moved meanwhile.
//
// WooCommerce cannot continue after an id; it only counts positions, and positions shift when a record before them
// leaves the list. Neighbouring pages therefore overlap by one record: a page whose first id is not greater than the
// last id read proves that nothing lies between the pages. If the first id is greater, something shifted, and the chain
// goes back until pages overlap again. Totals cannot prove this: one deletion before the position and one addition
// after it leave the total as it was. Totals only say how far the list goes, so that several pages can be asked for at
// once. Without totals pages are asked for one after the other, up to an empty page.
type Chain struct {
	Asker    *ask.Asker
	Path     string
	Resource storage.Resource
	Filter   url.Values
	Parent   int64 // set in each record, when not 0
	Place    Place
	// Total is the number of records expected; below 0 when unknown.
	Total int
	// Size holds the page size and how it recovers after failures.
	Size *pagesize.Size
	// Unreadable is called for each record on which the store fails. The id is 0 when the store does not even give the
	// id.
	Unreadable func(id int64, cause error)
	// InFlight is the largest number of pages asked for at once, as far as the store's pace allows.
	InFlight int
	Log      *slog.Logger
	// Fresh makes every request go past every cache.
	Fresh bool
	// short says that the last page had fewer records than asked for.
	short bool
	// jump says that the next page cannot overlap, because the record that both pages would have is hidden or
	// unreadable.
	jump bool
	// Stuck says that the store shows the same page wherever one is asked for, so that the chain ended before the list
	// did (stuck.go).
	Stuck bool
}

// Place is how far a chain has read: the greatest id, and the position at which the next page begins.
type Place struct {
	LastID int64 `json:"last_id,omitempty"`
	Offset int   `json:"offset,omitempty"`
}

// Page is one answer of a list, in the order of ids.
type Page struct {
	Readings []reading.Reading
	// AfterID is the greatest id read before. This page and the earlier ones hold every record up to the page's last
	// id.
	AfterID int64
	// Fresh is how many ids on the page are greater than AfterID.
	Fresh int
	// Next is the chain's place after this page.
	Next  Place
	Total int // as this answer said; below 0 when it did not
	Last  bool
	Whole bool // the records have all their members
	Date  time.Time
	Size  int // in bytes
}

// LastID returns the id after which the next page begins.
func (p *Page) LastID() int64 { return p.Next.LastID }

// fetchPage reads one page and parses its records. Several calls run at the same time.
func (c *Chain) fetchPage(ctx context.Context, offset, size int) (*Page, error) {
	q := ask.Query(
		c.Filter, "orderby", "id", "order", "asc", "per_page", strconv.Itoa(size), "offset", strconv.Itoa(offset),
	)
	if c.Fresh {
		q = c.Asker.Fresh(q)
	}
	got, err := c.Asker.List(ctx, c.Path, q)
	if err != nil {
		return nil, err
	}
	p := &Page{Total: got.Total, Date: got.Date, Size: len(got.Body), Whole: !q.Has("_fields")}
	var last int64
	for raw, err := range jsonvalue.Elements(got.Body) {
		if err != nil {
			return nil, ask.Unusable(c.Path, "it is no list")
		}
		r, err := reading.Of(c.Resource, raw)
		if err != nil {
			return nil, ask.Unusable(c.Path, "%v", err)
		}
		if r.ID <= last {
			return nil, ask.Unusable(c.Path, "record %d comes after %d although ids were to ascend", r.ID, last)
		}
		last = r.ID
		if c.Parent != 0 {
			r.ParentID = c.Parent
		}
		r.Hash = storage.HashOf(r.Raw)
		p.Readings = append(p.Readings, r)
	}
	return p, nil
}

// maxRetraces is how often a chain may go back without making progress. It ends the step for a store whose list makes
// no sense.
const maxRetraces = 40

// Run reads from the chain's place and calls hand with each page, in order. It returns nil at the end of the list,
// ask.ErrSpent when the step's budget is used up, or the first error that it cannot work around. The chain's place is
// then after the last page passed to hand.
func (c *Chain) Run(ctx context.Context, hand func(p *Page) error) error {
	back, retraces, furthest := 1, 0, 0
	for {
		flight := c.open(ctx)
		err := flight.each(func(b boarding, p *Page) (more bool, err error) {
			if !c.overlaps(b.offset, p) {
				c.Place.Offset = max(0, b.offset-back)
				return false, errRetrace
			}
			c.accept(b.offset, b.size, p)
			if c.Place.Offset > furthest {
				furthest, back, retraces = c.Place.Offset, 1, 0
			}
			c.Size.Succeeded(b.size)
			if c.standsStill(ctx, b, p) {
				c.Stuck = true
				return false, nil
			}
			return !p.Last, hand(p)
		})
		flight.close()
		switch {
		case errors.Is(err, errRetrace):
			if retraces++; retraces > maxRetraces {
				return ask.Unusable(c.Path, "its pages do not fit together")
			}
			back = min(back*4, 4096)
		case err != nil && ctx.Err() == nil && pagesize.TooHeavy(err):
			if c.Size.Failed(flight.failed.size) {
				c.Log.Warn(
					"the store fails on a page; asking for smaller ones",
					"path", c.Path, "per_page", c.Size.Now(), "error", err,
				)
			} else if err := c.isolate(ctx, err, hand); err != nil {
				return err
			}
		case err != nil:
			return err
		case flight.complete:
			return nil
		default:
			return ask.ErrSpent
		}
	}
}

// overlaps says whether no record can lie between what was read and this page.
func (c *Chain) overlaps(offset int, p *Page) bool {
	switch {
	case offset == 0 || c.jump:
		return true
	case len(p.Readings) > 0 && p.Readings[0].ID <= c.Place.LastID:
		return true
	case len(p.Readings) > 0:
		// The previous page had room for more: the store hides records (damaged ones, or of a status that nothing
		// registers), and the record to overlap with may be one of them. Positions follow each other and the total is
		// the same, so nothing has shifted.
		return c.short && (p.Total < 0 || p.Total == c.Total)
	case p.Total >= 0:
		// Either the store hides the records at these positions, or the list shrank and the position is after its end.
		return p.Total > offset
	default:
		// Without totals an empty page after a short one is the end.
		return c.short
	}
}

// accept moves the chain to the place after a page.
func (c *Chain) accept(offset, size int, p *Page) {
	p.AfterID = c.Place.LastID
	for _, r := range p.Readings {
		if r.ID > p.AfterID {
			p.Fresh++
		}
	}
	n := len(p.Readings)
	c.short = n < size
	c.jump = n == 0 // the overlapping record is hidden
	c.Place.Offset = offset + size - 1
	if n > 0 {
		c.Place.LastID = max(c.Place.LastID, p.Readings[n-1].ID)
	}
	if p.Total >= 0 && (n > 0 || offset == 0) {
		// Some versions give the total 0 on an empty page after the end
		// (docs/woocommerce/lists.md#page-beyond-total-zero), so only the total of a page with records counts.
		c.Total = p.Total
	}
	switch {
	case c.Total >= 0:
		p.Last = offset+size >= c.Total
	case c.short && p.Fresh == 0:
		p.Last = true
	case c.short:
		// A short page may be the end, or the store may have dropped records from it. Without totals only an empty page
		// after it tells.
		c.Place.Offset = offset + size
	}
	p.Next = c.Place
}
