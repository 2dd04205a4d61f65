package ledger

import (
	"context"

	"github.com/waybillhq/waybill/internal/ledger/internal/origin"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// SettleWrites stores the outcomes of writes together with their effects on the mirror, in one transaction. The error
// is storage.ErrFenced when the claim is not the newest one.
func (l *Ledger) SettleWrites(ctx context.Context, claim storage.Claim, settled []outbox.Settlement) error {
	return l.Within(ctx, func(tx storage.Tx) error {
		kept, err := fenceOutbox(ctx, tx, claim)
		if err != nil {
			return err
		}
		kept.SettledAt = tx.Now()
		if err := tx.SaveOutbox(ctx, kept); err != nil {
			return err
		}
		writes := make([]storage.Write, len(settled))
		for i, s := range settled {
			writes[i] = s.Write
		}
		if err := tx.SaveWrites(ctx, writes); err != nil {
			return err
		}
		var noted entries
		for _, s := range settled {
			for _, e := range s.Effects {
				if err := applyEffect(ctx, tx, s.Write, e, &noted); err != nil {
					return err
				}
			}
		}
		_, err = noted.log(ctx, tx)
		return err
	})
}

// children are the kinds of records that are deleted for good together with their parent.
var children = map[storage.Resource][]storage.Resource{
	storage.Orders:   {storage.Refunds, storage.OrderNotes, storage.Fulfillments},
	storage.Products: {storage.Variations},
}

// applyEffect applies the effect of a write to the mirror. The part of the difference that the write made is marked as
// Waybill's own: a two-way integration must not take its own write for a foreign one, nor a foreign edit for its own.
func applyEffect(ctx context.Context, tx storage.Tx, w storage.Write, e outbox.Effect, noted *entries) error {
	// A reading under way for a mark of the record is too early as well.
	if err := tx.OutdateMarks(ctx, w.StoreID, e.Ref); err != nil {
		return err
	}
	before, err := heldRecord(ctx, tx, w.StoreID, e.Ref)
	if err != nil {
		return err
	}
	var batch storage.Batch
	if batch.Marks, err = follows(ctx, tx, w.StoreID, e, before); err != nil {
		return err
	}
	var record storage.Record
	if e.Raw == nil {
		if batch.Gone, err = withChildren(ctx, tx, w.StoreID, e.Ref); err != nil {
			return err
		}
	} else {
		if record, err = storage.ParseRecord(e.Ref.Resource, e.ParentID, e.Raw); err != nil {
			return err
		}
		entry := origin.Enters(w, record, storage.Held{Modified: before.Modified, SeenAt: before.SeenAt})
		if entry.Again {
			batch.Marks = append(batch.Marks, origin.ReadAgain(e.Ref, e.ParentID))
		}
		if entry.Take {
			batch.Records = []storage.Record{record}
		}
	}
	applied, err := apply(ctx, tx, w.StoreID, &batch, origin.Facts{Settling: &w}, noted)
	if err == nil && applied.Created > 0 && origin.EditedSince(w, e.Raw) {
		*noted = append(*noted, origin.Edited(w, record, tx.Now()))
	}
	return err
}

// heldRecord returns what the mirror holds of a record; the zero value when it holds nothing.
func heldRecord(ctx context.Context, tx storage.Tx, storeID int64, ref storage.Ref) (storage.Record, error) {
	held, err := tx.HeldRecords(ctx, storeID, []storage.Ref{ref})
	return held[ref], err
}

// follows returns marks for what has to be read again because a record enters the mirror outside a pull.
func follows(
	ctx context.Context, tx storage.Tx, storeID int64, e outbox.Effect, before storage.Record,
) ([]storage.Mark, error) {
	if before.Raw != nil && e.Raw != nil && storage.SameContent(e.Ref.Resource, before.Raw, e.Raw) {
		return nil, nil
	}
	return mirror.Follows(e.Ref, e.ParentID, before.Raw, e.Raw, mirror.Holdings{
		Coupons: func(code string) ([]storage.Record, error) { return tx.CouponsByCode(ctx, storeID, code) },
		Refunds: func(order int64) ([]storage.Ref, error) {
			return tx.HeldChildren(ctx, storeID, storage.Refunds, order)
		},
	})
}

// withChildren lists everything that belongs to a record, and then the record itself.
func withChildren(ctx context.Context, tx storage.Tx, storeID int64, ref storage.Ref) ([]storage.Ref, error) {
	var gone []storage.Ref
	for _, resource := range children[ref.Resource] {
		held, err := tx.HeldChildren(ctx, storeID, resource, ref.ID)
		if err != nil {
			return nil, err
		}
		gone = append(gone, held...)
	}
	return append(gone, ref), nil
}

// ObserveRecords enters into the mirror the records that were read before a write. A reading is left out where the
// mirror has a newer one. The error is storage.ErrFenced when the claim is not the newest one.
func (l *Ledger) ObserveRecords(ctx context.Context, claim storage.Claim, seen []outbox.Effect) error {
	return l.WithinRelaxed(ctx, func(tx storage.Tx) error {
		if _, err := fenceOutbox(ctx, tx, claim); err != nil {
			return err
		}
		var batch storage.Batch
		for _, e := range seen {
			record, err := storage.ParseRecord(e.Ref.Resource, e.ParentID, e.Raw)
			if err != nil {
				return err
			}
			before, err := heldRecord(ctx, tx, claim.StoreID, e.Ref)
			if err != nil {
				return err
			}
			if origin.Newer(storage.Held{Modified: before.Modified}, record) {
				continue
			}
			marks, err := follows(ctx, tx, claim.StoreID, e, before)
			if err != nil {
				return err
			}
			batch.Records, batch.Marks = append(batch.Records, record), append(batch.Marks, marks...)
		}
		// The writes to one record follow each other, so the reading came after our last write to the record.
		var noted entries
		if _, err := apply(ctx, tx, claim.StoreID, &batch, origin.Facts{Fresh: true}, &noted); err != nil {
			return err
		}
		_, err := noted.log(ctx, tx)
		return err
	})
}
