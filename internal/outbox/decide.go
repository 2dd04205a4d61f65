package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
)

// Retry sends a rejected or parked write again, with another body or policy if given. A write that may be in effect is
// looked for first. The error is a *NotWaiting when the write is in another state, or is edited while it may be in
// effect.
func (b *Outbox) Retry(
	ctx context.Context, id string, body []byte, policy intent.Policy, allowed ...string,
) (intent.Write, error) {
	return b.repo.ChangeWrite(ctx, id, func(w *intent.Write) error {
		if w.State != intent.Rejected && w.State != intent.Parked {
			return &NotWaiting{ID: id, State: w.State, Asked: "retried"}
		}
		lost := w.State == intent.Parked && w.Reason != nil && (mayBeInEffect[w.Reason.Code] || w.Reason.Doubt)
		if lost && w.Reason.Code == intent.CodeRestored && w.Action == intent.Create && w.Floor == intent.NoFloor {
			lost = false // floor.go looks for its record by content and time before it is sent
		}
		restored := w.Reason != nil && w.Reason.Code == intent.CodeRestored
		between := w.Reason != nil && w.Reason.Code == intent.CodeConflict && w.Lost > 0
		if lost && body != nil {
			// The write may be in effect in its old form. It can be edited only when it certainly is not.
			return &NotWaiting{ID: id, State: w.State,
				Asked: "edited before it is known what became of it: retry it as it is, or discard it"}
		}
		if w.Reason != nil && (w.Reason.Code == intent.CodeConflict || ofOrder(*w)) && w.Reason.Theirs != nil {
			w.Base = w.Reason.Theirs // the person has seen both versions
		}
		if body != nil {
			w.Body = body
		}
		w.Allowed = append(w.Allowed, allowed...)
		if policy != "" {
			w.Policy = policy
		}
		if policy == intent.CallerWins && w.Action == intent.Update && !intent.AddsStock(*w) {
			w.Base = nil // the update applies whatever is there
		}
		if body != nil {
			w.Asked = nil
			if fields := validate.Check(*w); len(fields) > 0 {
				return &Invalid{Key: w.Key, Fields: fields}
			}
		}
		if w.Reason != nil && (w.Reason.Code == intent.CodeUncertain || !lost && w.Action == intent.Create) {
			// The person says that none of the records shown is this write's, or wants another one in place of the one
			// that the store took back.
			disown(w)
			w.SentAt = b.opts.Now().UTC() // earlier changes have been looked at: see merged.go
		}
		// A create that was sent before is looked for by its mark, whatever the answer said.
		proof := !lost && body == nil && w.Action == intent.Create && w.Attempts > 0 && w.Floor != intent.NoFloor &&
			intent.Targets[w.Resource].Recognised == intent.ByMeta
		// A write whose fate is not certain is looked for once more before it is sent.
		w.State, w.Attempts, w.Lost, w.NextAt, w.DoneAt, w.Reason = intent.Pending, 0, 0, b.opts.Now().
			UTC(), time.Time{}, nil
		if lost || proof {
			w.State = intent.Unknown
			w.Reason = &intent.Reason{Code: intent.CodeNoAnswer, Over: true, Restored: restored,
				Message: "retried by a person: it is looked for before it is sent"}
		}
		if lost || between {
			// The write counts as lost once, so that its floor stays and its lines are left out. No request of it is
			// under way any more.
			w.Lost = 1
		}
		return nil
	})
}

// mayBeInEffect are the reasons of parked writes that may be in effect.
var mayBeInEffect = map[string]bool{intent.CodeTooManyTries: true, intent.CodeUncertain: true, intent.CodeHalf: true,
	intent.CodeVanished: true, intent.CodeDoubled: true, intent.CodeContradicted: true, intent.CodeRestored: true}

// disown raises the floor of a write above the records that a person has said are not its own. The write is parked, so
// no request of it is under way. A record that it makes from now on has a higher id.
func disown(w *intent.Write) {
	if w.Action == intent.Create {
		for _, id := range w.Reason.Records {
			w.Floor = max(w.Floor, id)
		}
		return
	}
	w.Floor = max(w.Floor, compare.HighestLine(w.Reason.Theirs))
	if w.Action == intent.Update && w.Reason.Theirs != nil {
		w.Base = w.Reason.Theirs // the person has seen what it shows
	}
}

