package service

import (
	"context"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Delivery is what a caller that waits for writes is told, and for how long it waits. The zero value waits in silence.
type Delivery struct {
	// Settled is told about each write as it settles.
	Settled func(outbox.Write)
	// Waiting is told, each time there is nothing to do for a while, which writes are waited for.
	Waiting func([]outbox.Write)
	// Until ends the waiting, at a moment when no request is under way; zero waits as long as it takes.
	Until time.Time
}

// Deliver carries out what waits in the outbox of a store until each of the writes named is settled: done, rejected,
// parked or discarded. Without names it works until nothing waits. It returns the names of those that are not settled,
// which only a bounded wait leaves. An interruption loses nothing: what was under way is looked up next time.
func (s *Service) Deliver(ctx context.Context, st storage.Store, ids []string, d Delivery) (open []string, err error) {
	client, err := s.clientOf(st)
	if err != nil {
		return nil, err
	}
	box := s.outbox()
	open = slices.Clone(ids)
	for {
		round, err := box.Step(ctx, st.ID, client)
		if err != nil {
			return open, Explain(err)
		}
		var waiting []outbox.Write
		if open, waiting, err = s.settled(ctx, open, d.Settled); err != nil {
			return open, err
		}
		if len(ids) > 0 && len(open) == 0 || round.Next.IsZero() {
			return open, nil
		}
		now := s.opts.Now()
		if !d.Until.IsZero() && !now.Before(d.Until) {
			return open, nil
		}
		wait := round.Next.Sub(now)
		if wait <= 0 {
			continue
		}
		if d.Waiting != nil {
			if err := s.tellWaiting(ctx, st, ids, waiting, d.Waiting); err != nil {
				return open, err
			}
		}
		if !d.Until.IsZero() {
			wait = min(wait, d.Until.Sub(now))
		}
		if err := pause(ctx, wait); err != nil {
			return open, err
		}
	}
}

// tellWaiting tells which writes are waited for: those named, or all that will be looked at again.
func (s *Service) tellWaiting(
	ctx context.Context, st storage.Store, ids []string, waiting []outbox.Write, tell func([]outbox.Write),
) error {
	if len(ids) == 0 {
		var err error
		q := outbox.Query{StoreID: st.ID, States: []outbox.State{outbox.Pending, outbox.Unknown}}
		if waiting, err = s.Writes(ctx, q); err != nil {
			return err
		}
	}
	if err := s.findBehind(ctx, waiting); err != nil {
		return Explain(err)
	}
	tell(waiting)
	return nil
}

// settled tells observe about the writes that moved to an end or to a person, and returns the others.
func (s *Service) settled(
	ctx context.Context, ids []string, observe func(outbox.Write),
) (open []string, waiting []outbox.Write, err error) {
	for _, id := range ids {
		w, err := s.db.WriteByID(ctx, id)
		if err != nil {
			return nil, nil, Explain(err)
		}
		if !w.State.Final() && w.State != outbox.Parked {
			open, waiting = append(open, id), append(waiting, w)
			continue
		}
		if observe != nil {
			observe(w)
		}
	}
	return open, waiting, nil
}
