package trace

import (
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
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
	if len(changes) > 0 {
		by, err := t.noticed(ctx, st, order, changes[0])
		if err != nil {
			return c, err
		}
		c.Hops = append(c.Hops, by...)
	}
	c.Hops = append(c.Hops, copied(order, changes)...)
	c.Hops = append(c.Hops, behind(st, s, t.now()))
	told, err := t.told(ctx, q, st, order, changes)
	if err != nil {
		return c, err
	}
	c.Hops = append(c.Hops, told...)
	writes, err := t.writes(ctx, st, order.Ref)
	if err != nil {
		return c, err
	}
	c.Hops = append(c.Hops, writes...)
	c.judge()
	return c, nil
}

// told says who was told of an order: readers of the log, receivers, and what they say of it.
func (t *Tracer) told(
	ctx context.Context, q Question, st storage.Store, order storage.Record, changes []storage.Change,
) ([]Hop, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	last := changes[len(changes)-1]
	receipts, err := t.receipts(ctx, st, order.Ref)
	if err != nil {
		return nil, err
	}
	readers, err := t.consumers(ctx, q, st, last, receipts)
	if err != nil {
		return nil, err
	}
	receivers, err := t.subscriptions(ctx, q, st, order, last, receipts)
	return append(readers, receivers...), err
}

// copied says when an order came into the mirror, when it changed last, and what became of one that is gone.
func copied(order storage.Record, changes []storage.Change) []Hop {
	if len(changes) == 0 {
		return []Hop{{Link: Copied, State: Done, At: order.SeenAt, Says: heldWithoutChange()}}
	}
	first, last := changes[0], changes[len(changes)-1]
	hops := []Hop{{Link: Copied, State: Done, At: first.At, Seq: first.Seq, Says: cameAs(order, first)}}
	if first.Kind == storage.Deleted {
		hops[0].Says = changed(first, len(changes))
	}
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
		hops = append(hops, writeHop(st, all[i]))
	}
	return hops, nil
}

func writeHop(st storage.Store, w storage.Write) Hop {
	h := Hop{Link: Write, Name: w.ID, State: Waiting, At: w.AcceptedAt, Says: wrote(w), Who: Nobody, Until: w.NextAt}
	switch w.State {
	case storage.WriteDone:
		h.State, h.At, h.Who = Done, w.DoneAt, ""
	case storage.WriteDiscarded:
		h.State, h.Who = Skipped, ""
	case storage.WriteParked, storage.WriteRejected:
		h.State, h.Who, h.Fix, h.Remedy = Broken, You, decide, Remedy{Do: SeeWrite, Store: st.Name, Write: w.ID}
		if w.Reason != nil && (w.Reason.Status == http.StatusUnauthorized || w.Reason.Status == http.StatusForbidden) {
			// The store did not let the key write: what it lacks, the doctor finds out.
			h.Says, h.Fix = wrote(w)+mayNotWrite, findCause
			h.Remedy = Remedy{Do: ExamineStore, Store: st.Name}
		}
	case storage.WriteUnknown, storage.WritePending, storage.WriteSending:
	}
	if h.State != Waiting {
		h.Until = time.Time{}
	}
	return h
}
