package pages

import (
	"context"
	"fmt"
	"strconv"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/pagesize"
)

// isolate moves a chain past a record on which the store fails even when it is asked for alone
// (docs/woocommerce/answers.md#bad-record). It is called when the smallest page at the chain's place fails. When the
// whole store fails, isolate returns the failure unchanged.
//
// Failure policy: one record that cannot be read must not keep all others out of the mirror. Such a record is marked,
// tried again later, and reported by verify.
func (c *Chain) isolate(ctx context.Context, failure error, hand func(p *Page) error) error {
	probe := ask.Query(c.Filter, "orderby", "id", "order", "asc", "per_page", "1", "_fields", "id")
	if _, err := c.Asker.List(ctx, c.Path, probe); err != nil {
		return failure
	}
	for offset := c.Place.Offset; offset < c.Place.Offset+2; offset++ {
		p, err := c.fetchPage(ctx, offset, 1)
		switch {
		case err == nil && len(p.Readings) > 0:
			p.AfterID = c.Place.LastID
			if id := p.Readings[0].ID; id > c.Place.LastID {
				p.Fresh = 1
				c.Place.LastID = id
			}
			p.Next = c.Place
			if err := hand(p); err != nil {
				return err
			}
		case err == nil: // after the end
		case !pagesize.TooHeavy(err):
			return err
		default:
			id := c.idAt(ctx, offset)
			c.Unreadable(id, err)
			c.Place.LastID = max(c.Place.LastID, id)
		}
	}
	c.Place.Offset += 2
	c.jump = true
	return nil
}

// idAt asks only for the id of the record at a position, which often works where the whole record does not. It returns
// 0 when that fails too.
func (c *Chain) idAt(ctx context.Context, offset int) int64 {
	q := ask.Query(
		c.Filter, "orderby", "id", "order", "asc", "per_page", "1", "offset", strconv.Itoa(offset), "_fields", "id",
	)
	got, err := c.Asker.List(ctx, c.Path, q)
	if err != nil {
		return 0
	}
	for raw, err := range jsonvalue.Elements(got.Body) {
		if err != nil {
			break
		}
		if r, err := reading.Of(c.Resource, raw); err == nil {
			return r.ID
		}
	}
	return 0
}

// UnreadableReason returns the reason in the mark of a record that cannot be read.
func UnreadableReason(cause error) string {
	return fmt.Sprintf("the store fails on this record: %v", cause)
}
