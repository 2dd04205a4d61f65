package mirror

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// ceiling is the most records a page a store gives, when that is less than the
// mirror asks for. Plugins and hosts lower it: some refuse a larger page, some
// cut it without a word (docs/woocommerce/lists.md#per-page-over-100). What a cut page left
// out would look as if the store hid it.
type ceiling struct {
	Most int       `json:"most,omitempty"`
	At   time.Time `json:"at,omitzero"`
}

const (
	ceilingName = "ceiling"
	// ceilingLasts is how long a ceiling is believed: it may be lifted.
	ceilingLasts = 24 * time.Hour
)

// ceilingError says that a page was larger than the store gives.
//
// Failure policy: everything asked for with that size is void. The step ends,
// keeps the ceiling, and the next one goes on from the place behind the last
// page that was whole.
type ceilingError struct{ most int }

func (e *ceilingError) Error() string {
	return fmt.Sprintf("mirror: the store gives at most %d records a page", e.most)
}

// ceilingIn finds a ceiling in what came of asking for a page of a size; 0
// when there is none.
func ceilingIn(size int, got *answer, err error) int {
	if err != nil {
		return pagesize.Ceiling(size, 0, 0, 0, err)
	}
	return pagesize.Ceiling(size, got.Total, got.TotalPages, length(got), nil)
}

// length is how many records a list has, as far as it can be read.
func length(list *answer) (n int) {
	for _, err := range jsonvalue.Elements(list.Body) {
		if err != nil {
			break
		}
		n++
	}
	return n
}

// under bounds a page size by the ceiling kept for a store.
func (m *Mirror) under(ctx context.Context, storeID int64, size int) (int, error) {
	var kept ceiling
	if err := load(ctx, m.repo, storeID, ceilingName, &kept); err != nil {
		return size, err
	}
	if kept.Most > 0 && m.opts.Now().Sub(kept.At) < ceilingLasts {
		size = min(size, kept.Most)
	}
	return size, nil
}

// keepCeiling keeps the ceiling a step ran into, and says whether it did.
func (s *step) keepCeiling(err error) bool {
	var found *ceilingError
	if !errors.As(err, &found) {
		return false
	}
	s.opts.Log.Warn("the store gives fewer records a page than asked for; asking for less", "store", s.storeID, "per_page", found.most)
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{cursor(ceilingName, ceiling{Most: found.most, At: s.now()})}}) == nil
}
