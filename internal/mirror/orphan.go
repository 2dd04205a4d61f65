package mirror

import (
	"context"
	"strconv"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// A refund outlives its order when somebody deletes the order's row in the database. It then answers under no address,
// because that names its order; the list of all refunds still shows it, with 0 for its order (measured on 10.0.2 and
// 11.0.1).

// inRefunds looks for one refund in the list of all refunds; false when it is not there, or the store has no such list.
//
// Failure policy: only a list that was asked for exactly this refund and answered without it says that it is gone.
func (s *step) inRefunds(ctx context.Context, id int64) (*reading.Reading, bool, error) {
	if s.refundsByOrder {
		return nil, false, nil
	}
	got, err := s.asker.List(
		ctx, refunds.path(), s.asker.Fresh(s.query(refunds, "include", strconv.Itoa(int(id)), "per_page", "1")),
	)
	if err != nil {
		if ask.NoRoute(err) {
			return nil, false, nil
		}
		return nil, false, err
	}
	for raw, err := range jsonvalue.Elements(got.Body) {
		if err != nil {
			return nil, false, ask.Unusable(refunds.path(), "it is no list")
		}
		r, err := reading.Of(storage.Refunds, raw)
		if err != nil {
			return nil, false, ask.Unusable(refunds.path(), "%v", err)
		}
		if r.Decisive = true; r.ID == id {
			return &r, true, nil
		}
	}
	return nil, false, nil
}

// orphan reads a refund that does not answer under its order's address.
func (s rereading) orphan(ctx context.Context, m storage.Mark) error {
	r, shown, err := s.inRefunds(ctx, m.ID)
	if err != nil {
		return err
	}
	if !shown {
		return s.removed(ctx, storage.Ref{Resource: storage.Refunds, ID: m.ID}, m)
	}
	batch, _, err := s.tracing().changed(ctx, refunds, []reading.Reading{*r})
	if err != nil {
		return err
	}
	s.tally.read(1)
	batch.Done = append(batch.Done, m)
	return s.writer.put(batch)
}
