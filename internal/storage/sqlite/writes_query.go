package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// The conditions of the partial indexes of writes. SQLite uses such an index only where the query has the same text.
const (
	atWork     = `state IN ('pending', 'sending', 'unknown')`           // writes_at_work
	unfinished = `state IN ('pending', 'sending', 'unknown', 'parked')` // writes_in_order
)

// unheld selects writes that no earlier write of their subject holds back.
const unheld = `NOT EXISTS (SELECT 1 FROM writes e WHERE e.store_id = w.store_id AND e.subject = w.subject
	AND e.seq < w.seq AND e.` + unfinished + `)`

// Writes selects writes.
func (db *DB) Writes(ctx context.Context, q storage.WriteQuery) ([]storage.Write, error) {
	return findWrites(ctx, db.readers, q)
}

// FindWrites selects writes as the transaction sees them.
func (t *Tx) FindWrites(ctx context.Context, q storage.WriteQuery) ([]storage.Write, error) {
	return findWrites(ctx, t.tx, q)
}

func findWrites(ctx context.Context, from querier, q storage.WriteQuery) ([]storage.Write, error) {
	where, args := whereWrites(q)
	order := ` ORDER BY seq DESC LIMIT ?`
	if q.OldestFirst {
		order = ` ORDER BY seq LIMIT ?`
	}
	rows, err := from.QueryContext(ctx, `SELECT `+writeColumns+` FROM writes w WHERE `+where+order,
		append(args, limitOr(q.Limit))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var writes []storage.Write
	for rows.Next() {
		w, err := scanWrite(rows)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	return writes, rows.Err()
}

func whereWrites(q storage.WriteQuery) (string, []any) {
	conditions, args := []string{`TRUE`}, []any{}
	add := func(condition string, values ...any) {
		conditions, args = append(conditions, condition), append(args, values...)
	}
	if q.StoreID != 0 {
		add(`store_id = ?`, q.StoreID)
	}
	if len(q.IDs) > 0 {
		add(`id`+in(len(q.IDs)), texts(q.IDs)...)
	}
	if len(q.Subjects) > 0 {
		add(`subject`+in(len(q.Subjects)), texts(q.Subjects)...)
	}
	addStates(q.States, add)
	if q.Action != "" {
		add(`action = ?`, string(q.Action))
	}
	if q.AfterSeq != 0 {
		add(`seq > ?`, q.AfterSeq)
	}
	if q.BeforeSeq != 0 {
		add(`seq < ?`, q.BeforeSeq)
	}
	if q.BeforeEpoch != 0 {
		add(`epoch < ?`, q.BeforeEpoch)
	}
	if !q.DueBy.IsZero() {
		add(`next_at <= ?`, column.OurDate(q.DueBy))
	}
	if !q.DoneFrom.IsZero() {
		add(`done_at >= ?`, column.OurDate(q.DoneFrom))
	}
	if q.Unheld {
		add(unheld)
	}
	return strings.Join(conditions, ` AND `), args
}

// addStates selects states. It also adds the conditions of the partial indexes that follow from them.
func addStates(states []storage.WriteState, add func(string, ...any)) {
	if len(states) == 0 {
		return
	}
	if len(states) == 1 && states[0] == storage.WriteDone {
		add(`state = 'done'`) // writes_done
	} else {
		add(`state`+in(len(states)), texts(states)...)
	}
	working := []storage.WriteState{storage.WritePending, storage.WriteSending, storage.WriteUnknown}
	if !slices.ContainsFunc(states, func(s storage.WriteState) bool { return !slices.Contains(working, s) }) {
		add(atWork)
	}
	waiting := append(slices.Clone(working), storage.WriteParked)
	if !slices.ContainsFunc(states, func(s storage.WriteState) bool { return !slices.Contains(waiting, s) }) {
		add(unfinished)
	}
}

func in(n int) string { return ` IN (?` + strings.Repeat(`, ?`, n-1) + `)` }

// texts converts values to arguments of a statement.
func texts[T ~string](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	return args
}

// NextWriteDue is when the next pending or unknown write is due; zero when there is none. Writes that an earlier write
// of their subject holds back do not count.
func (db *DB) NextWriteDue(ctx context.Context, storeID int64) (time.Time, error) {
	var next sql.NullString
	err := db.readers.QueryRowContext(ctx, `SELECT MIN(next_at) FROM writes w WHERE store_id = ?
		AND state IN ('pending', 'unknown') AND `+atWork+` AND `+unheld, storeID).Scan(&next)
	return column.ParseOurDate(next.String), err
}
