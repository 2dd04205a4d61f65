package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/storage"
)

// ceiling is the most records a page a store gives, when that is less than the mirror asks for. Plugins and hosts lower
// it: some refuse a larger page, some cut it without a word (docs/woocommerce/lists.md#per-page-over-100). What a cut
// page left out would look as if the store hid it.
type ceiling struct {
	Most int       `json:"most,omitempty"`
	At   time.Time `json:"at,omitzero"`
}

const (
	ceilingName = "ceiling"
	// ceilingLasts is how long a ceiling is believed: it may be lifted.
	ceilingLasts = 24 * time.Hour
)

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
	var found *ask.CeilingError
	if !errors.As(err, &found) {
		return false
	}
	s.opts.Log.Warn(
		"the store gives fewer records a page than asked for; asking for less",
		"store", s.storeID, "per_page", found.Most,
	)
	return s.writer.put(
		storage.Batch{Cursors: []storage.Cursor{cursor(ceilingName, ceiling{Most: found.Most, At: s.now()})}},
	) == nil
}
