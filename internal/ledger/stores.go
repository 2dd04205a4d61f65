package ledger

import (
	"context"
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
)

// AddStore keeps a new store, and enters the tasks that are to be done for it into the calendar. It fails with
// storage.ErrExists when its name or home is taken.
func AddStore(
	ctx context.Context, db storage.Database, s storage.Store, tasks ...storage.Task,
) (made storage.Store, err error) {
	err = db.Within(ctx, func(tx storage.Tx) error {
		if made, err = tx.CreateStore(ctx, s); err != nil {
			return err
		}
		for _, task := range tasks {
			if err := tx.Enroll(ctx, task, made.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return made, err
}

// ChangeStore changes what is kept of a store: change gets the store as it is at that moment, and nobody else changes
// the store meanwhile, so that two who learn different things of it both keep theirs. What change does by tx (waking a
// store that is resumed) is kept or undone with the change; change must not keep tx. The store is returned as it is
// afterwards.
func ChangeStore(
	ctx context.Context, db storage.Database, id int64, change func(tx storage.Tx, st *storage.Store) error,
) (st storage.Store, err error) {
	err = db.Within(ctx, func(tx storage.Tx) error {
		if st, err = tx.LockStore(ctx, id); err != nil {
			return err
		}
		if err := change(tx, &st); err != nil {
			return err
		}
		if err := tx.SaveStore(ctx, st); err != nil {
			return err
		}
		st, err = tx.LockStore(ctx, id)
		return err
	})
	return st, err
}

// RemoveStore forgets a store with everything that was kept of it: what was mirrored and observed, what was to be
// written, its key, its turns. Nothing finds the store from the first moment on; its data is then removed in pieces.
func RemoveStore(ctx context.Context, db storage.Database, id int64) error {
	err := db.Within(ctx, func(tx storage.Tx) error {
		if _, err := tx.LockStore(ctx, id); err != nil {
			return err
		}
		return tx.RemoveStore(ctx, id)
	})
	if err != nil {
		return fmt.Errorf("remove store %d: %w", id, err)
	}
	return db.RemoveLeftovers(ctx)
}
