package mirror

import (
	"context"
	"strconv"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/storage"
)

// smallMost is up to how many records a collection is read whole in each round
// where that is cheap, which is one request in place of two: one for what
// changed and one for the total.
const smallMost = 30

// isSmall says whether a collection is to be read whole: coupons have no lines
// and no pictures, and shops have few of them.
func (s *step) isSmall(ctx context.Context, c *collection, st *state) (bool, error) {
	if c != coupons || st.Poll.Walk != nil || st.Poll.Unfiltered {
		return false, nil
	}
	held, err := s.counts(ctx, c.resource)
	return held.Live <= smallMost && st.Census.Skew == 0, err
}

// readSmall reads all records of a small collection and keeps what differs.
// whole is false when the answer does not hold all of them, or says nothing of
// its total: then nothing was concluded from what it lacks.
func (s *step) readSmall(ctx context.Context, c *collection, st *state) (whole bool, err error) {
	s.tally.begin(c.resource, TaskPoll, 0, 0)
	began, before := s.now(), s.tally.changes()
	got, err := s.asker.List(ctx, c.path(), s.query(c, "orderby", "id", "order", "asc", "per_page", strconv.Itoa(s.size(c.resource).Now())))
	if err != nil {
		return false, err
	}
	p, err := pages.Of(c.resource, c.path(), got)
	if err != nil || p.Total != len(p.Readings) {
		return false, err
	}
	if err := s.flushed(); err != nil {
		return false, err
	}
	batch, _, err := s.changed(ctx, c, p.Readings)
	if err != nil {
		return false, err
	}
	shown := map[int64]bool{}
	for i := range p.Readings {
		shown[p.Readings[i].ID] = true
	}
	for held, err := range s.mirror.repo.Records(ctx, storage.Query{StoreID: s.storeID, Resource: c.resource}) {
		if err != nil {
			return false, err
		}
		if !shown[held.ID] {
			batch.Marks = append(batch.Marks, storage.Mark{Resource: c.resource, ID: held.ID, Reason: "the store lists it no more"})
		}
	}
	newest := s.newestOf(st, p)
	s.advance(st, newest, s.settled(st, newest, p.Date))
	if err := s.writer.put(batch); err != nil {
		return false, err
	}
	if err := s.reread(ctx); err != nil {
		return false, err
	}
	st.Census.At = s.now()
	s.pace(st, s.tally.changes() > before, s.now().Sub(began))
	return true, s.save(c, st)
}
