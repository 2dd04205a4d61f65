package feed

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Left is what a run left to do for a store.
type Left struct {
	// More asks to be run again at once, Next says when to run again; the zero time means only when woken.
	More bool
	Next time.Time
}

// Work delivers what waits of a store to everybody who gets its changes, until a time. Each subscription goes its own
// way: one that waits for an answer holds no other one, and what changes meanwhile is seen. One process at a time may
// do this for a store.
func (s *Subscriptions) Work(ctx context.Context, storeID int64, until time.Time) (Left, error) {
	st, err := s.db.Store(ctx, storeID)
	if errors.Is(err, storage.ErrNotFound) {
		return Left{}, nil
	}
	if err != nil {
		return Left{}, err
	}
	c := &courier{Subscriptions: s, store: st, until: until, lanes: map[int64]*lane{}, rested: map[int64]rested{},
		ended: make(chan *lane)}
	left, err := c.run(ctx)
	if err == nil {
		err = s.forget(ctx, storeID)
	}
	return left, err
}

const (
	// forgetEvery is how often the old events of a store are looked for.
	forgetEvery = time.Hour
	// forgottenAtOnce bounds what one transaction forgets.
	forgottenAtOnce = 2000
)

// dropOld drops what a store has from before a time, in pieces that keep nobody waiting.
func (s *Subscriptions) dropOld(ctx context.Context, storeID int64, before time.Time,
	drop func(storage.Tx, context.Context, int64, time.Time, int) (int64, error),
) error {
	for dropped := int64(forgottenAtOnce); dropped == forgottenAtOnce && ctx.Err() == nil; {
		err := s.db.WithinRelaxed(ctx, func(tx storage.Tx) (err error) {
			dropped, err = drop(tx, ctx, storeID, before, forgottenAtOnce)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// forget drops events and receipts that were kept for long enough.
func (s *Subscriptions) forget(ctx context.Context, storeID int64) error {
	now := s.opts.Now()
	if last, known := s.forgot.Load(storeID); known && now.Sub(last.(time.Time)) < forgetEvery {
		return nil
	}
	err := s.dropOld(ctx, storeID, now.Add(-s.opts.Keep), storage.Tx.DropEvents)
	if err == nil && s.opts.ReceiptsKeep > 0 {
		err = s.dropOld(ctx, storeID, now.Add(-s.opts.ReceiptsKeep), storage.Tx.DropReceipts)
	}
	if err != nil {
		return err
	}
	s.forgot.Store(storeID, now)
	return nil
}

// courier does one run for a store. Its lanes are the subscriptions that are worked on.
type courier struct {
	*Subscriptions
	store  storage.Store
	until  time.Time
	lanes  map[int64]*lane
	rested map[int64]rested
	ended  chan *lane
}

// rested is how a subscription was left that has nothing to do.
type rested struct {
	// seen is the number of the change up to which there was nothing for the subscription; next is when one of its
	// events comes due, zero for none.
	seen int64
	next time.Time
}

// tick is how often a run that waits for answers looks at what has come due, or was made or resumed meanwhile.
const tick = time.Second

func (c *courier) run(ctx context.Context) (left Left, err error) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		var last int64
		if err == nil {
			last, err = c.look(ctx)
		}
		if len(c.lanes) == 0 {
			break
		}
		waiting, stop := context.WithCancel(ctx)
		changed := make(chan struct{})
		go func() {
			defer close(changed)
			_ = c.db.WaitChanges(waiting, last) // it ends early or late: the tick looks too
		}()
		select {
		case l := <-c.ended:
			delete(c.lanes, l.sub.ID)
			if l.err != nil && err == nil {
				err = l.err
			}
			if l.err == nil && l.sub.State == storage.SubscriptionActive && !l.outdated {
				c.rested[l.sub.ID] = rested{seen: l.seen, next: l.next}
			}
			left.More = left.More || l.more
		case <-changed:
		case <-ticker.C:
		}
		stop()
		<-changed
	}
	for _, r := range c.rested {
		if !r.next.IsZero() && (left.Next.IsZero() || r.next.Before(left.Next)) {
			left.Next = r.next
		}
	}
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return left, err
}

// look starts a lane for each subscription that has something to do, and lets the lanes that run look again. last is
// the number of the last change that was there before.
func (c *courier) look(ctx context.Context) (last int64, err error) {
	if ctx.Err() != nil || !c.opts.Now().Before(c.until) {
		return 0, ctx.Err()
	}
	if last, err = c.db.LastSeq(ctx); err != nil {
		return 0, err
	}
	all, err := c.db.SubscriptionsOf(ctx, c.store.ID)
	if err != nil {
		return last, err
	}
	for _, sub := range all {
		if l := c.lanes[sub.ID]; l != nil {
			l.poke(sub)
			continue
		}
		if sub.State != storage.SubscriptionActive {
			delete(c.rested, sub.ID)
			continue
		}
		if sub.RestUntil.After(c.opts.Now()) {
			c.rested[sub.ID] = rested{next: sub.RestUntil}
			continue
		}
		was, known := c.rested[sub.ID]
		if known && last <= was.seen && (was.next.IsZero() || was.next.After(c.opts.Now())) {
			continue
		}
		l := newLane(c, sub, last)
		c.lanes[sub.ID] = l
		go func() {
			l.run(ctx)
			c.ended <- l
		}()
	}
	return last, nil
}
