package engine

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/storage"
)

// Enroll enters a store into the calendar with every task, due now, as part of a transaction. Tasks that the store is
// enrolled in already stay as they are.
//
// To wake or remove a store use the calendar itself ([storage.CalendarTx]). The database tells running engines of every
// process what is due.
func Enroll(ctx context.Context, tx storage.Tx, storeID int64) error {
	for _, task := range Every {
		if err := tx.Enroll(ctx, task, storeID); err != nil {
			return err
		}
	}
	return nil
}

// WakeAll makes every task of a store due now, as part of a transaction.
func WakeAll(ctx context.Context, tx storage.Tx, storeID int64) error {
	for _, task := range Every {
		if err := tx.Wake(ctx, task, storeID); err != nil {
			return err
		}
	}
	return nil
}

func isNotFound(err error) bool { return errors.Is(err, storage.ErrNotFound) }
