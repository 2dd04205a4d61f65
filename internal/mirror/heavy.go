package mirror

import (
	"context"
	"fmt"
	"sync"

	"github.com/waybillhq/waybill/internal/storage/jsonvalue"
)

// pageSize is how many records a page of one resource asks for. It falls when
// a store fails on large pages, and a larger one is tried now and then, by one
// page at a time and less and less often. The chains of a resource share it.
type pageSize struct {
	mu       sync.Mutex
	full     int
	current  int // 0: full
	good     int // pages since the last change
	patience int // pages before a larger size is tried; 0: the first time
	trying   int // the larger size that one page is out to try; 0: none
}

// sizes are the steps down from a full page. Two is the smallest that can
// overlap.
var sizes = []int{50, 20, 10, 5, 2}

// recovery is how many pages must succeed before a larger size is tried the
// first time.
const recovery = 12

// now is the size that works.
func (s *pageSize) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size()
}

func (s *pageSize) size() int {
	if s.current == 0 {
		return s.full
	}
	return s.current
}

// next is the size for the next page: the one that works, or once in a while
// the next larger one.
func (s *pageSize) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == 0 || s.trying != 0 || s.good < max(s.patience, recovery) {
		return s.size()
	}
	s.trying = s.full
	for _, size := range sizes {
		if size > s.current {
			s.trying = min(s.trying, size)
		}
	}
	return s.trying
}

// succeeded counts a page of a size.
func (s *pageSize) succeeded(size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.good++
	if s.trying == 0 || size < s.trying {
		return
	}
	s.current, s.trying, s.good = s.trying, 0, 0
	if s.current >= s.full {
		s.current = 0
	}
}

// failed takes the next smaller size after a page of a size failed; false when
// there is none.
func (s *pageSize) failed(size int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trying != 0 && size >= s.trying {
		s.trying, s.good, s.patience = 0, 0, 2*max(s.patience, recovery)
		return true
	}
	if size > s.size() {
		return true // smaller already
	}
	for _, smaller := range sizes {
		if smaller < s.size() {
			s.current, s.good, s.trying = smaller, 0, 0
			return true
		}
	}
	return false
}

// kept is the size to remember, 0 for the full one.
func (s *pageSize) kept() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// isolate gets a chain past a record on which the store fails even alone
// (knowledge: bad-record). It is called when the smallest page at the chain's
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
		case !tooHeavy(err):
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
