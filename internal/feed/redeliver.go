package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/feed/event"
	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/storage"
)

// redeliveredAtOnce is how many events one transaction makes pending.
const redeliveredAtOnce = 500

// Redeliver sends an event again, with its id and the record as it is now. One that is on its way is tried at once.
func (s *Subscriptions) Redeliver(ctx context.Context, of storage.Subscription, e storage.Event) error {
	return s.reopen(ctx, of, []storage.Event{e})
}

// RedeliverFailed sends again what was given up since a time, and says how many events that is. Kinds of changes and
// records that the subscription gets no longer are left out.
func (s *Subscriptions) RedeliverFailed(
	ctx context.Context, of storage.Subscription, since time.Time,
) (n int, err error) {
	for after := int64(0); ; {
		page, err := s.db.Events(ctx, storage.EventQuery{SubscriptionID: of.ID, State: storage.EventFailed,
			DoneFrom: since, OldestFirst: true, After: after, Limit: redeliveredAtOnce})
		if err != nil || len(page) == 0 {
			return n, err
		}
		after = page[len(page)-1].Seq
		page = slices.DeleteFunc(page, func(e storage.Event) bool { return !of.Wants(e.Change) })
		if err := s.reopen(ctx, of, page); err != nil {
			return n, err
		}
		n += len(page)
	}
}

// CountFailed is how many events RedeliverFailed would send again.
func (s *Subscriptions) CountFailed(ctx context.Context, of storage.Subscription, since time.Time) (n int, err error) {
	for after := int64(0); ; {
		page, err := s.db.Events(ctx, storage.EventQuery{SubscriptionID: of.ID, State: storage.EventFailed,
			DoneFrom: since, OldestFirst: true, After: after, Limit: redeliveredAtOnce})
		if err != nil || len(page) == 0 {
			return n, err
		}
		after = page[len(page)-1].Seq
		n += len(slices.DeleteFunc(page, func(e storage.Event) bool { return !of.Wants(e.Change) }))
	}
}

// Range is a part of the log of changes.
type Range struct {
	// After is exclusive, To inclusive: numbers of changes. Since and Until are times of changes. Zero values do not
	// bound.
	After, To    int64
	Since, Until time.Time
	// Preview counts, and sends nothing.
	Preview bool
}

// RedeliverRange sends the changes of a part of the log again, also those that were sent so long ago that they are
// forgotten, and those from before the subscription was made. It says how many those are. Changes that the subscription
// has not come to yet are left out: they are sent anyway.
func (s *Subscriptions) RedeliverRange(ctx context.Context, of storage.Subscription, r Range) (n int, err error) {
	f, err := filter.Compile(of.Filter)
	if err != nil {
		return 0, err
	}
	places := map[int64]int64{}
	stores := map[int64]storage.Store{}
	for {
		changes, err := s.db.Changes(ctx, storage.ChangeQuery{GroupID: of.GroupID, Resources: of.Resources,
			After: r.After, Limit: redeliveredAtOnce})
		if err != nil || len(changes) == 0 {
			return n, err
		}
		var again []storage.Event
		for _, c := range changes {
			r.After = c.Seq
			switch wanted, err := s.inRange(ctx, of, f, r, c, places, stores); {
			case err != nil:
				return n, err
			case wanted:
				again = append(again, storage.Event{SubscriptionID: of.ID, Change: c, State: storage.EventPending})
			}
		}
		if !r.Preview {
			if err := s.reopen(ctx, of, again); err != nil {
				return n, err
			}
		}
		n += len(again)
		if r.To > 0 && r.After >= r.To {
			return n, nil
		}
	}
}

// inRange says whether a change is to be sent again.
func (s *Subscriptions) inRange(
	ctx context.Context, of storage.Subscription, f *filter.Filter, r Range, c storage.Change, places map[int64]int64,
	stores map[int64]storage.Store,
) (bool, error) {
	if r.To > 0 && c.Seq > r.To || !r.Since.IsZero() && c.At.Before(r.Since) || !r.Until.IsZero() &&
		c.At.After(r.Until) ||
		len(of.Stores) > 0 && !slices.Contains(of.Stores, c.StoreID) {
		return false, nil
	}
	place, known := places[c.StoreID]
	if !known {
		var err error
		if place, err = s.db.SubscriptionPlace(ctx, of.ID, c.StoreID); err != nil {
			return false, err
		}
		st, err := s.db.Store(ctx, c.StoreID)
		if errors.Is(err, storage.ErrNotFound) {
			place = -1 // a subscription to a store that is gone has no changes to send
		} else if err != nil {
			return false, err
		}
		places[c.StoreID], stores[c.StoreID] = place, st
	}
	if c.Seq > place {
		return false, nil
	}
	return s.gets(ctx, of, f, stores[c.StoreID], c)
}

