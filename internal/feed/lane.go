package feed

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

const (
	// atOnce is how many events of a subscription and store are on their way at the same time, each of another record.
	atOnce = 8
	// mostOpen is how many events wait in the table; more changes than that wait in the log.
	mostOpen = 1000
	// readAtOnce is how many changes are looked at in one transaction.
	readAtOnce = 500
	// saving is how long the outcome of what was sent may take to be written down, also when the process stops.
	saving = 10 * time.Second
)

// lane is a subscription that is worked on.
type lane struct {
	*courier
	sub storage.Subscription
	// sealed is how the receiver is reached that sink sends to.
	sealed []byte
	sink   sink.Sink
	filter *filter.Filter
	// open are the events that are on their way or wait to go, by their numbers.
	open []storage.Event
	// unread says that there may be changes that were not looked at.
	unread bool
	place  int64
	// flying are the records of which an event is on its way.
	flying  map[storage.Ref]bool
	results chan attempt
	// poked tells the lane that there may be changes, with the subscription as it is by then.
	poked chan storage.Subscription
	// outdated says that the subscription was changed since the lane began: another one goes on with it.
	outdated bool

	// What follows is how the lane ended. seen is the number of the change up to which it has looked, as far as it
	// could.
	seen int64
	next time.Time
	more bool
	err  error
}

func newLane(c *courier, sub storage.Subscription, last int64) *lane {
	return &lane{courier: c, sub: sub, sealed: sub.Sealed, unread: true, flying: map[storage.Ref]bool{},
		results: make(chan attempt, atOnce), poked: make(chan storage.Subscription, 1), seen: last}
}

// poke lets a lane look again.
func (l *lane) poke(now storage.Subscription) {
	select {
	case l.poked <- now:
	default: // it has not looked since the last time; it is told again at the next tick
	}
}

// run sends what there is until nothing is left for now.
func (l *lane) run(ctx context.Context) {
	if l.err = l.prepare(ctx); l.err != nil || l.sub.State != storage.SubscriptionActive {
		return
	}
	for l.err == nil || len(l.flying) > 0 {
		if l.err == nil && !l.stopping(ctx) {
			l.err = l.step(ctx)
		}
		if len(l.flying) == 0 {
			break
		}
		l.await(ctx)
	}
	l.more = l.err == nil && l.stopping(ctx)
}

// stopping says that nothing more is begun.
func (l *lane) stopping(ctx context.Context) bool {
	return ctx.Err() != nil || !l.opts.Now().Before(l.until) || l.sub.State != storage.SubscriptionActive || l.outdated
}

// take makes a subscription that was read again the lane's.
func (l *lane) take(now storage.Subscription) {
	l.outdated = l.outdated || !sameWork(l.sub, now)
	l.sub = now
}

// prepare opens the receiver and reads what is on its way. A receiver that cannot be opened pauses the subscription:
// trying again would not help.
func (l *lane) prepare(ctx context.Context) (err error) {
	if l.filter, err = filter.Compile(l.sub.Filter); err == nil {
		l.sink, err = l.sinkOf(l.sub)
	}
	if err != nil {
		l.opts.Logger.WarnContext(ctx, "a subscription cannot be delivered to", "subscription", l.sub.Name, "error", err)
		why := err.Error()
		return l.become(ctx, func(now *storage.Subscription) {
			now.State, now.Why = storage.SubscriptionPaused, why
		})
	}
	if l.place, err = l.db.SubscriptionPlace(ctx, l.sub.ID, l.store.ID); err != nil {
		return l.unlessGone(err)
	}
	l.open, err = l.db.Events(ctx, storage.EventQuery{SubscriptionID: l.sub.ID, StoreID: l.store.ID,
		State: storage.EventPending, OldestFirst: true, Limit: mostOpen})
	if err != nil {
		return err
	}
	return l.dropUnwanted(ctx)
}

// become changes the subscription.
func (l *lane) become(ctx context.Context, how func(*storage.Subscription)) error {
	sub, err := l.change(ctx, l.sub, func(_ storage.Tx, now *storage.Subscription) error {
		how(now)
		return nil
	})
	if problem.Is(err, problem.SubscriptionNotFound) {
		return l.unlessGone(storage.ErrNotFound)
	}
	if err == nil {
		l.take(sub)
	}
	return err
}

// unlessGone turns the error that a subscription or its store is gone into the end of the lane.
func (l *lane) unlessGone(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		l.sub.State = storage.SubscriptionEnded
		return nil
	}
	return err
}

// step reads changes and sends what can be sent now.
func (l *lane) step(ctx context.Context) error {
	now := l.opts.Now()
	for l.unread && len(l.open) < mostOpen/2 && !l.resting(now) && !l.stopping(ctx) {
		if err := l.read(ctx); err != nil {
			return err
		}
	}
	l.next = time.Time{}
	if l.resting(now) {
		if len(l.open) > 0 || l.unread {
			l.next = l.sub.RestUntil
		}
		return nil
	}
	if l.broken(l.sub) {
		return l.probe(ctx, now)
	}
	for _, e := range l.heads() {
		if e.NextAt.After(now) {
			if l.next.IsZero() || e.NextAt.Before(l.next) {
				l.next = e.NextAt
			}
			continue
		}
		if len(l.flying) == atOnce {
			return nil
		}
		l.launch(ctx, e, false)
	}
	return nil
}

