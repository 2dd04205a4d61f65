package ledger

import (
	"context"
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
)

// AddStore keeps a new store, and enters the given tasks for it into the calendar, in one transaction. The error is
// storage.ErrExists when the store's name or home is taken.
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

// ChangeStore changes what is kept of a store. change gets the store as it is at that moment, under the store's lock,
// so that two callers who change different fields both keep theirs. What change does through tx is kept or undone with
// the change; change must not keep tx. ChangeStore returns the store as it is afterwards.
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

// RemoveStore forgets a store with everything that was kept of it: its mirror, its writes, its key and its turns. No
// query finds the store from the first moment on; its data is then removed in pieces.
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