// reopen makes events pending, and has them sent.
func (s *Subscriptions) reopen(ctx context.Context, of storage.Subscription, events []storage.Event) error {
	if len(events) == 0 {
		return nil
	}
	now := s.opts.Now().UTC().Truncate(time.Millisecond)
	err := s.db.Within(ctx, func(tx storage.Tx) error {
		if _, err := tx.LockSubscription(ctx, of.ID); err != nil {
			return err
		}
		if err := tx.AddEvents(ctx, events); err != nil {
			return err
		}
		seqs := make([]int64, len(events))
		stores := map[int64]bool{}
		for i, e := range events {
			seqs[i], stores[e.StoreID] = e.Seq, true
		}
		if err := tx.ReopenEvents(ctx, of.ID, seqs, now); err != nil {
			return err
		}
		for id := range stores {
			if err := tx.Wake(ctx, s.opts.Task, id); err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, storage.ErrNotFound) {
		err = noSubscription(of.Name)
	}
	return err
}

// Tried is what became of a test.
type Tried struct {
	ID     string
	Answer sink.Answer
	Took   time.Duration
}

// Test sends a test event to the receiver at once, whatever state the subscription is in. It is no delivery: nothing is
// kept of it.
func (s *Subscriptions) Test(ctx context.Context, of storage.Subscription) (Tried, error) {
	to, err := s.sinkOf(of)
	if err != nil {
		return Tried{}, err
	}
	e := event.Event{Type: "test", Test: true, Change: event.Change{At: s.opts.Now().UTC().Truncate(time.Millisecond)}}
	body, err := encode(e)
	if err != nil {
		return Tried{}, err
	}
	tried := Tried{ID: idPrefix + of.Key + "_test_" + rand.Text()[:8]}
	began := time.Now()
	tried.Answer = to.Send(ctx, sink.Message{ID: tried.ID, Type: e.Type, Body: body})
	tried.Took = time.Since(began).Round(time.Millisecond)
	return tried, nil
}

// Preview is what would have been sent of a change.
type Preview struct {
	Change storage.Change
	Store  string
	// Sent says whether the subscription would have got it; Why, why not.
	Sent bool
	Why  string
	Body []byte
}

// PreviewOf is how many changes a dry run looks at.
const PreviewOf = 20

// Preview shows what the last changes would have sent with a selection, the newest first. Nothing is sent. The error
// is a problem of code input_invalid where the selection cannot be.
func (s *Subscriptions) Preview(ctx context.Context, groupID int64, sel Selection) ([]Preview, error) {
	if err := sel.check(); err != nil {
		return nil, err
	}
	f, err := filter.Compile(sel.Filter)
	if err != nil {
		return nil, err
	}
	of := storage.Subscription{GroupID: groupID, Stores: sel.Stores, Resources: sel.Resources, Kinds: sel.Kinds,
		Filter: sel.Filter, Thin: sel.Thin, Fields: sel.Fields, Key: "preview"}
	last, err := s.lastChanges(ctx, of, PreviewOf)
	if err != nil {
		return nil, err
	}
	var shown []Preview
	for _, c := range last {
		st, err := s.db.Store(ctx, c.StoreID)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p := Preview{Change: c, Store: st.Name}
		if p.Sent, err = s.gets(ctx, of, f, st, c); err != nil {
			return nil, err
		}
		switch {
		case !of.Wants(c):
			p.Why = "another kind of change or record"
		case !p.Sent:
			p.Why = "the filter is not met"
		default:
			m, err := s.message(ctx, of, st, c)
			if err != nil {
				return nil, err
			}
			p.Body = m.Body
		}
		shown = append(shown, p)
	}
	return shown, nil
}

// lastChanges are the last changes of the stores and kinds of records of a subscription, the newest first.
func (s *Subscriptions) lastChanges(ctx context.Context, of storage.Subscription, n int) ([]storage.Change, error) {
	last, err := s.db.LastSeq(ctx)
	if err != nil {
		return nil, err
	}
	// The log is read from its end in growing steps, so that a large one is not read whole.
	q := storage.ChangeQuery{GroupID: of.GroupID, Resources: of.Resources}
	if len(of.Stores) == 1 {
		q.StoreID = of.Stores[0]
	}
	for step := int64(4 * n); ; step *= 8 {
		q.After = max(last-step, 0)
		changes, err := s.db.Changes(ctx, q)
		if err != nil {
			return nil, err
		}
		if len(of.Stores) > 0 {
			changes = slices.DeleteFunc(changes, func(c storage.Change) bool {
				return !slices.Contains(of.Stores, c.StoreID)
			})
		}
		if len(changes) >= n || q.After == 0 || step >= mostPreviewed {
			changes = changes[max(len(changes)-n, 0):]
			slices.Reverse(changes)
			return changes, nil
		}
	}
}

// mostPreviewed bounds how far back a dry run looks.
const mostPreviewed = 40_000
