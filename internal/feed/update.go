package feed

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
)

// Update is what is changed of a subscription; nil leaves a part as it is. The name, the stores and the group cannot be
// changed: what has been looked at for whom rests on them.
type Update struct {
	Resources *[]storage.Resource
	Kinds     *[]storage.Kind
	Filter    *string
	Thin      *bool
	Fields    *[]string
	// URL may name another kind of receiver. Headers and Login are replaced whole.
	URL                *string
	Headers            *map[string]string
	Certificate, Key   *string
	Authorities, Proxy *string
	Login              *sink.Login
	// ReceiptWithin is how long the receiver may take to give a receipt; 0 demands none. It holds for what was sent
	// before, too, where receipts were demanded then.
	ReceiptWithin *time.Duration
	// Local lets it write to this machine (file, stdout).
	Local bool
}

// Update changes a subscription. What waits goes to the receiver that it has then, in the form that it has then, with
// its ids and in its order. What waits and is of a kind that it gets no longer is given up; a filter chooses among
// what has not been looked at yet. What is on its way at that moment still goes where it was sent. The error is a
// problem of code input_invalid or subscription_not_found.
func (s *Subscriptions) Update(
	ctx context.Context, of storage.Subscription, u Update,
) (now storage.Subscription, err error) {
	release, err := s.keys.Hold(ctx)
	if err != nil {
		return of, err
	}
	defer release()
	moved := false
	now, err = s.change(ctx, of, func(tx storage.Tx, now *storage.Subscription) error {
		if err := u.choose(now); err != nil {
			return err
		}
		was, err := s.unseal(*now)
		if err != nil {
			return err
		}
		kept := was
		if err := u.reach(&kept.Reach); err != nil {
			return err
		}
		if moved = !sameReach(was.Reach, kept.Reach); moved {
			if err := s.prepareReach(now, kept.Reach, u.Local); err != nil {
				return err
			}
			if now.Sealed, err = s.seal(*now, kept); err != nil {
				return err
			}
			// Nothing is known of how the receiver is now. Whether it is sent to at all stays a person's decision.
			state, why := now.State, now.Why
			if *now = well(*now); state != storage.SubscriptionActive {
				now.Why = why
			}
		}
		return tx.WakeStoresOf(ctx, s.opts.Task, now.ID)
	})
	if err == nil && moved {
		err = s.hurry(ctx, now)
	}
	return now, err
}

// choose replaces which changes a subscription gets, and what of them.
func (u Update) choose(now *storage.Subscription) error {
	set(&now.Resources, u.Resources)
	set(&now.Kinds, u.Kinds)
	set(&now.Filter, u.Filter)
	set(&now.Thin, u.Thin)
	set(&now.Fields, u.Fields)
	set(&now.ReceiptWithin, u.ReceiptWithin)
	if err := receipts.CheckWithin(now.ReceiptWithin); err != nil {
		return err
	}
	return Selection{Stores: now.Stores, Resources: now.Resources, Kinds: now.Kinds, Filter: now.Filter, Thin: now.Thin,
		Fields: now.Fields}.check()
}

// reach replaces how a receiver is reached. What was shown to one is not shown to another one by leaving it out:
// whoever may change an address may not know what they are.
func (u Update) reach(now *sink.Reach) error {
	before := *now
	set(&now.URL, u.URL)
	set(&now.Headers, u.Headers)
	set(&now.Certificate, u.Certificate)
	set(&now.Key, u.Key)
	set(&now.Authorities, u.Authorities)
	set(&now.Proxy, u.Proxy)
	set(&now.Login, u.Login)
	if sink.SameHost(before, *now) {
		return nil
	}
	for member, kept := range map[string]bool{"headers": len(before.Headers) > 0 && u.Headers == nil,
		"login": before.Login != (sink.Login{}) && u.Login == nil} {
		if kept {
			return setForAnotherHost(member)
		}
	}
	return nil
}

func set[T any](now *T, wanted *T) {
	if wanted != nil {
		*now = *wanted
	}
}

// hurry has events that wait for another attempt sent at once, as if nothing had been tried: it was tried with another
// receiver.
func (s *Subscriptions) hurry(ctx context.Context, of storage.Subscription) error {
	for after := int64(0); ; {
		page, err := s.db.Events(ctx, storage.EventQuery{SubscriptionID: of.ID, State: storage.EventPending,
			OldestFirst: true, After: after, Limit: redeliveredAtOnce})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].Seq
		at := s.opts.Now().UTC().Truncate(time.Millisecond)
		page = slices.DeleteFunc(page, func(e storage.Event) bool { return e.Attempts == 0 })
		for i := range page {
			page[i].Attempts, page[i].NextAt = 0, at
		}
		if len(page) == 0 {
			continue
		}
		err = s.db.Within(ctx, func(tx storage.Tx) error {
			if err := tx.SaveEvents(ctx, page); err != nil {
				return err
			}
			return tx.WakeStoresOf(ctx, s.opts.Task, of.ID)
		})
		if err != nil {
			return err
		}
	}
}

// sameWork says whether two states of a subscription choose the same changes and send them alike.
func sameWork(a, b storage.Subscription) bool {
	return bytes.Equal(a.Sealed, b.Sealed) && slices.Equal(a.Resources, b.Resources) &&
		slices.Equal(a.Kinds, b.Kinds) && a.Filter == b.Filter && a.Thin == b.Thin && slices.Equal(a.Fields, b.Fields)
}

func sameReach(a, b sink.Reach) bool {
	return a.URL == b.URL && maps.Equal(a.Headers, b.Headers) && a.Certificate == b.Certificate && a.Key == b.Key &&
		a.Authorities == b.Authorities && a.Proxy == b.Proxy && a.Login == b.Login
}

// dropUnwanted gives up what waits and is of a kind that the subscription gets no longer, unless a person asked for it.
func (l *lane) dropUnwanted(ctx context.Context) error {
	var unwanted []storage.Event
	l.open = slices.DeleteFunc(l.open, func(e storage.Event) bool {
		if l.sub.Wants(e.Change) || e.Redeliveries > 0 {
			return false
		}
		e.State, e.NextAt, e.DoneAt = storage.EventFailed, time.Time{}, l.opts.Now().UTC().Truncate(time.Millisecond)
		e.Error = "the subscription gets no changes of this kind any more"
		unwanted = append(unwanted, e)
		return true
	})
	if len(unwanted) == 0 {
		return nil
	}
	return l.db.WithinRelaxed(ctx, func(tx storage.Tx) error { return tx.SaveEvents(ctx, unwanted) })
}
