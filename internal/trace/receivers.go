package trace

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/storage"
)

// consumers says of each named reader of a shop's orders whether it has acknowledged the last change of one, and
// whether it says that it has the order.
func (t *Tracer) consumers(
	ctx context.Context, q Question, st storage.Store, last storage.Change, receipts receiptsOf,
) ([]Hop, error) {
	all, err := t.db.Consumers(ctx, q.GroupID)
	if err != nil {
		return nil, err
	}
	var hops []Hop
	for _, reader := range all {
		if !reads(reader, st) {
			continue
		}
		h := Hop{Link: Consumer, Name: reader.Name, Seq: last.Seq, State: Done, At: reader.AckedAt,
			Says: acknowledged(reader, last)}
		if reader.Seq < last.Seq {
			h.State, h.At, h.Says = Waiting, reader.SeenAt, unread(reader, last)
			h.Who, h.Fix, h.Remedy = Receiver, readOn, Remedy{Do: ReadOn, Consumer: reader.Name}
		}
		hops = append(hops, h)
		r, known := receipts.byConsumer[reader.ID]
		again := Remedy{Do: ReadOn, Consumer: reader.Name}
		if h, is := receiptHop(reader.Name, r, known, 0, again, t.now()); is {
			hops = append(hops, h)
		}
	}
	return hops, nil
}

// reads says whether a consumer reads the orders of a store.
func reads(c storage.Consumer, st storage.Store) bool {
	if c.StoreID != 0 && c.StoreID != st.ID || c.GroupID != 0 && c.GroupID != st.GroupID {
		return false
	}
	return len(c.Resources) == 0 || slices.Contains(c.Resources, storage.Orders)
}

// subscriptions says of each receiver of a shop's changes what became of the last change of an order, and whether it
// says that it has the order.
func (t *Tracer) subscriptions(
	ctx context.Context, q Question, st storage.Store, order storage.Record, last storage.Change, receipts receiptsOf,
) ([]Hop, error) {
	all, err := t.db.SubscriptionsOf(ctx, st.ID)
	if err != nil {
		return nil, err
	}
	var hops []Hop
	for _, sub := range all {
		if q.GroupID != 0 && sub.GroupID != q.GroupID {
			continue
		}
		again := Remedy{Do: Redeliver, Store: st.Name, Subscription: sub.Name, Order: order.ID}
		h, err := t.delivery(ctx, sub, st, order, last, again)
		if err != nil {
			return nil, err
		}
		hops = append(hops, h)
		r, known := receipts.bySubscription[sub.ID]
		if h, is := receiptHop(sub.Name, r, known, sub.ReceiptWithin, again, t.now()); is {
			hops = append(hops, h)
		}
	}
	return hops, nil
}

func (t *Tracer) delivery(ctx context.Context, sub storage.Subscription, st storage.Store, order storage.Record,
	last storage.Change, again Remedy,
) (Hop, error) {
	h := Hop{Link: Subscription, Name: sub.Name, Seq: last.Seq}
	e, err := t.db.Event(ctx, sub.ID, last.Seq)
	switch {
	case err == nil:
		eventHop(&h, sub, e, again, t.now())
		return h, nil
	case !errors.Is(err, storage.ErrNotFound):
		return h, err
	}
	place, err := t.db.SubscriptionPlace(ctx, sub.ID, st.ID)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return h, err
	}
	why, passed := t.leftOut(sub, st, order, last)
	switch {
	case last.Seq <= sub.From:
		h.State, h.Says, h.Fix, h.Remedy = Skipped, beganLater(sub), sendIt, again
	case !passed:
		h.State, h.Says = Skipped, why
	case sub.State != storage.SubscriptionActive:
		stop(&h, sub)
	case place >= last.Seq:
		// It was looked at and is not there: delivered so long ago that it is forgotten, or left out at that time.
		h.State, h.Says = Done, forgotten(sub)
	case sub.RestUntil.After(t.now()):
		rest(&h, sub)
	default:
		h.State, h.Says, h.Who = Waiting, queued(last.Seq-place), Nobody
	}
	return h, nil
}

// eventHop says how a change on its way to a receiver stands.
func eventHop(h *Hop, sub storage.Subscription, e storage.Event, again Remedy, now time.Time) {
	switch e.State {
	case storage.EventDelivered:
		h.State, h.At, h.Says = Done, e.DoneAt, taken(sub, e)
	case storage.EventFailed:
		h.State, h.At, h.Says = Broken, e.DoneAt, givenUp(sub, e)
		h.Who, h.Fix, h.Remedy = Receiver, mendAndSend, again
	case storage.EventPending:
		switch {
		case sub.State != storage.SubscriptionActive:
			stop(h, sub)
		case sub.RestUntil.After(now):
			rest(h, sub)
		case e.Attempts > 0:
			h.State, h.Says, h.Who, h.Until = Broken, refusedSoFar(sub, e), Receiver, e.NextAt
			h.Fix, h.Remedy = seeAnswer, Remedy{Do: TestSubscription, Subscription: sub.Name}
		default:
			h.State, h.Says, h.Who, h.Until = Waiting, onItsWay(sub, e, now), Nobody, e.NextAt
		}
	}
}

// stop is the hop of a subscription that nothing is sent to.
func stop(h *Hop, sub storage.Subscription) {
	h.State, h.Says, h.Who, h.Fix = Broken, stopped(sub), You, goOn
	h.Remedy = Remedy{Do: ResumeSubscription, Subscription: sub.Name}
}

// rest is the hop of a receiver that is left alone for a time, because it failed or asked for that.
func rest(h *Hop, sub storage.Subscription) {
	h.State, h.Says, h.Who, h.Until = Broken, resting(sub), Receiver, sub.RestUntil
	h.Fix, h.Remedy = seeAnswer, Remedy{Do: TestSubscription, Subscription: sub.Name}
}

// leftOut says why a subscription does not get a change; passed when it does.
func (t *Tracer) leftOut(
	sub storage.Subscription, st storage.Store, order storage.Record, last storage.Change,
) (why string, passed bool) {
	if !sub.Wants(last) {
		return otherKind(sub, last), false
	}
	f, err := filter.Compile(sub.Filter)
	if err != nil || f == nil {
		return "", true
	}
	return filtered(sub), feed.Meets(f, st, last, order.Raw)
}
