package mirror

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
)

// round looks for changes in a collection that is followed live, when that is due.
func (s *following) round(ctx context.Context) error {
	if !s.st.Live || s.leftAlone() {
		return nil
	}
	err := s.roundOf(ctx)
	if err != nil && s.Asker.Refused(ctx, s.coll.Resource, err) {
		return s.deny(err)
	}
	if err == nil && s.st.Denied != "" {
		s.st.Granted()
		return s.save()
	}
	return err
}

func (s *following) roundOf(ctx context.Context) error {
	whole := s.asked(s.st.Census.At) || s.Now().Sub(s.st.Census.At) >= max(s.opts.Schedule.Round, s.st.Poll.Interval)
	if whole && s.coll.Route.HasTrash() {
		if err := s.trashing().look(ctx); err != nil {
			return err
		}
		if err := s.rereading().all(ctx); err != nil {
			return err
		}
	}
	if whole {
		small, err := s.polling().isSmall(ctx)
		if err != nil {
			return err
		}
		if small {
			if read, err := s.polling().readSmall(ctx); err != nil || read {
				return err
			}
		}
	}
	if s.coll.Modified && (whole || s.coll == roster.Orders && s.Now().Sub(s.st.Poll.At) >= s.st.Poll.Interval) {
		if err := s.polling().changes(ctx); err != nil {
			return err
		}
		if err := s.rereading().all(ctx); err != nil {
			return err
		}
	}
	if !whole {
		return nil
	}
	if s.st.Silent {
		// The newest records are the ones that change most.
		if _, err := s.counting().newcomers(ctx); err != nil {
			return err
		}
	}
	began, before := s.Now(), s.tally.changes()
	if err := s.counting().compareTotals(ctx); err != nil || s.coll.Modified {
		return err
	}
	// A collection without polls is looked at less often while it is quiet.
	s.polling().pace(s.tally.changes() > before, s.Now().Sub(began))
	return s.save()
}

// firstCopy begins or continues the backfill of a collection, and then looks at once for changes made meanwhile.
func (s *following) firstCopy(ctx context.Context) error {
	if !s.wantsFill() {
		return nil
	}
	// Refunds were asked for before orders. It is known then whether the store has a list of refunds, and that decides
	// what the first copy of orders notes.
	defer func() { s.RefundsByOrder = s.states[roster.Refunds].Missing }()
	if err := s.backfill(ctx); err != nil || s.st.Fill != nil || !s.st.Live {
		return err
	}
	if err := s.round(ctx); err != nil || s.coll != roster.Orders {
		return err
	}
	return s.refundsAfterOrders(ctx)
}

// refundsAfterOrders looks at refunds once more after the first copy of orders. Refunds are read before orders, so the
// mirror may lack a refund that was made in between and that its order shows.
func (s *following) refundsAfterOrders(ctx context.Context) error {
	late := s.of(roster.Refunds)
	if !late.st.Live {
		return nil
	}
	late.st.Census.At = time.Time{}
	return late.round(ctx)
}

// wantsFill says whether a backfill is to be begun or continued.
func (s *following) wantsFill() bool {
	st := s.st
	if st.Fill != nil {
		return true
	}
	return !st.Live && !s.leftAlone()
}
