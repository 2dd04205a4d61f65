package service

import (
	"context"
	"errors"
	"iter"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Records lists mirrored records.
func (r *Reader) Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error] {
	return r.db.Records(ctx, q)
}

// CountRecords counts what Records would list, its limit aside.
func (r *Reader) CountRecords(ctx context.Context, q storage.Query) (int, error) {
	return r.db.CountRecords(ctx, q)
}

// Record gives one mirrored record.
func (r *Reader) Record(ctx context.Context, st storage.Store, ref storage.Ref) (storage.Record, error) {
	record, err := r.db.Record(ctx, st.ID, ref)
	if errors.Is(err, storage.ErrNotFound) {
		return record, problem.Wrap(problem.RecordNotFound, err, "the mirror of %s holds no %s", st.Name, ref).
			Next("If it is new on the store, run: waybill sync %s --once", st.Name)
	}
	return record, err
}

// Changes lists what was observed to change, in order.
func (r *Reader) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	return r.db.Changes(ctx, q)
}

// Query answers an SQL statement that only reads, up to limit rows.
func (r *Reader) Query(ctx context.Context, statement string, limit int) (storage.Rows, error) {
	return r.db.Query(ctx, statement, limit)
}
