package trace

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// follow follows one order that the mirror holds, or has held. One that it lost is a record without text.
func (t *Tracer) follow(
	ctx context.Context, q Question, st storage.Store, s follow.Standing, order storage.Record,
) (Chain, error) {
	c := Chain{Store: st, Order: order.Ref, Status: order.Status}
	if len(order.Raw) > 0 {
		c.Number = storage.OrderNumber(order)
		c.Hops = append(c.Hops, Hop{Link: Placed, State: Done, At: order.Created, Says: placed(order)})
	}
	changes, err := t.db.Changes(ctx, storage.ChangeQuery{StoreID: st.ID, Record: order.Ref})
	if err != nil {
		return c, err
	}
	c.Hops = append(c.Hops, copied(order, changes)...)
	c.Hops = append(c.Hops, behind(st, s, t.now()))
	if len(changes) > 0 {
		last := changes[len(changes)-1]
		readers, err := t.consumers(ctx, q, st, last)
		if err != nil {
			return c, err
		}
		receivers, err := t.subscriptions(ctx, q, st, order, last)
		if err != nil {
			return c, err
		}
		c.Hops = append(append(c.Hops, readers...), receivers...)
	}
	writes, err := t.writes(ctx, st, order.Ref)
	if err != nil {
		return c, err
	}
	c.Hops = append(c.Hops, writes...)
	c.judge()
	return c, nil
}

// copied says when an order came into the mirror, when it changed last, and what became of one that is gone.
func copied(order storage.Record, changes []storage.Change) []Hop {
	if len(changes) == 0 {
		return []Hop{{Link: Copied, State: Done, At: order.SeenAt, Says: heldWithoutChange()}}
	}
	first, last := changes[0], changes[len(changes)-1]
	hops := []Hop{{Link: Copied, State: Done, At: first.At, Seq: first.Seq, Says: noticed(order, first)}}
	if last.Seq != first.Seq {
		hops = append(hops, Hop{Link: Copied, State: Done, At: last.At, Seq: last.Seq,
			Says: changed(last, len(changes))})
	}
	at := &hops[len(hops)-1]
	switch {
	case last.Kind == storage.Deleted:
		at.State, at.Who, at.Fix = Broken, You, restoreInShop
	case last.Kind == storage.Trashed || order.Trashed():
		at.State, at.Who, at.Fix = Broken, You, untrashInShop
	}
	return hops
}

// consumers says of each named reader of a shop's orders whether it has acknowledged the last change of one.
func (t *Tracer) consumers(
	ctx context.Context, q Question, st storage.Store, last storage.Change,
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
			h.Who, h.Fix = Receiver, readOn(reader)
		}
		hops = append(hops, h)
	}
	return hops, nil
}

// reads says whether a consumer reads the orders of a store.
func reads(c storage.Consumer, st storage.Store) bool {
	if c.StoreID != 0 && c.StoreID != st.ID || c.GroupID != 0 && c.GroupID != st.GroupID {
		return false
	}
	if len(c.Resources) == 0 {
		return true
	}
	for _, r := range c.Resources {
		if r == storage.Orders {
			return true
		}
	}
	return false
}

// subscriptions says of each receiver of a shop's changes what became of the last change of an order.
func (t *Tracer) subscriptions(
	ctx context.Context, q Question, st storage.Store, order storage.Record, last storage.Change,
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
		h, err := t.delivery(ctx, sub, st, order, last)
		if err != nil {
			return nil, err
		}
		hops = append(hops, h)
	}
	return hops, nil
}

func (t *Tracer) delivery(
	ctx context.Context, sub storage.Subscription, st storage.Store, order storage.Record, last storage.Change,
) (Hop, error) {
	h := Hop{Link: Subscription, Name: sub.Name, Seq: last.Seq}
	e, err := t.db.Event(ctx, sub.ID, last.Seq)
	switch {
	case err == nil:
		eventHop(&h, sub, e, t.now())
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
		h.State, h.Says, h.Fix = Skipped, beganLater(sub), redeliver(sub, last)
	case !passed:
		h.State, h.Says = Skipped, why
	case sub.State != storage.SubscriptionActive:
		h.State, h.Says, h.Who, h.Fix = Broken, stopped(sub), You, resume(sub)
	case place >= last.Seq:
		// It was looked at and is not there: delivered so long ago that it is forgotten, or left out at that time.
		h.State, h.Says = Done, forgotten(sub)
	default:
		h.State, h.Says, h.Who = Waiting, queued(last.Seq-place), Nobody
	}
	return h, nil
}

