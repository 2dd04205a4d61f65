package shown

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// SampleOfList returns a function that reads a few records of a list.
func (s *Store) SampleOfList(l *roster.List) Again {
	return func(ctx context.Context) ([]reading.Reading, error) {
		var q url.Values
		if l.Paged {
			q = ask.Query(nil, "per_page", strconv.Itoa(Sampled), "orderby", "id", "order", "asc")
		}
		got, err := s.Asker.List(ctx, l.Path(), s.Asker.Fresh(q))
		if err != nil {
			return nil, err
		}
		records, err := l.Records(got.Body)
		if err != nil {
			return nil, err
		}
		readings := make([]reading.Reading, len(records))
		for i, r := range records {
			readings[i] = reading.Reading{Record: r}
		}
		return readings, nil
	}
}

// ListRecords reads the records of a list.
func (s *Store) ListRecords(ctx context.Context, l *roster.List) ([]storage.Record, error) {
	if l.Bundle {
		got, err := s.Asker.List(ctx, l.Path(), nil)
		if err != nil {
			return nil, err
		}
		return []storage.Record{
			{Ref: storage.Ref{Resource: l.Resource, ID: l.ID, Slug: l.Slug}, ParentID: l.Parent, Raw: got.Body},
		}, nil
	}
	if l.Paged {
		return s.paged(ctx, l)
	}
	got, err := s.Asker.List(ctx, l.Path(), nil)
	if err != nil {
		return nil, err
	}
	return l.Records(got.Body)
}

// listTries is how often a paged list is begun again because it changed between two of its pages.
const listTries = 3

// paged reads all pages by their numbers, because term lists know no offset. A list whose total changes meanwhile, or
// does not add up, is read again.
func (s *Store) paged(ctx context.Context, l *roster.List) ([]storage.Record, error) {
	for try := 1; ; try++ {
		records, steady, err := s.pagedOnce(ctx, l)
		if err != nil || steady {
			return records, err
		}
		if try == listTries {
			return nil, ask.Unusable(l.Path(), "it changes while it is read")
		}
	}
}

func (s *Store) pagedOnce(ctx context.Context, l *roster.List) ([]storage.Record, bool, error) {
	var all []storage.Record
	seen := map[int64]bool{}
	total := -1
	for number := 1; ; number++ {
		q := url.Values{
			"orderby":  {"id"},
			"order":    {"asc"},
			"per_page": {fmt.Sprint(s.PerPage)},
			"page":     {fmt.Sprint(number)},
		}
		got, err := s.Asker.List(ctx, l.Path(), q)
		if err != nil {
			return nil, false, err
		}
		records, err := l.Records(got.Body)
		if err != nil {
			return nil, false, err
		}
		if got.Total >= 0 && len(records) > 0 || number == 1 {
			if number > 1 && got.Total != total {
				return nil, false, nil
			}
			total = got.Total
		}
		fresh := 0
		for _, r := range records {
			if !seen[r.ID] {
				seen[r.ID] = true
				fresh++
				all = append(all, r)
			}
		}
		if fresh == 0 && len(records) > 0 && len(all) < total {
			return nil, false, ask.Unusable(l.Path(), "%s", pages.StuckReason)
		}
		if fresh == 0 || len(records) < s.PerPage || total >= 0 && len(all) >= total {
			return all, total < 0 || len(all) == total, nil
		}
	}
}
