package feed

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
)

// heard is what answers said about who has what, and what is expected of now on. It is written down with what became of
// the events, so that a kill between the two loses neither.
type heard struct {
	expected, given []storage.Receipt
	// gone are records that were deleted in the shop: nobody need have them any more.
	gone []storage.Ref
}

// hear reads the receipts in answers. Records other than that of the event are looked up: what no mirror has ever held
// is left out, so that a receiver cannot fill the database.
func (l *lane) hear(ctx context.Context, came []attempt, now time.Time) (h heard, err error) {
	by := receipts.Subscription(l.sub)
	var own []receipts.Outcome
	var others []receipts.Given
	for _, a := range came {
		e := a.event
		if !a.answer.Taken() || e.ID <= 0 {
			continue
		}
		if e.Kind == storage.Deleted {
			h.gone = append(h.gone, e.Ref)
			continue
		}
		has, instead := false, ""
		for _, r := range a.answer.Receipts {
			g := receipts.Given{StoreID: l.store.ID, Ref: e.Ref, Reference: r.Reference, Seq: e.Seq}
			if r.ID == 0 || r.ID == e.ID {
				has, own = true, append(own, receipts.Outcome{Given: g, State: receipts.Kept})
				continue
			}
			g.Ref.ID, g.Seq = r.ID, 0
			others = append(others, g)
			instead = g.Ref.String()
		}
		if has {
			instead = ""
		}
		if l.sub.ReceiptWithin > 0 && e.Kind != storage.Trashed || instead != "" {
			h.expected = append(h.expected, storage.Receipt{StoreID: l.store.ID, Ref: e.Ref, SubscriptionID: l.sub.ID,
				Seq: e.Seq, SentAt: now, Instead: instead})
		}
	}
	judged, err := l.receipts.Judge(ctx, by, others)
	if err != nil {
		return h, err
	}
	h.given = receipts.Rows(by, append(judged, own...), now)
	return h, nil
}

// keep writes down what was heard.
func (h heard) keep(ctx context.Context, tx storage.Tx, subscriptionID, storeID int64) error {
	if len(h.expected) > 0 {
		if err := tx.ExpectReceipts(ctx, h.expected); err != nil {
			return err
		}
	}
	if len(h.given) > 0 {
		if err := tx.GiveReceipts(ctx, h.given); err != nil {
			return err
		}
	}
	if len(h.gone) > 0 {
		return tx.DropMissing(ctx, subscriptionID, storeID, h.gone)
	}
	return nil
}
