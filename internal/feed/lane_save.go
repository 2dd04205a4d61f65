package feed

import (
	"bytes"
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// save writes down what came of attempts, and what follows for the subscription.
func (l *lane) save(ctx context.Context, came []attempt) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saving)
	defer cancel()
	var whole []attempt
	for _, a := range came {
		delete(l.flying, a.event.Ref)
		if a.err != nil {
			l.err = a.err
			continue
		}
		whole = append(whole, a)
	}
	if came = whole; len(came) == 0 {
		return nil
	}
	if l.allWell(came) {
		return l.saveTaken(ctx, came)
	}
	said, err := l.hear(ctx, came, l.opts.Now().UTC().Truncate(time.Millisecond))
	if err != nil {
		return err
	}
	var ended []storage.Event
	var sub storage.Subscription
	err = l.db.WithinRelaxed(ctx, func(tx storage.Tx) (err error) {
		ended = ended[:0]
		if sub, err = tx.LockSubscription(ctx, l.sub.ID); err != nil {
			return err
		}
		before, wasBroken := sub, l.broken(sub)
		now := l.opts.Now().UTC().Truncate(time.Millisecond)
		for _, a := range came {
			if !a.answer.Taken() && !bytes.Equal(sub.Sealed, l.sealed) {
				// What another receiver said, or said to other headers, tells nothing of the one that it has now.
				a.event.NextAt = now
				ended = append(ended, a.event)
				continue
			}
			ended = append(ended, l.judge(&sub, a, now))
		}
		if err := tx.SaveEvents(ctx, ended); err != nil {
			return err
		}
		if err := said.keep(ctx, tx, l.sub.ID, l.store.ID); err != nil {
			return err
		}
		if wasBroken && !l.broken(sub) {
			// The lanes of other stores wait for the end of the subscription's rest.
			if err := tx.WakeStoresOf(ctx, l.opts.Task, sub.ID); err != nil {
				return err
			}
		}
		if same(before, sub) {
			return nil
		}
		return tx.SaveSubscription(ctx, sub)
	})
	if err != nil {
		return l.unlessGone(err)
	}
	if l.sub.State == storage.SubscriptionActive && sub.State != l.sub.State {
		l.opts.Logger.WarnContext(ctx, "a subscription is no longer delivered to", "subscription", sub.Name, "state",
			sub.State, "why", sub.Why)
	}
	l.take(sub)
	l.settle(ended)
	return nil
}

// allWell says whether nothing follows for the subscription. Then its row, which other lanes use too, need not be
// locked.
func (l *lane) allWell(came []attempt) bool {
	for _, a := range came {
		if !a.answer.Taken() || a.probe {
			return false
		}
	}
	return l.sub.Failures == 0 && l.opts.Now().Sub(l.sub.DeliveredAt) < seenEvery
}

// saveTaken writes down that events were taken.
func (l *lane) saveTaken(ctx context.Context, came []attempt) error {
	ended := make([]storage.Event, len(came))
	for i, a := range came {
		ended[i] = l.judge(&l.sub, a, l.opts.Now().UTC().Truncate(time.Millisecond))
	}
	said, err := l.hear(ctx, came, l.opts.Now().UTC().Truncate(time.Millisecond))
	if err != nil {
		return err
	}
	err = l.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		if err := tx.SaveEvents(ctx, ended); err != nil {
			return err
		}
		return said.keep(ctx, tx, l.sub.ID, l.store.ID)
	})
	if err == nil {
		l.settle(ended)
		return nil
	}
	return l.unlessGone(err)
}

// same says whether nothing of a subscription has to be written.
func same(a, b storage.Subscription) bool {
	return a.State == b.State && a.Why == b.Why && a.Failures == b.Failures && a.FailingSince.Equal(b.FailingSince) &&
		a.RestUntil.Equal(b.RestUntil) && a.DeliveredAt.Equal(b.DeliveredAt)
}

// settle brings what is open up to date.
func (l *lane) settle(ended []storage.Event) {
	now := make(map[int64]storage.Event, len(ended))
	for _, e := range ended {
		now[e.Seq] = e
	}
	kept := l.open[:0]
	for _, e := range l.open {
		if changed, found := now[e.Seq]; found {
			e = changed
		}
		if e.State == storage.EventPending {
			kept = append(kept, e)
		}
	}
	l.open = kept
}
