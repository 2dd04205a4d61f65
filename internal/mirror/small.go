package mirror

import (
	"context"
	"strconv"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// smallMost is the largest number of records that is read whole in each round. One request then replaces two: one for
// changes and one for the total.
const smallMost = 30

// isSmall says whether a collection is read whole. Only coupons are: most shops have few of them, and they are cheap to
// show.
func (s polling) isSmall(ctx context.Context) (bool, error) {
	if s.coll != roster.Coupons || s.st.Poll.Walk != nil || s.st.Poll.Unfiltered {
		return false, nil
	}
	held, err := s.counts(ctx, s.coll.Resource)
	return held.Live <= smallMost && s.st.Census.Skew == 0, err
}

// readSmall reads all records of a small collection and keeps those that differ. whole is false when the answer lacks
// some records or tells no total. Records missing from such an answer do not count as gone.
func (s polling) readSmall(ctx context.Context) (whole bool, err error) {
	s.tally.begin(s.coll.Resource, TaskPoll, 0, 0)
	began, before := s.Now(), s.tally.changes()
	got, err := s.Asker.List(
		ctx, s.coll.Path(),
		s.Query(s.coll, "orderby", "id", "order", "asc", "per_page", strconv.Itoa(s.Size(s.coll.Resource).Now())),
	)
	if err != nil {
		return false, err
	}
	p, err := pages.Of(s.coll.Resource, s.coll.Path(), got)
	if err != nil || p.Total != len(p.Readings) {
		return false, err
	}
	if err := s.flushed(); err != nil {
		return false, err
	}
	batch, _, err := s.tracing().changed(ctx, s.coll, p.Readings)
	if err != nil {
		return false, err
	}
	shown := map[int64]bool{}
	for i := range p.Readings {
		shown[p.Readings[i].ID] = true
	}
	for held, err := range s.repo.Records(ctx, storage.Query{StoreID: s.StoreID, Resource: s.coll.Resource}) {
		if err != nil {
			return false, err
		}
		if !shown[held.ID] {
			batch.Marks = append(batch.Marks,
				storage.Mark{Resource: s.coll.Resource, ID: held.ID, Reason: "the store lists it no more"})
		}
	}
	newest := s.newestOf(p)
	s.advance(newest, s.complete(newest, p.Date))
	if err := s.writer.put(batch); err != nil {
		return false, err
	}
	if err := s.rereading().all(ctx); err != nil {
		return false, err
	}
	s.st.Census.At = s.Now()
	s.pace(s.tally.changes() > before, s.Now().Sub(began))
	return true, s.save()
}
