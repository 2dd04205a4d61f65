package mirror

import (
	"context"
	"errors"
	"fmt"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// one reads one record under its own address, or removes the record from the mirror when the store says that it does
// not exist.
func (s rereading) one(ctx context.Context, m storage.Mark) error {
	ref := storage.Ref{Resource: m.Resource, ID: m.ID}
	path, known := s.AddressOf(ctx, ref, m.ParentID)
	if !known && m.Resource == storage.Refunds {
		return s.orphan(ctx, m)
	}
	if !known {
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	}
	// A reading for a mark settles what another reading left in doubt, so it goes past every cache.
	got, err := s.Asker.One(ctx, path, s.Asker.Fresh(nil))
	if err != nil && pagesize.TooHeavy(err) {
		got, err = s.askAfterControl(ctx, path, err)
	}
	switch {
	case ask.Gone(err) && m.Resource == storage.Refunds:
		return s.orphan(ctx, m)
	case shown.GoneRecord(m.Resource, err) && s.movedFrom(ctx, ref, m):
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	case shown.GoneRecord(m.Resource, err):
		return s.removed(ctx, ref, m)
	case errors.Is(err, errOfRecord):
		return s.putOff(m, err)
	case err != nil && s.Asker.Refused(ctx, m.Resource, err):
		if m.Resource == storage.Refunds && s.refundsRefused {
			return s.writer.put(storage.Batch{Done: []storage.Mark{m}}) // all are read once they may be
		}
		return s.putOff(m, err)
	case err != nil:
		return err
	}
	r, err := reading.Of(m.Resource, shown.SingleBody(m.Resource, got.Body))
	if err != nil || r.ID != m.ID {
		return ask.Unusable(path, "it is not record %d", m.ID)
	}
	if m.ParentID != 0 {
		r.ParentID = m.ParentID
	}
	s.tally.read(1)
	r.Decisive = true
	if c := roster.CollectionOf(m.Resource); c != nil {
		batch, _, err := s.tracing().changed(ctx, c, []reading.Reading{r})
		if err != nil {
			return err
		}
		batch.Done = append(batch.Done, m)
		if err := s.writer.put(batch); err != nil || c != roster.Orders || m.Reason != notListed {
			return err
		}
		return s.checkListable(ctx, &r)
	}
	marks, err := s.tracing().familyTouches(ctx, []reading.Reading{r})
	if err != nil {
		return err
	}
	return s.writer.put(storage.Batch{Records: []storage.Record{r.Record}, Marks: marks, Done: []storage.Mark{m}})
}

// errOfRecord says that the store fails on one record alone.
var errOfRecord = errors.New("it answers for others")

// askAfterControl asks again for a record on which the store failed, after asking for something else. If the store
// failed on everything, each marked record would otherwise be put off for hours and be read late after the store's
// recovery. The error is errOfRecord when only the record fails.
func (s rereading) askAfterControl(ctx context.Context, path string, failure error) (*ask.Answer, error) {
	if _, err := s.Asker.List(ctx, roster.Orders.Path(), ask.Query(nil, "per_page", "1", "_fields", "id")); err != nil &&
		ask.Passes(err) {
		return nil, failure
	}
	got, err := s.Asker.One(ctx, path, nil)
	if err != nil && pagesize.TooHeavy(err) {
		return nil, fmt.Errorf("%w; %w", err, errOfRecord)
	}
	return got, err
}
