package sqlite

import (
	"context"
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const (
	ofMark  = ` WHERE store_id = ? AND resource = ? AND id = ? AND parent_id = ?`
	addMark = `INSERT INTO marks (store_id, resource, id, parent_id, reason, attempts, not_before)
		VALUES (?, ?, ?, ?, ?, 0, ?) ON CONFLICT (store_id, resource, id, parent_id) DO UPDATE SET renewed = renewed + 1,
			not_before = CASE attempts WHEN 0 THEN min(not_before, excluded.not_before) ELSE not_before END`
)

// HeldMarks returns those of the given marks that exist, as they are now.
func (t *Tx) HeldMarks(ctx context.Context, storeID int64, marks []storage.Mark) ([]storage.Mark, error) {
	var held []storage.Mark
	for _, m := range marks {
		now := storage.Mark{Resource: m.Resource, ID: m.ID, ParentID: m.ParentID}
		var notBefore string
		found, err := t.row(ctx, `SELECT reason, attempts, renewed, not_before FROM marks`+ofMark,
			[]any{storeID, string(m.Resource), m.ID, m.ParentID}, &now.Reason, &now.Attempts, &now.Renewed, &notBefore)
		if err != nil {
			return nil, fmt.Errorf("sqlite: store %d: read mark: %w", storeID, err)
		}
		if found {
			now.NotBefore = column.ParseOurDate(notBefore)
			held = append(held, now)
		}
	}
	return held, nil
}

// AddMarks adds marks. Existing ones are renewed.
func (t *Tx) AddMarks(ctx context.Context, storeID int64, marks []storage.Mark) error {
	for _, m := range marks {
		_, err := t.exec(ctx, addMark, storeID, string(m.Resource), m.ID, m.ParentID, m.Reason,
			column.OurDate(m.NotBefore))
		if err != nil {
			return fmt.Errorf("sqlite: store %d: mark: %w", storeID, err)
		}
	}
	return nil
}

// DropMarks removes marks, except those that were renewed since they were read.
func (t *Tx) DropMarks(ctx context.Context, storeID int64, marks []storage.Mark) error {
	for _, m := range marks {
		_, err := t.exec(ctx, `DELETE FROM marks`+ofMark+` AND renewed <= ?`,
			storeID, string(m.Resource), m.ID, m.ParentID, m.Renewed)
		if err != nil {
			return fmt.Errorf("sqlite: store %d: remove mark: %w", storeID, err)
		}
	}
	return nil
}

// FailMarks delays marks to their NotBefore, with one attempt more.
func (t *Tx) FailMarks(ctx context.Context, storeID int64, marks []storage.Mark) error {
	for _, m := range marks {
		_, err := t.exec(ctx, `UPDATE marks SET attempts = attempts + 1, not_before = ?, reason = ?`+ofMark,
			column.OurDate(m.NotBefore), m.Reason, storeID, string(m.Resource), m.ID, m.ParentID)
		if err != nil {
			return fmt.Errorf("sqlite: store %d: put mark off: %w", storeID, err)
		}
	}
	return nil
}

// OutdateMarks counts an attempt on each mark of a record.
func (t *Tx) OutdateMarks(ctx context.Context, storeID int64, ref storage.Ref) error {
	_, err := t.exec(ctx, `UPDATE marks SET attempts = attempts + 1 WHERE store_id = ? AND resource = ? AND id = ?`,
		storeID, string(ref.Resource), ref.ID)
	return err
}
