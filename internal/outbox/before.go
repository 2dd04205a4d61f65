package outbox

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
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
