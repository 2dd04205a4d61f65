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

// A Chain reads a filtered list from beginning to end in the order of ids, so that no record that was in it all the
// time is missed, whatever is added, deleted or moved meanwhile.
//
// WooCommerce cannot continue after an id; it only counts positions, and positions shift when a record before them
// leaves the list. So neighbouring pages overlap by one record: a page that begins with an id not greater than the last
// one read proves that nothing lies between them. If it begins later, something shifted, and the chain goes back until
// pages overlap again. Totals cannot prove this: one deletion before the position and one addition behind it leave the
// total as it was. They only say how far the list goes, which lets several pages be on their way at once; without
// totals pages are asked for one after the other, up to an empty one.
type Chain struct {
	Asker    *ask.Asker
	Path     string
	Resource storage.Resource
	Filter   url.Values
	Parent   int64 // given to each record, when not 0
	Place    Place
	// Total is how many records are expected; below 0 when unknown.
	Total int
	// Size is the page size and its recovery after failures.
	Size *pagesize.Size
	// Unreadable is told of each record on which the store fails; ID 0 when not even the id can be had.
	Unreadable func(id int64, cause error)
	// InFlight is how many pages are asked for at a time at most, in case the store's pace allows them.
	InFlight int
	Log      *slog.Logger
	// Fresh: every page passes every cache.
	Fresh bool
	// short: the last page had fewer records than asked for.
	short bool
	// jump says that the next page cannot overlap, because the record that both would have is hidden or unreadable.
	jump bool
	// Stuck: the store shows the same page wherever one is asked for, so the chain ended before the list did
	// (stuck.go).
	Stuck bool
}

// Place is where a chain stands: the greatest id read, and the position at which the next page begins.
type Place struct {
	LastID int64 `json:"last_id,omitempty"`
	Offset int   `json:"offset,omitempty"`
}

// Page is one answer of a list, in the order of ids.
type Page struct {
	Readings []reading.Reading
	// AfterID is the greatest id read before: the page and what came before it hold everything up to the page's last
	// id.
	AfterID int64
	// Fresh is how many ids are greater than AfterID.
	Fresh int
	// Next is the chain's place behind this page.
	Next  Place
	Total int // as this answer said; below 0: not said
	Last  bool
	Whole bool // its records have all their members
	Date  time.Time
	Size  int // in bytes
}

// LastID is the id behind which the next page begins.
func (p *Page) LastID() int64 { return p.Next.LastID }

// fetchPage reads one page and takes its records apart. Several run at a time.
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

// maxRetraces bounds how often a chain goes back without getting on, so that a store whose list makes no sense ends the
// step instead of holding it.
const maxRetraces = 40

// Run reads on from the chain's place and hands each page over, in order. It returns nil at the end of the list,
// ask.ErrSpent when the step's budget is used up, or the first error that cannot be got around. The place is then
// behind the last page handed over.
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

// overlaps says whether nothing can lie between what was read and this page.
func (c *Chain) overlaps(offset int, p *Page) bool {
	switch {
	case offset == 0 || c.jump:
		return true
	case len(p.Readings) > 0 && p.Readings[0].ID <= c.Place.LastID:
		return true
	case len(p.Readings) > 0:
		// The page before had room for more: the store keeps records to itself (damaged ones, or of a status nobody
		// registers), and the one to overlap with may be among them. Positions follow each other and the total stands,
		// so nothing has shifted.
		return c.short && (p.Total < 0 || p.Total == c.Total)
	case p.Total >= 0:
		// Positions exist here, but the store hides what is on them; or the list shrank and this is behind its end.
		return p.Total > offset
	default:
		// Without totals an empty page behind a short one is the end.
		return c.short
	}
}

// accept moves the chain behind a page.
func (c *Chain) accept(offset, size int, p *Page) {
	p.AfterID = c.Place.LastID
	for _, r := range p.Readings {
		if r.ID > p.AfterID {
			p.Fresh++
		}
	}
	n := len(p.Readings)
	c.short = n < size
	c.jump = n == 0 // the overlapping record is one of those that are hidden
	c.Place.Offset = offset + size - 1
	if n > 0 {
		c.Place.LastID = max(c.Place.LastID, p.Readings[n-1].ID)
	}
	if p.Total >= 0 && (n > 0 || offset == 0) {
		// An empty page behind the end says 0 on some versions (docs/woocommerce/lists.md#page-beyond-total-zero): only
		// a page with records is believed.
		c.Total = p.Total
	}
	switch {
	case c.Total >= 0:
		p.Last = offset+size >= c.Total
	case c.short && p.Fresh == 0:
		p.Last = true
	case c.short:
		// A short page may be the end, or hide records the store dropped from it. Without totals only an empty one
		// behind it tells.
		c.Place.Offset = offset + size
	}
	p.Next = c.Place
}
