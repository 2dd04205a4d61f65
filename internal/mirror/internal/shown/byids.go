package shown

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// fewest is the smallest number of records that are asked for together. When such a request fails, the records are read
// one by one.
const fewest = 2

// ByIDs reads records of a collection through its list, which is asked for their ids and a filter, past every cache. It
// returns the records that the list shows. Another record may still answer under its own address.
//
// Failure policy: a failed request is repeated for fewer records, because all of them together may be too heavy, or one
// of them damaged. When it fails twice with the fewest records, the rest is left to be read one by one. The store
// itself may be in trouble, and the reading of a single record finds that out.
func (s *Store) ByIDs(
	ctx context.Context, c *roster.Collection, ids []int64, filter ...string,
) ([]reading.Reading, error) {
	var found []reading.Reading
	size, failures := s.Size(c.Resource), 0
	for most := len(ids); len(ids) > 0; {
		n := min(len(ids), most, size.Now())
		readings, err := s.listed(ctx, c, ids[:n], filter)
		switch full := n == size.Now(); {
		case err == nil:
			found = append(found, readings...)
			if full {
				size.Succeeded(n)
			}
		case !pagesize.TooHeavy(err):
			return nil, err
		case n <= fewest:
			if failures++; failures > 1 {
				return found, nil
			}
		case full && size.Failed(n):
			continue
		default:
			most = max(n/2, fewest)
			continue
		}
		ids = ids[n:]
	}
	return found, nil
}

// listed returns the records that the list of a collection shows for the given ids.
func (s *Store) listed(
	ctx context.Context, c *roster.Collection, ids []int64, filter []string,
) ([]reading.Reading, error) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	pairs := append(slices.Clone(filter), "include", strings.Join(texts, ","), "per_page", strconv.Itoa(len(ids)),
		"orderby", "id", "order", "asc")
	got, err := s.Asker.List(ctx, c.Path(), s.Asker.Fresh(s.Query(c, pairs...)))
	if err != nil {
		return nil, err
	}
	p, err := pages.Of(c.Resource, c.Path(), got)
	if err != nil {
		return nil, err
	}
	// A store that ignores include answers with other records, which were not asked for.
	return slices.DeleteFunc(p.Readings, func(r reading.Reading) bool { return !slices.Contains(ids, r.ID) }), nil
}

// EachOf reads records of a collection by their ids, whatever their status. It reads them together, and each one that
// the list does not show under its own address. Records that the store does not have are left out.
func (s *Store) EachOf(ctx context.Context, c *roster.Collection, ids []int64) ([]reading.Reading, error) {
	readings, err := s.ByIDs(ctx, c, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if slices.ContainsFunc(readings, func(r reading.Reading) bool { return r.ID == id }) {
			continue
		}
		path, known := s.AddressOf(ctx, storage.Ref{Resource: c.Resource, ID: id}, 0)
		if !known {
			continue
		}
		got, err := s.Asker.One(ctx, path, s.Asker.Fresh(nil))
		if GoneRecord(c.Resource, err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		r, err := reading.Of(c.Resource, SingleBody(c.Resource, got.Body))
		if err != nil || r.ID != id {
			return nil, ask.Unusable(path, "it is not record %d", id)
		}
		readings = append(readings, r)
	}
	return readings, nil
}
