package shown

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// strayFields are the fields that the list of all variations is asked for.
const strayFields = "id,parent_id"

// Listed returns how many variations of a status the list of all variations counts.
func (s *Store) Listed(ctx context.Context, status string) (int, error) {
	q := ask.Query(nil, "status", status, "per_page", "1", "_fields", "id")
	got, err := s.Asker.List(ctx, woo.RouteAllVariations.List(0), s.Asker.Fresh(q))
	if err != nil {
		return 0, err
	}
	return got.Total, nil
}

// AllVariations returns a chain that reads the list of all variations of a status from a place on.
func (s *Store) AllVariations(at pages.Place, status string) *pages.Chain {
	return &pages.Chain{
		Asker: s.Asker, InFlight: s.InFlight, Log: s.Log,
		Path: woo.RouteAllVariations.List(0), Resource: storage.Variations, Place: at, Total: -1,
		Filter: ask.Query(nil, "status", status, "_fields", strayFields),
		Size:   s.Size(storage.Variations), Unreadable: func(int64, error) {}, Fresh: true,
	}
}

// HasVariations says whether the store shows variations below a product.
func (s *Store) HasVariations(ctx context.Context, product int64) (bool, error) {
	q := ask.Query(woo.RouteVariations.Everything(), "per_page", "1", "_fields", "id")
	got, err := s.Asker.List(ctx, woo.RouteVariations.List(product), s.Asker.Fresh(q))
	if ask.Gone(err) {
		return false, nil
	}
	return err == nil && ask.Length(got) > 0, err
}
