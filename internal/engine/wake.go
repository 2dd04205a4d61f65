package engine

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/storage"
)

// Enroll puts a store into the calendar with every task, due now, as part of a transaction: the store is worked on if
// and only if the transaction commits. Tasks that it is enrolled in already stay as they are.
//
// Waking ([storage.CalendarTx.Wake]) and removing are the calendar's own: a running engine, in whatever process, hears
// from the database what is due.
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
