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

// To tell what became of an update whose answer was lost, the outbox needs the record before the update. As a rule that
// is the version that the caller saw, from the mirror. Three kinds of updates use the record as read right before the
// first request instead: those without such a version, those that apply whatever is there, and changes of stock.
//
// Failure policy: an update whose answer was lost is sent again only where every value that it names is what it was
// before or what was asked for. Any other value may be the shop's reaction (a plugin moves an order on, or rounds a
// price), and sending again would have a double effect. A person then gets all three values to decide.

// keepBefore saves the present record for each update that has no version to be compared with. The record is on disk
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

// lostBetween returns the reason of an update that is not sent again although its answer was lost.
func lostBetween(w intent.Write, conflict *intent.Reason, current json.RawMessage) *intent.Reason {
	asked, err1 := document.Leaves(w.Body)
	before, err2 := document.RecordLeaves(w.Base)
	now, err3 := document.RecordLeaves(current)
	if err1 != nil || err2 != nil || err3 != nil {
		return conflict // cannot fail: both were parsed before
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
		intent.HowLost(w), w.Ref(), compare.Colons(reason.Fields), w.ID, w.RecordID)
	return &reason
}

// A record is recognised by more than its id: a shop that was put back to an earlier state uses ids again.
//
// Failure policy: a write whose record is certainly another one than the caller saw is parked for a person, whatever
// its policy. The check is impossible when the caller saw nothing of the record, or none of its members lasts.

// withoutReplaced takes out of a job the writes whose ids now belong to other records, and parks them.
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

// withoutStrangers takes out of a job the notes and refunds whose order is another one than was meant, and parks them.
// A refund remembers how its order stood before it was first sent. A person decides when its answer was lost, no such
// refund exists, and as much has been refunded since or the order was changed: a plugin may have merged it into another
// refund, or somebody may have deleted it. Writes for an order that is gone are left in the job, and the store refuses
// them.
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

// strangeOrder returns why a note or a refund is not sent to the order as it is now; nil when it may be sent.
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
				intent.HowLost(w), ref, before, now, w.ID)}
	}
	if w.Lost > 0 && compare.ChangedSince(w, order) {
		return &intent.Reason{Code: intent.CodeUncertain, Records: []int64{w.ParentID}, Theirs: order,
			Message: fmt.Sprintf(
				"%s, and nothing of it is there; but %s was changed since it was sent, as every refund does to its "+
					"order: it may have been made and deleted again, or somebody has edited the order. Nothing is "+
					"sent again. Look at the notes of the order, and at the payment. If it was made: ⟨discard %s⟩. If "+
					"not: ⟨retry %[3]s⟩ sends it anew", intent.HowLost(w), ref, w.ID)}
	}
	return nil
}

func readOrderIdentity(ctx context.Context, shop woo.Doer, id int64) (json.RawMessage, error) {
	answer, err := read(ctx, shop, woo.RouteOrders.Record(0, id),
		url.Values{"_fields": {compare.LifelongMembers(storage.Orders) + ",date_modified_gmt,refunds"}})
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// ofOrder says whether a write creates a note or a refund of an order.
func ofOrder(w intent.Write) bool {
	return w.Action == intent.Create && (w.Resource == storage.OrderNotes || w.Resource == storage.Refunds)
}
