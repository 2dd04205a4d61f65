package pages

import (
	"context"
	"strconv"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
)

// A store can ignore positions: a plugin pages in its own way, or something in front of the store keeps answers without
// regard to their page. Every page is then the first one (docs/woocommerce/lists.md#positions-unheeded). Only the total
// tells such a list from one that ends.

// StuckReason tells people that a list is stuck.
const StuckReason = "the store gives its first page whatever page is asked for (page and offset have no effect)"

// standsStill says whether a page brought nothing new because the store ignores positions, and not because records
// moved up meanwhile. A store that ignores positions shows the same page at the beginning of the list, and its first
// record at the end.
func (c *Chain) standsStill(ctx context.Context, b boarding, p *Page) bool {
	if b.offset == 0 || p.Fresh > 0 || len(p.Readings) < 2 {
		return false
	}
	first := p.Readings[0].ID
	end := max(c.Total-1, b.offset+b.size)
	return c.showsAt(ctx, end, 1, first) && c.showsAt(ctx, 0, b.size, first)
}

// showsAt says whether the list shows the record id first at a position.
func (c *Chain) showsAt(ctx context.Context, offset, size int, id int64) bool {
	q := ask.Query(c.Filter, "orderby", "id", "order", "asc", "per_page", strconv.Itoa(size), "offset",
		strconv.Itoa(offset), "_fields", "id")
	got, err := c.Asker.List(ctx, c.Path, c.Asker.Fresh(q))
	if err != nil {
		return false
	}
	r, found, err := First(c.Resource, c.Path, got)
	return err == nil && found && r.ID == id
}