// eventHop says how a change on its way to a receiver stands.
func eventHop(h *Hop, sub storage.Subscription, e storage.Event, now time.Time) {
	switch e.State {
	case storage.EventDelivered:
		h.State, h.At, h.Says = Done, e.DoneAt, taken(sub, e)
	case storage.EventFailed:
		h.State, h.At, h.Says = Broken, e.DoneAt, givenUp(sub, e)
		h.Who, h.Fix = Receiver, redeliver(sub, e.Change)
	default:
		h.State, h.Says, h.Who = Waiting, onItsWay(sub, e, now), Nobody
		switch {
		case sub.State != storage.SubscriptionActive:
			h.State, h.Says, h.Who, h.Fix = Broken, stopped(sub), You, resume(sub)
		case e.Attempts > 0:
			h.State, h.Says, h.Who, h.Fix = Broken, refusedSoFar(sub, e), Receiver, testReceiver(sub)
		}
	}
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

// writesShown is how many writes of an order are shown, those that are settled counted from the newest.
const writesShown = 20

// writes says what became of what was written to an order, its refunds and notes.
func (t *Tracer) writes(ctx context.Context, st storage.Store, ref storage.Ref) ([]Hop, error) {
	notes := storage.Ref{Resource: storage.OrderNotes}
	subjects := []string{storage.SubjectOf(ref, 0), storage.SubjectOf(notes, ref.ID)}
	all, err := t.db.Writes(ctx, storage.WriteQuery{StoreID: st.ID, Subjects: subjects, Limit: writesShown})
	if err != nil {
		return nil, err
	}
	var hops []Hop
	for i := len(all) - 1; i >= 0; i-- {
		hops = append(hops, writeHop(all[i]))
	}
	return hops, nil
}

func writeHop(w storage.Write) Hop {
	h := Hop{Link: Write, Name: w.ID, State: Waiting, At: w.AcceptedAt, Says: wrote(w), Who: Nobody}
	switch w.State {
	case storage.WriteDone:
		h.State, h.At, h.Who = Done, w.DoneAt, ""
	case storage.WriteDiscarded:
		h.State, h.Who = Skipped, ""
	case storage.WriteParked, storage.WriteRejected:
		h.State, h.Who, h.Fix = Broken, You, seeWrite(w)
	case storage.WriteUnknown, storage.WritePending, storage.WriteSending:
	}
	return h
}

// behind says whether what happened in a shop lately is in its mirror.
func behind(st storage.Store, s follow.Standing, now time.Time) Hop {
	h := Hop{Link: Current, State: Done, At: s.CurrentAt, Says: currentAsOf()}
	age, whole := s.Age(now)
	switch {
	case st.Paused:
		h.State, h.Says, h.Who, h.Fix = Broken, shopPaused(st), You, resumeShop(st)
	case s.Problem != nil && s.Stuck(st.Facts.Diagnosis):
		h.State, h.Says, h.Who, h.Fix = Broken, shopRefuses(s), You, examine(st)
		if s.Problem.Code == problem.StoreBlocked {
			h.Who = Host
		}
	case s.Problem != nil:
		h.State, h.Says, h.Who = Waiting, shopFailed(s), Nobody
	case !whole:
		h.State, h.Says, h.Who = Waiting, firstCopy(), Nobody
	case !s.Followed && age > lateAfter:
		h.State, h.Says, h.Who, h.Fix = Broken, nobodyFollows(age), You, syncNow(st)
	case age > lateAfter:
		h.State, h.Says, h.Who = Waiting, late(age), Nobody
	case s.Marked > 0:
		h.Says = marked(s.Marked)
	}
	return h
}

// lateAfter is how old a mirror may be before what it does not show counts as missing.
const lateAfter = 15 * time.Minute
