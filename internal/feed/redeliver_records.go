package feed

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/storage"
)

// Again is what is sent again of records that somebody names.
type Again struct {
	// Records are sent again: each with its last change that the subscription gets.
	Records []storage.Ref
	// Underway are sent anyway: the subscription has not come to them, or they are on their way. LeftOut are records
	// that the subscription does not get, or that were never seen to change.
	Underway, LeftOut []storage.Ref
}

// RedeliverRecords sends exactly these records of a store again, as they are now. With preview it says what it would
// do, and does nothing.
func (s *Subscriptions) RedeliverRecords(
	ctx context.Context, of storage.Subscription, storeID int64, refs []storage.Ref, preview bool,
) (a Again, err error) {
	f, err := filter.Compile(of.Filter)
	if err != nil {
		return a, err
	}
	st, err := s.db.Store(ctx, storeID)
	if err != nil {
		return a, err
	}
	place, err := s.db.SubscriptionPlace(ctx, of.ID, storeID)
	if err != nil {
		return a, err
	}
	seen := map[storage.Ref]bool{}
	for begin := 0; begin < len(refs); begin += redeliveredAtOnce {
		var again []storage.Event
		for _, ref := range refs[begin:min(begin+redeliveredAtOnce, len(refs))] {
			if seen[ref] {
				continue
			}
			seen[ref] = true
			e, underway, err := s.lastFor(ctx, of, f, st, ref, place)
			switch {
			case err != nil:
				return a, err
			case underway:
				a.Underway = append(a.Underway, ref)
			case e.Seq == 0:
				a.LeftOut = append(a.LeftOut, ref)
			default:
				again, a.Records = append(again, e), append(a.Records, ref)
			}
		}
		if preview {
			continue
		}
		if err := s.reopen(ctx, of, again); err != nil {
			return a, err
		}
	}
	return a, nil
}

// lastFor is the event of the last change of a record that a subscription gets; of no number where there is none.
// underway says that one is sent anyway.
func (s *Subscriptions) lastFor(ctx context.Context, of storage.Subscription, f *filter.Filter, st storage.Store,
	ref storage.Ref, place int64,
) (e storage.Event, underway bool, err error) {
	changes, err := s.db.Changes(ctx, storage.ChangeQuery{StoreID: st.ID, Record: ref})
	if err != nil {
		return e, false, err
	}
	for i := len(changes) - 1; i >= 0; i-- {
		gets, err := s.gets(ctx, of, f, st, changes[i])
		if err != nil {
			return e, false, err
		}
		if !gets {
			continue
		}
		if changes[i].Seq > place {
			return e, true, nil
		}
		there, err := s.db.Event(ctx, of.ID, changes[i].Seq)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return e, false, err
		}
		if err == nil && there.State == storage.EventPending {
			return e, true, nil
		}
		return storage.Event{SubscriptionID: of.ID, Change: changes[i], State: storage.EventPending}, false, nil
	}
	return e, false, nil
}
