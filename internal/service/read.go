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

// NamedChange is a change with the name of its store.
type NamedChange struct {
	storage.Change
	Store string
}

// changesAtOnce bounds the memory a long log needs.
const changesAtOnce = 1000

// EachChange visits changes in the order of their numbers, each once. With follow it waits for more until the context
// ends, which is no error then.
func (r *Reader) EachChange(
	ctx context.Context, q storage.ChangeQuery, follow bool, visit func(NamedChange) error,
) error {
	names := map[int64]string{}
	left := q.Limit
	for {
		q.Limit = changesAtOnce
		if left > 0 {
			q.Limit = min(left, changesAtOnce)
		}
		// Read before the changes: what comes in between is then seen now or ends the wait at once, and never falls
		// behind it.
		last, err := r.db.LastSeq(ctx)
		if err != nil {
			return r.endOfFollow(ctx, follow, err)
		}
		changes, err := r.db.Changes(ctx, q)
		if err != nil {
			return r.endOfFollow(ctx, follow, err)
		}
		for _, c := range changes {
			if names[c.StoreID] == "" {
				if names[c.StoreID], err = r.storeName(ctx, c.StoreID); err != nil {
					return err
				}
			}
			if err := visit(NamedChange{Change: c, Store: names[c.StoreID]}); err != nil {
				return err
			}
			q.After = c.Seq
		}
		if left > 0 {
			if left -= len(changes); left == 0 {
				return nil
			}
		}
		if len(changes) == q.Limit {
			continue
		}
		if !follow {
			return nil
		}
		// Changes of other stores and resources are behind us as well.
		if err := r.db.WaitChanges(ctx, max(q.After, last)); err != nil {
			return r.endOfFollow(ctx, follow, err)
		}
	}
}

// endOfFollow turns the end of a follower's context into no error: following is meant to end so.
func (r *Reader) endOfFollow(ctx context.Context, follow bool, err error) error {
	if ended := ctx.Err() != nil; follow && ended {
		err = nil
	}
	return err
}

func (r *Reader) storeName(ctx context.Context, id int64) (string, error) {
	st, err := r.db.Store(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		return "removed", nil
	}
	return st.Name, err
}

// LastChange is the number of the newest change of any store, 0 when there is none.
func (r *Reader) LastChange(ctx context.Context) (int64, error) { return r.db.LastSeq(ctx) }

// Counts is how many records of a resource the mirror of a store holds.
func (r *Reader) Counts(ctx context.Context, storeID int64, resource storage.Resource) (storage.Count, error) {
	return r.db.Counts(ctx, storeID, resource)
}
