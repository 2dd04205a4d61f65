package inbox

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/storage"
)

// Taken says what the webhooks of a store brought, after their records were marked.
type Taken struct {
	// Wakes counts how often webhooks woke the store.
	Wakes int64
	// Unnamed says that a webhook named no record, so that everything has to be polled.
	Unnamed bool
}

// takenAtOnce is how many deliveries one transaction handles.
const takenAtOnce = 1000

// markReason is the reason of a mark that a webhook has set, for people.
const markReason = "the store sent a webhook about it"

// Take marks the records that a store's webhooks have named, so that they are read. It is cheap when none have come.
func Take(ctx context.Context, db storage.Database, storeID int64) (all Taken, err error) {
	h, err := db.Hook(ctx, storeID)
	if errors.Is(err, storage.ErrNotFound) || err == nil && h.Wakes == 0 {
		return all, nil
	}
	for n := takenAtOnce; err == nil && n == takenAtOnce; {
		var t Taken
		t, n, err = takeSome(ctx, db, storeID)
		all.Wakes += t.Wakes
		all.Unnamed = all.Unnamed || t.Unnamed
	}
	if errors.Is(err, storage.ErrNotFound) {
		err = nil // the store went meanwhile
	}
	return all, err
}

func takeSome(ctx context.Context, db storage.Database, storeID int64) (t Taken, n int, err error) {
	err = db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		t = Taken{}
		if _, err := tx.LockStore(ctx, storeID); err != nil {
			return err
		}
		// The hook is read first: the deliveries that it counts are then in the table.
		h, err := tx.LockHook(ctx, storeID)
		if err != nil {
			return err
		}
		deliveries, err := tx.TakeDeliveries(ctx, storeID, takenAtOnce)
		if err != nil {
			return err
		}
		n, t.Wakes = len(deliveries), h.Wakes
		marks := make([]storage.Mark, 0, n)
		seen := map[storage.Mark]bool{}
		for _, d := range deliveries {
			if d.ID == 0 {
				t.Unnamed = true
				continue
			}
			m := storage.Mark{Resource: d.Resource, ID: d.ID, ParentID: d.ParentID, Reason: markReason}
			if !seen[m] {
				seen[m] = true
				marks = append(marks, m)
			}
		}
		if err := tx.AddMarks(ctx, storeID, marks); err != nil {
			return err
		}
		return tx.NoteHook(ctx, storeID, storage.HookNote{Wakes: -h.Wakes})
	})
	return t, n, err
}
