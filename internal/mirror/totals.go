package mirror

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/storage"
)

// listable returns how many of the mirror's records the store's lists show.
func (s counting) listable(held storage.Count) int {
	if s.coll == roster.Orders {
		return held.Live - len(s.About.Hidden.Known)
	}
	return held.Live
}

func (s counting) count(ctx context.Context, from, to time.Time) (int, error) {
	q := s.Query(s.coll, append(shown.Span(from, to), "per_page", "1", "orderby", "id", "order", "asc", "_fields", "id")...)
	got, err := s.Asker.List(ctx, s.coll.Path(), q)
	if err != nil {
		return 0, err
	}
	return got.Total, nil
}
