package mirror

import (
	"context"
	"fmt"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/pagesize"
)

// isolate gets a chain past a record on which the store fails even alone
// (docs/woocommerce/answers.md#bad-record). It is called when the smallest page at the chain's
// place fails, and returns the failure as it is when the whole store fails:
// then nothing is wrong with this record.
//
// Failure policy: one record that cannot be read must not keep all others out
// of the mirror. It is noted, tried again later, and reported by verify.
func (c *chain) isolate(ctx context.Context, failure error, hand func(p *page) error) error {
	probe := query(c.filter, "orderby", "id", "order", "asc", "per_page", "1", "_fields", "id")
	if _, err := c.asker.list(ctx, c.path, probe); err != nil {
		return failure
	}
	for offset := c.place.Offset; offset < c.place.Offset+2; offset++ {
		p, err := c.fetchPage(ctx, offset, 1)
		switch {
		case err == nil && len(p.readings) > 0:
			p.afterID = c.place.LastID
			if id := p.readings[0].ID; id > c.place.LastID {
				p.fresh = 1
				c.place.LastID = id
			}
			p.next = c.place
			if err := hand(p); err != nil {
				return err
			}
		case err == nil: // behind the end
		case !pagesize.TooHeavy(err):
			return err
		default:
			id := c.idAt(ctx, offset)
			c.unreadable(id, err)
			c.place.LastID = max(c.place.LastID, id)
		}
	}
	c.place.Offset += 2
	c.jump = true
	return nil
}

// idAt asks for nothing but the id at a position, which often works where the
// whole record does not; 0 when it fails too.
func (c *chain) idAt(ctx context.Context, offset int) int64 {
	q := query(c.filter, "orderby", "id", "order", "asc", "per_page", "1", "offset", number(offset), "_fields", "id")
	got, err := c.asker.list(ctx, c.path, q)
	if err != nil {
		return 0
	}
	for raw, err := range jsonvalue.Elements(got.Body) {
		if err != nil {
			break
		}
		if r, err := read(c.resource, raw); err == nil {
			return r.ID
		}
	}
	return 0
}

// unreadableReason is what a mark on such a record says.
func unreadableReason(cause error) string {
	return fmt.Sprintf("the store fails on this record: %v", cause)
}
