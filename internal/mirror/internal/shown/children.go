package shown

import (
	"context"
	"net/url"
	"strconv"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// SampleOfFamily returns a function that reads a few children of a parent.
func (s *Store) SampleOfFamily(f *roster.Family, parent int64) Again {
	return func(ctx context.Context) ([]reading.Reading, error) {
		got, err := s.Asker.List(
			ctx, f.Route.List(parent), s.Asker.Fresh(ask.Query(nil, "per_page", strconv.Itoa(Sampled))),
		)
		if err != nil {
			return nil, err
		}
		p, err := pages.Of(f.Resource, f.Route.List(parent), got)
		if err != nil {
			return nil, err
		}
		return p.Readings, nil
	}
}

// EachChild reads all children of a parent, page by page, and calls hand with each page.
func (s *Store) EachChild(
	ctx context.Context, f *roster.Family, parent int64, hand func([]reading.Reading) error,
) error {
	if f.Whole {
		return s.allChildren(ctx, f, parent, hand)
	}
	chain := &pages.Chain{
		Asker: s.Asker, InFlight: s.InFlight, Log: s.Log,
		Path: f.Route.List(parent), Resource: f.Resource, Parent: parent, Total: -1,
		Size: s.Size(f.Resource), Unreadable: s.unreadable(f.Resource), Fresh: true,
	}
	read := func() error {
		err := chain.Run(ctx, func(p *pages.Page) error { return hand(p.Readings) })
		if err == nil && chain.Stuck {
			return ask.Unusable(chain.Path, "%s", pages.StuckReason)
		}
		return err
	}
	if f.Resource != storage.Variations {
		return read()
	}
	chain.Filter = f.Route.Everything()
	if err := read(); err != nil {
		return err
	}
	product, err := s.Mirrored.Record(ctx, s.StoreID, storage.Ref{Resource: storage.Products, ID: parent})
	if err != nil || product.Status != storage.StatusTrash {
		return nil //nolint:nilerr // what is not mirrored is in no trash
	}
	// A product takes its variations to the trash with it.
	chain.Filter, chain.Place, chain.Total = url.Values{"status": {storage.StatusTrash}}, pages.Place{}, -1
	return read()
}

// allChildren reads a list that the store answers with as a whole, in the store's order.
func (s *Store) allChildren(
	ctx context.Context, f *roster.Family, parent int64, hand func([]reading.Reading) error,
) error {
	shape := "["
	if f.Wrapped[0] != "" {
		shape = "[{"
	}
	got, err := s.Asker.Get(ctx, f.Route.List(parent), s.Asker.Fresh(nil), shape)
	if err != nil {
		return err
	}
	got.Body = unwrapped(got.Body, f.Wrapped[0])
	p, err := pages.Of(f.Resource, f.Route.List(parent), got)
	if err != nil {
		return err
	}
	for i := range p.Readings {
		p.Readings[i].ParentID = parent
	}
	return hand(p.Readings)
}

// Again reads the same sample of records once more, past every cache.
type Again func(ctx context.Context) ([]reading.Reading, error)
