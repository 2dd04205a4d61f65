package volatile

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// triedPause is the time after which a resource is looked at again.
const triedPause = 10 * time.Minute

// mayBe says whether two readings of a record with the same date differ only in members that may be volatile.
func (s *Watch) mayBe(r storage.Resource, old storage.Record, now *reading.Reading) bool {
	if !old.Modified.Equal(now.Modified) || s.Now().Sub(s.learnt.Tried[r]) < triedPause {
		return false
	}
	places := s.Same.Places(r, old.Raw, now.Raw)
	return len(places) > 0 && !slices.ContainsFunc(places, func(p jsonvalue.Place) bool { return !mutable(p) })
}

// tryAgain looks for volatile members of a resource in readings that read makes, and returns whether it found any.
//
// Failure policy: a member that cannot be proved volatile is not learned. It then makes too many changes, never too
// few.
func (s *Watch) tryAgain(ctx context.Context, r storage.Resource, read shown.Again) (bool, error) {
	if s.learnt.Tried == nil {
		s.learnt.Tried = map[storage.Resource]time.Time{}
	}
	s.learnt.Tried[r] = s.Now()
	readings, err := s.thrice(ctx, read)
	if err != nil {
		return false, err
	}
	found := s.proved(r, readings)
	proved := len(found) > 0
	if !proved {
		if found, err = s.movedTogether(ctx, r, readings[2]); err != nil {
			return false, err
		}
	}
	for _, p := range found {
		s.learnMember(state.Member{
			Resource: r, Path: p.Path, Query: p.Query, Since: s.Now(), Proved: proved,
		})
		s.Log.Warn(
			"a member differs on every reading although nothing changed; it is left out of comparisons",
			"resource", r, "path", p.Path, "arguments", p.Query,
		)
	}
	s.judge()
	return len(found) > 0, s.keep()
}

// learnMember adds a member, or renews its entry.
func (s *Watch) learnMember(m state.Member) {
	for i, known := range s.learnt.Members {
		if known.Resource == m.Resource && known.Path == m.Path {
			m.Query = jsonvalue.BothQueries(known.Query, m.Query)
			s.learnt.Members[i] = m
			return
		}
	}
	s.learnt.Members = append(s.learnt.Members, m)
}

// OnlyVolatile says whether two readings of a record with the same date differ in volatile members only. It may first
// look for such members, which costs requests.
func (s *Watch) OnlyVolatile(
	ctx context.Context, c *roster.Collection, old storage.Record, r *reading.Reading,
) (bool, error) {
	if c == roster.Refunds && s.RefundsByOrder || !s.mayBe(c.Resource, old, r) {
		return false, nil
	}
	read, err := s.sampleOf(ctx, c, r.ID)
	if err != nil {
		return false, err
	}
	learned, err := s.tryAgain(ctx, c.Resource, read)
	return learned && s.Same.Content(c.Resource, old.Raw, r.Raw), err
}

// LearnInList looks for volatile members of records that are read as the list of a parent, or as a whole list:
// variations, categories.
func (s *Watch) LearnInList(ctx context.Context, r storage.Resource, records []storage.Record, read shown.Again) error {
	for i := range records {
		held, err := s.records.Record(ctx, s.StoreID, records[i].Ref)
		if errors.Is(err, storage.ErrNotFound) || err == nil && s.Same.Content(r, held.Raw, records[i].Raw) {
			continue
		}
		if err != nil {
			return err
		}
		if s.mayBe(r, held, &reading.Reading{Record: records[i]}) {
			_, err := s.tryAgain(ctx, r, read)
			return err
		}
	}
	return nil
}
