package mirror

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// A chain reads a filtered list from beginning to end in the order of ids, so
// that no record that was in it all the time is missed, whatever is added,
// deleted or moved meanwhile.
//
// WooCommerce cannot continue after an id; it only counts positions, and
// positions shift when a record before them leaves the list. So neighbouring
// pages overlap by one record: a page that begins with an id not greater than
// the last one read proves that nothing lies between them. If it begins
// later, something shifted, and the chain goes back until pages overlap
// again. Totals cannot prove this: one deletion before the position and one
// addition behind it leave the total as it was. They only say how far the
// list goes, which lets several pages be on their way at once; without totals
// pages are asked for one after the other, up to an empty one.
type chain struct {
	asker    *asker
	path     string
	resource storage.Resource
	filter   url.Values
	parent   int64 // given to each record, when not 0
	place    place
	// total is how many records are expected; below 0 when unknown.
	total int
	// size is the page size and its recovery after failures.
	size *pagesize.Size
	// unreadable is told about a record the store fails on; ID 0 when not
	// even its id can be had.
	unreadable func(id int64, cause error)
	// fresh: every page passes every cache.
	fresh bool
	// short: the last page had fewer records than asked for.
	short bool
	// jump: the next page cannot overlap, because what it would share is
	// hidden or unreadable.
	jump bool
}

// place is where a chain stands: the greatest id read, and the position at
// which the next page begins.
type place struct {
	LastID int64 `json:"last_id,omitempty"`
	Offset int   `json:"offset,omitempty"`
}

// page is one answer of a list, in the order of ids.
type page struct {
	readings []reading
	// afterID is the greatest id read before: the page and what came before
	// it hold everything up to the page's last id.
	afterID int64
	// fresh is how many ids are greater than afterID.
	fresh int
	// next is the chain's place behind this page.
	next  place
	total int // as this answer said; below 0: not said
	last  bool
	whole bool // its records have all their members
	date  time.Time
	size  int // in bytes
}

func (p *page) lastID() int64 { return p.next.LastID }

// fetchPage reads one page and takes its records apart; it runs beside
// others.
func (c *chain) fetchPage(ctx context.Context, offset, size int) (*page, error) {
	q := query(c.filter, "orderby", "id", "order", "asc", "per_page", number(size), "offset", number(offset))
	if c.fresh {
		q = c.asker.fresh(q)
	}
	got, err := c.asker.list(ctx, c.path, q)
	if err != nil {
		return nil, err
	}
	p := &page{total: got.Total, date: got.date, size: len(got.Body), whole: !q.Has("_fields")}
	var last int64
	for raw, err := range jsonvalue.Elements(got.Body) {
		if err != nil {
			return nil, wrong(c.path, "it is no list")
		}
		r, err := read(c.resource, raw)
		if err != nil {
			return nil, wrong(c.path, "%v", err)
		}
		if r.ID <= last {
			return nil, wrong(c.path, "record %d comes after %d although ids were to ascend", r.ID, last)
		}
		last = r.ID
		if c.parent != 0 {
			r.ParentID = c.parent
		}
		r.Hash = storage.HashOf(r.Raw)
		p.readings = append(p.readings, r)
	}
	return p, nil
}

// maxRetraces bounds how often a chain goes back without getting on, so that
// a store whose list makes no sense ends the step instead of holding it.
const maxRetraces = 40

// run reads on from the chain's place and hands each page over, in order. It
// returns nil at the end of the list, errSpent when the step's budget is used
// up, or the first error that cannot be got around. The place is then behind
// the last page handed over.
func (c *chain) run(ctx context.Context, hand func(p *page) error) error {
	back, retraces, furthest := 1, 0, 0
	for {
		flight := c.open(ctx)
		err := flight.each(func(b boarding, p *page) (more bool, err error) {
			if !c.overlaps(b.offset, p) {
				c.place.Offset = max(0, b.offset-back)
				return false, errRetrace
			}
			c.accept(b.offset, b.size, p)
			if c.place.Offset > furthest {
				furthest, back, retraces = c.place.Offset, 1, 0
			}
			c.size.Succeeded(b.size)
			return !p.last, hand(p)
		})
		flight.close()
		switch {
		case errors.Is(err, errRetrace):
			if retraces++; retraces > maxRetraces {
				return wrong(c.path, "its pages do not fit together")
			}
			back = min(back*4, 4096)
		case err != nil && ctx.Err() == nil && pagesize.TooHeavy(err):
			if c.size.Failed(flight.failed.size) {
				c.asker.opts.Log.Warn("the store fails on a page; asking for smaller ones", "path", c.path, "per_page", c.size.Now(), "error", err)
			} else if err := c.isolate(ctx, err, hand); err != nil {
				return err
			}
		case err != nil:
			return err
		case flight.complete:
			return nil
		default:
			return errSpent
		}
	}
}

// overlaps says whether nothing can lie between what was read and this page.
func (c *chain) overlaps(offset int, p *page) bool {
	switch {
	case offset == 0 || c.jump:
		return true
	case len(p.readings) > 0 && p.readings[0].ID <= c.place.LastID:
		return true
	case len(p.readings) > 0:
		// The page before had room for more: the store keeps records to
		// itself (damaged ones, or of a status nobody registers), and the one
		// to overlap with may be among them. Positions follow each other and
		// the total stands, so nothing has shifted.
		return c.short && (p.total < 0 || p.total == c.total)
	case p.total >= 0:
		// Positions exist here, but the store hides what is on them; or the
		// list shrank and this is behind its end.
		return p.total > offset
	default:
		// Without totals an empty page behind a short one is the end.
		return c.short
	}
}

// accept moves the chain behind a page.
func (c *chain) accept(offset, size int, p *page) {
	p.afterID = c.place.LastID
	for _, r := range p.readings {
		if r.ID > p.afterID {
			p.fresh++
		}
	}
	n := len(p.readings)
	c.short = n < size
	c.jump = n == 0 // the overlapping record is one of those that are hidden
	c.place.Offset = offset + size - 1
	if n > 0 {
		c.place.LastID = max(c.place.LastID, p.readings[n-1].ID)
	}
	if p.total >= 0 && (n > 0 || offset == 0) {
		// An empty page behind the end says 0 on some versions
		// (docs/woocommerce/lists.md#page-beyond-total-zero): only a page with records is believed.
		c.total = p.total
	}
	switch {
	case c.total >= 0:
		p.last = offset+size >= c.total
	case c.short && p.fresh == 0:
		p.last = true
	case c.short:
		// A short page may be the end, or hide records the store dropped
		// from it. Without totals only an empty one behind it tells.
		c.place.Offset = offset + size
	}
	p.next = c.place
}
