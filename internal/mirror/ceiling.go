package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

const (
	// ceilingLasts is how long a ceiling counts. Then a larger page is tried again, since the ceiling may have been
	// lifted.
	ceilingLasts = 24 * time.Hour
)

// under limits a page size to the ceiling that is kept for a store.
func under(ctx context.Context, kept state.Cursors, storeID int64, size int, now time.Time) (int, error) {
	var c state.Ceiling
	if err := state.Load(ctx, kept, storeID, state.CeilingName, &c); err != nil {
		return size, err
	}
	if c.Most > 0 && now.Sub(c.At) < ceilingLasts {
		size = min(size, c.Most)
	}
	return size, nil
}

// keepCeiling keeps the ceiling that err reports, and returns false when err reports none.
func (s *step) keepCeiling(err error) bool {
	var found *ask.CeilingError
	if !errors.As(err, &found) {
		return false
	}
	s.opts.Log.Warn(
		"the store gives fewer records a page than asked for; asking for less",
		"store", s.StoreID, "per_page", found.Most,
	)
	kept := state.Cursor(state.CeilingName, state.Ceiling{Most: found.Most, At: s.Now()})
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{kept}}) == nil
}
