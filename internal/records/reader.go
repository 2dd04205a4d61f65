package records

import (
	"context"
	"errors"
	"iter"

	"github.com/waybillhq/waybill/internal/storage"
)

// Reader reads the mirrors of all stores. It is safe for concurrent use.
type Reader struct{ db storage.Reader }

// NewReader makes a Reader of a database that is only read.
func NewReader(db storage.Reader) *Reader { return &Reader{db} }

// Records lists mirrored records.
func (r *Reader) Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error] {
	return r.db.Records(ctx, q)
}

// CountRecords counts what Records would list without its limit.
func (r *Reader) CountRecords(ctx context.Context, q storage.Query) (int, error) {
	return r.db.CountRecords(ctx, q)
}

// Record returns one mirrored record.
func (r *Reader) Record(ctx context.Context, st storage.Store, ref storage.Ref) (storage.Record, error) {
	record, err := r.db.Record(ctx, st.ID, ref)
	if errors.Is(err, storage.ErrNotFound) {
		return record, noRecord(ref, st, err)
	}
	return record, err
}

// Query runs an SQL statement that only reads, and returns up to limit rows.
func (r *Reader) Query(ctx context.Context, statement string, limit int) (storage.Rows, error) {
	return r.db.Query(ctx, statement, limit)
}

// Counts returns how many records of a resource the mirror of a store holds.
func (r *Reader) Counts(ctx context.Context, storeID int64, resource storage.Resource) (storage.Count, error) {
	return r.db.Counts(ctx, storeID, resource)
}
