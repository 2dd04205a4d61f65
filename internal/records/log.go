package records

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Log reads what was observed to change, of all stores. It is safe for concurrent use.
type Log struct{ db storage.Reader }

// NewLog makes a Log of a database that is only looked at.
func NewLog(db storage.Reader) *Log { return &Log{db} }

// Changes lists observed changes, lowest sequence number first.
func (l *Log) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	return l.db.Changes(ctx, q)
}

// LastChange is the number of the newest change of any store, 0 when there is none.
func (l *Log) LastChange(ctx context.Context) (int64, error) { return l.db.LastSeq(ctx) }

// ChangeBefore is the number of the last change before the first that was observed at a time or later; the newest when
// there is none since.
func (l *Log) ChangeBefore(ctx context.Context, at time.Time) (int64, error) {
	// Dates are text; one without its fraction and zone comes before all of its second.
	rows, err := l.db.Query(ctx, "SELECT MIN(seq) FROM changes WHERE at >= '"+
		at.UTC().Format("2006-01-02T15:04:05")+"'", 1)
	if err != nil {
		return 0, err
	}
	if first, ok := rows.Values[0][0].(int64); ok {
		return first - 1, nil
	}
	return l.db.LastSeq(ctx)
}

// Wait returns when the log may hold a change of any store with a number greater than after, or with the context's
// error. It may return early.
func (l *Log) Wait(ctx context.Context, after int64) error { return l.db.WaitChanges(ctx, after) }

// NamedChange is a change with the name of its store.
type NamedChange struct {
	storage.Change
	Store string
}

// changesAtOnce bounds the memory a long log needs.
const changesAtOnce = 1000

// EachChange visits changes in the order of their numbers, each once. With follow it waits for more until the context
// ends, which is no error then.
func (l *Log) EachChange(
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
		last, err := l.db.LastSeq(ctx)
		if err != nil {
			return l.endOfFollow(ctx, follow, err)
		}
		changes, err := l.db.Changes(ctx, q)
		if err != nil {
			return l.endOfFollow(ctx, follow, err)
		}
		for _, c := range changes {
			if names[c.StoreID] == "" {
				if names[c.StoreID], err = l.storeName(ctx, c.StoreID); err != nil {
					return l.endOfFollow(ctx, follow, err)
				}
			}
			if err := visit(NamedChange{Change: c, Store: names[c.StoreID]}); err != nil {
				return l.endOfFollow(ctx, follow, err)
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
		if err := l.db.WaitChanges(ctx, max(q.After, last)); err != nil {
			return l.endOfFollow(ctx, follow, err)
		}
	}
}

// endOfFollow turns the end of a follower's context into no error: following is meant to end so, wherever it is just
// then. What a visit that is cut off says is its consequence.
func (l *Log) endOfFollow(ctx context.Context, follow bool, err error) error {
	if ended := ctx.Err() != nil; follow && ended {
		err = nil
	}
	return err
}

func (l *Log) storeName(ctx context.Context, id int64) (string, error) {
	st, err := l.db.Store(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		return "removed", nil
	}
	return st.Name, err
}