// Adopt records a person's decision which record a parked write has made, or that an update is in effect. The error is
// an *Invalid for a record that cannot be the write's: another write is known to have made it, or it belongs to another
// order or product.
func (b *Outbox) Adopt(ctx context.Context, id string, recordID int64) (intent.Write, error) {
	if err := b.cannotBe(ctx, id, recordID); err != nil {
		return intent.Write{}, err
	}
	unpaid, err := b.notPaidBack(ctx, id, recordID)
	if err != nil {
		return intent.Write{}, err
	}
	return b.repo.ChangeWrite(ctx, id, func(w *intent.Write) error {
		if w.State != intent.Parked || w.Reason == nil || w.Action == intent.Delete ||
			!mayBeInEffect[w.Reason.Code] && (w.Reason.Code != intent.CodeConflict || w.Lost == 0) {
			return &NotWaiting{ID: id, State: w.State,
				Asked: "said to be in effect: only a parked write whose outcome is not known can be"}
		}
		if recordID <= 0 || w.RecordID != 0 && w.RecordID != recordID {
			return &Invalid{Key: w.Key,
				Fields: []intent.FieldError{{Field: "id", Message: fmt.Sprintf("%d is not the record of this write",
					recordID)}}}
		}
		w.State, w.RecordID, w.DoneAt = intent.Done, recordID, b.opts.Now().UTC()
		w.Reason = &intent.Reason{Code: intent.CodeAdopted, Records: []int64{recordID}, Fields: unpaid,
			Message: fmt.Sprintf("a person said that %s is it", w.Ref())}
		for _, f := range unpaid {
			w.Reason.Message += "; " + f.Message
		}
		return nil
	})
}

// notPaidBack returns what a person must settle about money before adopting a record that the shop shows as not paid,
// for a refund that was to be paid back. WooCommerce notes a payment after the gateway has made it. The money may have
// been paid without a note, and only the gateway can tell.
func (b *Outbox) notPaidBack(ctx context.Context, id string, recordID int64) ([]intent.FieldError, error) {
	w, err := b.repo.WriteByID(ctx, id)
	if err != nil || !paysBack(w) || w.Reason == nil {
		return nil, err // ChangeWrite reports the fault
	}
	record := w.Reason.Theirs
	if compare.ID(record) != recordID {
		known, err := b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: w.Resource, ID: recordID})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return nil, err
		}
		record = known.Raw
	}
	o, err := document.Parse(record)
	if err == nil && string(o["refunded_payment"]) == "true" {
		return nil, nil
	}
	return []intent.FieldError{{Field: "api_refund", Message: fmt.Sprintf("it was to pay the money back, and the shop "+
		"does not show that refunds/%d did: look into the payment gateway, and pay it back there if it is missing",
		recordID)}}, nil
}

// cannotBe says why a record cannot be the one that a create has made. It does not ask the store. A parked create names
// the records that could be its own. For records below a parent only these are known to have the right parent.
func (b *Outbox) cannotBe(ctx context.Context, id string, recordID int64) error {
	w, err := b.repo.WriteByID(ctx, id)
	if err != nil || w.Action != intent.Create || w.State != intent.Parked || w.Reason == nil {
		return err // ChangeWrite reports the fault
	}
	invalid := func(format string, args ...any) error {
		return &Invalid{Key: w.Key, Fields: []intent.FieldError{{Field: "id", Message: fmt.Sprintf(format, args...)}}}
	}
	made, err := b.repo.MadeBy(ctx, w.StoreID, w.Resource, []int64{recordID})
	if err != nil {
		return err
	}
	if by, taken := made[recordID]; taken && by != w.ID {
		return invalid("%s/%d is the record of another write, %s", w.Resource, recordID, by)
	}
	if w.ParentID != 0 && len(w.Reason.Records) > 0 && !slices.Contains(w.Reason.Records, recordID) {
		return invalid("%s/%d is none of those that were seen to belong to %d and could be it: %s", w.Resource,
			recordID, w.ParentID, idList(w.Resource, w.Reason.Records))
	}
	return nil
}

// Discard ends a write that shall not be sent. The error is a *NotWaiting for a write that may be under way.
func (b *Outbox) Discard(ctx context.Context, id string) (intent.Write, error) {
	return b.repo.ChangeWrite(ctx, id, func(w *intent.Write) error {
		if w.State != intent.Rejected && w.State != intent.Parked && w.State != intent.Pending {
			return &NotWaiting{ID: id, State: w.State, Asked: "discarded"}
		}
		w.State, w.DoneAt = intent.Discarded, b.opts.Now().UTC()
		if w.Reason == nil {
			w.Reason = &intent.Reason{Code: intent.CodeDiscarded, Message: "discarded by a person before it was sent"}
		}
		return nil
	})
}
