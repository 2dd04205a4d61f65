package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// What became of an update whose answer was lost is told by what the record was before it was sent. The caller's
// version tells it, the mirror's as a rule. Where there is none, where the caller wants his values whatever is there,
// and of a change of stock, it is the record as it is read right before the first request.
//
// Failure policy: an update whose answer was lost is sent again only where every value that it names is what it was
// before or what was asked for. Anything else may be what the shop made of it (a plugin moves an order on, rounds a
// price), and sending it again would do it twice: a person sees all three values.

// keepBefore keeps the record as it is now for each update that has no version to be held against. The disk has it
// before anything is sent.
func (b *Outbox) keepBefore(ctx context.Context, claim storage.Claim, j job, current map[int64]json.RawMessage) error {
	var kept []Settlement
	for i := range j.writes {
		w := &j.writes[i]
		record := current[w.RecordID]
		switch {
		case record == nil:
			continue
		case intent.AddsStock(*w):
		case w.Base == nil, w.Policy == intent.CallerWins && w.Lost == 0:
			b.mu.Lock()
			b.seen[w.ID] = w.Base
			b.mu.Unlock()
		default:
			continue
		}
		w.Base = record
		kept = append(kept, Settlement{Write: *w})
	}
	if len(kept) == 0 {
		return nil
	}
	return b.repo.SettleWrites(ctx, claim, kept)
}

// lostBetween is the reason of an update that is not sent again although its answer was lost.
func lostBetween(w intent.Write, conflict *intent.Reason, current json.RawMessage) *intent.Reason {
	asked, err1 := document.Leaves(w.Body)
	before, err2 := document.RecordLeaves(w.Base)
	now, err3 := document.RecordLeaves(current)
	if err1 != nil || err2 != nil || err3 != nil {
		return conflict // taken apart a moment ago
	}
	reason := *conflict
	reason.Fields = make([]intent.FieldError, len(conflict.Fields))
	for i, f := range conflict.Fields {
		reason.Fields[i] = f
		if wanted, named := asked[f.Field]; named {
			reason.Fields[i].Message = fmt.Sprintf("was %s before, %s was asked for, and it is %s now",
				compare.Shown(before[f.Field]), compare.Shown(wanted), compare.Shown(now[f.Field]))
		}
	}
	reason.Message = fmt.Sprintf("%s, and %s is neither as it was before nor as it was asked for "+
		"(%s): nothing is sent again. If the shop made this of it: ⟨adopt %s %d⟩. If not: "+
		"⟨retry %[4]s⟩ sends it over what is there; ⟨discard %[4]s⟩ drops it",
		howLost(w), w.Ref(), compare.Colons(reason.Fields), w.ID, w.RecordID)
	return &reason
}

// What a write is about is known by more than its id: a shop that was put back to an earlier state gives ids out again.
//
// Failure policy: a write whose record is certainly another one than the caller saw is a person's, whatever its policy.
// Where nothing was seen of the record, or nothing of it lasts, nobody can tell.

// withoutReplaced takes the writes out of a job whose records are others than those that were meant.
func withoutReplaced(j *job, current map[int64]json.RawMessage) (parked []Settlement) {
	var left []intent.Write
	for _, w := range j.writes {
		if fields := compare.Replaced(w.Resource, w.Base, current[w.RecordID]); len(fields) > 0 {
			w.State, w.Reason = intent.Parked, compare.AnotherRecord(w.Ref(), fields, current[w.RecordID])
			parked = append(parked, Settlement{Write: w})
			continue
		}
		left = append(left, w)
	}
	j.writes = left
	return parked
}

// withoutStrangers takes the notes and refunds out of a job whose order is another one than was meant. A refund keeps
// what had been refunded before it was first sent. When its answer was lost, nothing of it is there, and as much has
// been refunded since, a person decides: something may have merged it into another refund. An order that is gone is for
// the store to refuse.
func withoutStrangers(ctx context.Context, shop woo.Doer, j *job) (parked []Settlement, failed error) {
	orders := map[int64]json.RawMessage{}
	var left []intent.Write
	for _, w := range j.writes {
		if !ofOrder(w) || w.Base == nil && w.Resource != storage.Refunds {
			left = append(left, w)
			continue
		}
		order, read := orders[w.ParentID]
		if !read {
			answer, err := readOrderIdentity(ctx, shop, w.ParentID)
			if err != nil && !isGone(err) {
				return nil, err
			}
			if err == nil {
				order = answer
			}
			orders[w.ParentID] = order
		}
		if reason := strangeOrder(w, order); reason != nil {
			w.State, w.Reason = intent.Parked, reason
			parked = append(parked, Settlement{Write: w})
			continue
		}
		if w.Resource == storage.Refunds && w.Lost == 0 && order != nil {
			w.Base = order
		}
		left = append(left, w)
	}
	j.writes = left
	return parked, nil
}

// strangeOrder is why a note or a refund is not sent to an order as it is now; nil when nothing speaks against it.
func strangeOrder(w intent.Write, order json.RawMessage) *intent.Reason {
	ref := storage.Ref{Resource: storage.Orders, ID: w.ParentID}
	if fields := compare.Replaced(storage.Orders, w.Base, order); len(fields) > 0 {
		return compare.AnotherRecord(ref, fields, order)
	}
	if before, now, risen := compare.RefundedSince(w, order); w.Lost > 0 && risen {
		return &intent.Reason{Code: intent.CodeUncertain, Records: []int64{w.ParentID}, Theirs: order,
			Message: fmt.Sprintf(
				"%s, and nothing of it is there; but of %s %s had been refunded before it was sent, and %s is now: "+
					"something on the store may have merged it into another refund. Nothing is sent again. Look at "+
					"the refunds of the order. If it is in one of them: ⟨discard %s⟩. If not: ⟨retry %[5]s⟩ sends "+
					"it anew",
				howLost(w), ref, before, now, w.ID)}
	}
	return nil
}

func readOrderIdentity(ctx context.Context, shop woo.Doer, id int64) (json.RawMessage, error) {
	answer, err := read(ctx, shop, woo.RouteOrders.Record(0, id),
		url.Values{"_fields": {compare.LifelongMembers(storage.Orders) + ",refunds"}})
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// ofOrder says whether a write makes a note or a refund of an order.
func ofOrder(w intent.Write) bool {
	return w.Action == intent.Create && (w.Resource == storage.OrderNotes || w.Resource == storage.Refunds)
}
