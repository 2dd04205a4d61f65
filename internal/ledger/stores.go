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

// ChangeStore changes what is kept of a store: change gets it as it is at that moment and keeps everybody else from
// changing it meanwhile, so that two who learn different things of a store both keep theirs. What change does with the
// transaction is kept or undone together with it: a store that is resumed is woken. It must not keep tx. The store
// comes back as it is then.
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
// written, its key, its turns. From the first moment nothing finds it any more; what takes long goes in pieces.
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