func (l *lane) resting(now time.Time) bool { return l.sub.RestUntil.After(now) }

// heads are the events that may be sent without disturbing an order: each is the first of its record, and no event of
// the record is on its way.
func (l *lane) heads() (heads []storage.Event) {
	seen := make(map[storage.Ref]bool, len(l.open))
	for _, e := range l.open {
		if !seen[e.Ref] && !l.flying[e.Ref] {
			heads = append(heads, e)
		}
		seen[e.Ref] = true
	}
	return heads
}

// read looks at changes, and enters those that the subscription gets, together with how far it has looked.
func (l *lane) read(ctx context.Context) error {
	last, err := l.db.LastSeq(ctx)
	if err != nil {
		return err
	}
	changes, err := l.db.Changes(ctx, storage.ChangeQuery{StoreID: l.store.ID, Resources: l.sub.Resources,
		After: l.place,
		Limit: readAtOnce})
	if err != nil {
		return err
	}
	if l.unread = len(changes) == readAtOnce; !l.unread {
		l.seen = max(last, l.place)
	}
	if len(changes) == 0 {
		return nil
	}
	var events []storage.Event
	for _, c := range changes {
		gets, err := l.gets(ctx, l.sub, l.filter, l.store, c)
		if err != nil {
			return err
		}
		if gets {
			events = append(events, storage.Event{SubscriptionID: l.sub.ID, Change: c, State: storage.EventPending,
				NextAt: l.opts.Now()})
		}
	}
	place := changes[len(changes)-1].Seq
	now := l.sub
	err = l.db.WithinRelaxed(ctx, func(tx storage.Tx) (err error) {
		// What was chosen by what the subscription no longer is must not move its place: it is chosen anew.
		if now, err = tx.LockSubscription(ctx, l.sub.ID); err != nil || !sameWork(l.sub, now) {
			return err
		}
		if err := tx.AddEvents(ctx, events); err != nil {
			return err
		}
		return tx.SetSubscriptionPlace(ctx, l.sub.ID, l.store.ID, place)
	})
	if err != nil {
		l.unread = false
		return l.unlessGone(err)
	}
	if l.take(now); l.outdated {
		return nil
	}
	l.place, l.open = place, append(l.open, events...)
	return nil
}

// probe sends one event to find out whether a broken receiver is well again: the one that failed least. One process at
// a time does so, whatever the store.
func (l *lane) probe(ctx context.Context, now time.Time) error {
	heads := l.heads()
	if len(l.flying) > 0 || len(heads) == 0 {
		return nil
	}
	best := heads[0]
	for _, e := range heads {
		if e.Attempts < best.Attempts {
			best = e
		}
	}
	// The lease is longer than an attempt takes. Where this process is killed meanwhile, another one probes after the
	// lease.
	lease := now.Add(2 * max(l.opts.Sinks.Time, tick*15))
	mine := false
	err := l.become(ctx, func(sub *storage.Subscription) {
		if mine = sub.State == storage.SubscriptionActive && l.broken(*sub) && !sub.RestUntil.After(now); mine {
			sub.RestUntil = lease
		}
	})
	switch {
	case err != nil || l.sub.State != storage.SubscriptionActive:
		return err
	case mine:
		l.launch(ctx, best, true)
		return nil
	}
	return l.step(ctx)
}

// launch sends an event.
func (l *lane) launch(ctx context.Context, e storage.Event, probe bool) {
	l.flying[e.Ref] = true
	to := l.sink
	go func() {
		began := time.Now()
		answer, err := l.send(ctx, to, e)
		l.results <- attempt{event: e, answer: answer, took: time.Since(began).Round(time.Millisecond), probe: probe,
			err: err}
	}()
}

// send sends an event once. When the process stops, what is under way is finished, unless somebody else has taken the
// lane over by then: then it is broken off.
func (l *lane) send(ctx context.Context, to sink.Sink, e storage.Event) (sink.Answer, error) {
	going, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		if l.opts.Lost != nil && l.opts.Lost(ctx) {
			cancel()
		}
	})
	defer stop()
	m, err := l.message(going, l.sub, l.store, e.Change)
	if err != nil {
		return sink.Answer{}, err
	}
	return to.Send(going, m), nil
}

// await waits until something has come of what is on its way, and writes it down with what else has come by then.
func (l *lane) await(ctx context.Context) {
	var came []attempt
	timer := time.NewTimer(tick)
	defer timer.Stop()
	select {
	case a := <-l.results:
		came = append(came, a)
	case now := <-l.poked:
		l.unread, l.sub.ReceiptWithin = true, now.ReceiptWithin
		if l.outdated = l.outdated || !sameWork(l.sub, now); now.State != storage.SubscriptionActive {
			l.sub.State = now.State
		}
	case <-timer.C:
	}
	for more := true; more && len(came) > 0; {
		select {
		case a := <-l.results:
			came = append(came, a)
		default:
			more = false
		}
	}
	if len(came) == 0 {
		return
	}
	if err := l.save(ctx, came); err != nil && l.err == nil {
		l.err = err
	}
}
