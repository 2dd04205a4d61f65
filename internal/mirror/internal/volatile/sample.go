package volatile

import (
	"context"
	"slices"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/storage"
)

// A member that was learned to differ on every reading can become a plain one when its plugin is updated or removed. So
// it is looked at again, in records that have it: every ten minutes, and for a caller who wants every record compared.
// A member that is the same in three readings is forgotten, and every record is compared anew. A member that changes
// only now and then, such as a link signed for an hour, is forgotten after a day without a change.

// scanned is how many of the newest and of the oldest records are searched for those that have a member.
const scanned = 200

// mostWitnesses is how many records are read again for all members of a resource together.
const mostWitnesses = 100

// recordsWith returns a few of the mirror's newest and oldest records that have a value at a path.
func (s *Watch) recordsWith(ctx context.Context, r storage.Resource, path string) ([]storage.Record, error) {
	var found []storage.Record
	for _, oldest := range []bool{false, true} {
		taken := 0
		q := storage.Query{StoreID: s.StoreID, Resource: r, OldestFirst: oldest, Limit: scanned}
		for held, err := range s.records.Records(ctx, q) {
			if err != nil {
				return nil, err
			}
			if jsonvalue.Count(held.Raw, path) == 0 ||
				slices.ContainsFunc(found, func(f storage.Record) bool { return f.Ref == held.Ref }) {
				continue
			}
			found = append(found, held)
			if taken++; taken == shown.Sampled/2 {
				break
			}
		}
	}
	return found, nil
}

// sampleOfAny returns a function that reads a sample of any resource; nil where there is nothing to read.
func (s *Watch) sampleOfAny(r storage.Resource, witnesses []storage.Record) shown.Again {
	if len(witnesses) == 0 {
		return nil
	}
	parent := witnesses[0].ParentID
	if c := roster.CollectionOf(r); c != nil && !(c == roster.Refunds && s.RefundsByOrder) {
		var ids []int64
		for _, one := range witnesses {
			if !slices.Contains(ids, one.ID) && len(ids) < mostWitnesses {
				ids = append(ids, one.ID)
			}
		}
		return s.sampleBy(c, ids)
	}
	if f := roster.Families[r]; f != nil {
		return s.SampleOfFamily(f, parent)
	}
	if r == storage.AttributeTerms {
		return s.SampleOfList(roster.AttributeTerms(parent))
	}
	for _, l := range roster.Lists() {
		if l.Resource == r {
			return s.SampleOfList(l)
		}
	}
	return nil
}

// sampleOf returns a function that reads a few records of a collection: the given one, and the newest and the oldest in
// the mirror.
func (s *Watch) sampleOf(ctx context.Context, c *roster.Collection, id int64) (shown.Again, error) {
	ids := []int64{id}
	for _, oldest := range []bool{false, true} {
		q := storage.Query{StoreID: s.StoreID, Resource: c.Resource, OldestFirst: oldest, Limit: shown.Sampled / 2}
		for held, err := range s.records.Records(ctx, q) {
			if err != nil {
				return nil, err
			}
			if !slices.Contains(ids, held.ID) {
				ids = append(ids, held.ID)
			}
		}
	}
	return s.sampleBy(c, ids), nil
}

// sampleBy returns a function that reads records of a collection by their ids.
func (s *Watch) sampleBy(c *roster.Collection, ids []int64) shown.Again {
	return func(ctx context.Context) ([]reading.Reading, error) { return s.EachOf(ctx, c, ids) }
}
