package feed

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/feed/event"
	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/storage"
)

// gets says whether a subscription gets a change, whose resource is one of its.
func (s *Subscriptions) gets(
	ctx context.Context, of storage.Subscription, f *filter.Filter, st storage.Store, c storage.Change,
) (bool, error) {
	if !of.Wants(c) {
		return false, nil
	}
	if f == nil {
		return true, nil
	}
	var raw []byte
	if f.NeedsRecord() && c.Kind != storage.Deleted {
		record, err := s.db.Record(ctx, st.ID, c.Ref)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return false, err
		}
		raw = record.Raw
	}
	return Meets(f, st, c, raw), nil
}

// Meets says whether a change of a store meets a filter; raw is the record's JSON, nil where it is gone.
func Meets(f *filter.Filter, st storage.Store, c storage.Change, raw []byte) bool {
	yes, _ := f.Match(filter.Change{Kind: string(c.Kind), Resource: string(c.Resource), ID: int(c.ID),
		ParentID: int(c.ParentID), Store: st.Name, Origin: string(c.Origin), At: c.At.UTC().Format(time.RFC3339)}, raw)
	return yes
}

// message is what is sent of a change, with the record as it is now.
func (s *Subscriptions) message(
	ctx context.Context, to storage.Subscription, st storage.Store, c storage.Change,
) (sink.Message, error) {
	e := event.Of(c, st.Name)
	if !to.Thin && c.Kind != storage.Deleted {
		record, err := s.db.Record(ctx, st.ID, c.Ref)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			e = e.With(nil, nil)
		case err != nil:
			return sink.Message{}, err
		default:
			e = e.With(&record, to.Fields)
		}
	}
	body, err := encode(e)
	return sink.Message{ID: IDOf(to, c.Seq), Type: e.Type, Body: body,
		Record: st.Name + "/" + c.Ref.String(), Store: st.Name}, err
}
