package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/waybillhq/waybill/internal/storage"
)

const turnColumns = `task, store_id, due_at, wakes, answered, failures, run, queued_at, holder, held_until, report`

func scanTurn(row scanner) (storage.Turn, error) {
	var turn storage.Turn
	var due, queued, held sql.NullInt64
	var report string
	err := row.Scan(&turn.Task, &turn.StoreID, &due, &turn.Wakes, &turn.Answered, &turn.Failures, &turn.Run, &queued,
		&turn.Holder, &held, &report)
	turn.DueAt, turn.QueuedAt, turn.HeldUntil = fromMoment(due), fromMoment(queued), fromMoment(held)
	turn.Report = jsonOrNil(report)
	return turn, err
}

// moment is a time in milliseconds since 1970; NULL for the zero time.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func fromMoment(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// DueTurns lists the turns that are due, held by nobody and not queued lately.
func (db *DB) DueTurns(
	ctx context.Context, at, queuedSince time.Time, limit int,
) (due []storage.Turn, next time.Time, err error) {
	tx, err := db.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, next, err
	}
	defer func() { _ = tx.Rollback() }()
	due, err = turns(ctx, tx, `due_at <= ? AND (holder = '' OR held_until <= ?) AND (queued_at IS NULL OR queued_at <= ?)
		ORDER BY due_at, store_id, task LIMIT ?`, moment(at), moment(at), queuedSince.UnixMilli(), limitOr(limit))
	if err != nil {
		return nil, next, err
	}
	var ms sql.NullInt64
	err = tx.QueryRowContext(ctx, `SELECT MIN(max(due_at, CASE holder WHEN '' THEN due_at ELSE held_until END))
		FROM calendar WHERE due_at IS NOT NULL AND (due_at > ?1 OR holder <> '' AND held_until > ?1)`, moment(at)).Scan(&ms)
	return due, fromMoment(ms), err
}

// Turns lists the lines of a store, or of all stores.
func (db *DB) Turns(ctx context.Context, storeID int64) ([]storage.Turn, error) {
	return turns(ctx, db.readers, `?1 = 0 OR store_id = ?1 ORDER BY store_id, task`, storeID)
}

func turns(ctx context.Context, from querier, where string, args ...any) ([]storage.Turn, error) {
	rows, err := from.QueryContext(ctx, `SELECT `+turnColumns+` FROM calendar WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []storage.Turn
	for rows.Next() {
		turn, err := scanTurn(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, turn)
	}
	return list, rows.Err()
}

// LockTurn reads one line of the calendar. It needs no lock, because only one transaction writes at a time.
func (t *Tx) LockTurn(ctx context.Context, task storage.Task, storeID int64) (storage.Turn, error) {
	turn, err := scanTurn(t.tx.QueryRowContext(ctx,
		`SELECT `+turnColumns+` FROM calendar WHERE store_id = ? AND task = ?`,
		storeID, string(task)))
	return turn, notFound(err, "%s of store %d in the calendar", task, storeID)
}

// Enroll puts a task of a store into the calendar, due now, unless it is there already.
func (t *Tx) Enroll(ctx context.Context, task storage.Task, storeID int64) error {
	t.woke = true
	_, err := t.exec(ctx, `INSERT INTO calendar (task, store_id, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		string(task), storeID, moment(t.Now()))
	return ofStore(err, storeID)
}

// ofStore turns a violated foreign key into storage.ErrNotFound for the store.
func ofStore(err error, storeID int64) error {
	if coded := (*sqlite.Error)(nil); errors.As(err, &coded) && coded.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return fmt.Errorf("store %d: %w", storeID, storage.ErrNotFound)
	}
	return err
}

// Wake makes a task of a store due now.
func (t *Tx) Wake(ctx context.Context, task storage.Task, storeID int64) error {
	t.woke = true
	_, err := t.exec(ctx, `INSERT INTO calendar (task, store_id, due_at, wakes) VALUES (?, ?, ?, 1)
		ON CONFLICT DO UPDATE SET due_at = min(COALESCE(due_at, excluded.due_at), excluded.due_at), wakes = wakes + 1`,
		string(task), storeID, moment(t.Now()))
	return ofStore(err, storeID)
}

// SaveTurn replaces a line of the calendar.
func (t *Tx) SaveTurn(ctx context.Context, turn storage.Turn) error {
	t.woke = t.woke || !turn.DueAt.IsZero() && !turn.DueAt.After(t.Now())
	res, err := t.exec(ctx, `UPDATE calendar SET due_at = ?, wakes = ?, answered = ?, failures = ?, run = ?, queued_at = ?,
		holder = ?, held_until = ?, report = ? WHERE store_id = ? AND task = ?`,
		moment(turn.DueAt), turn.Wakes, turn.Answered, turn.Failures, turn.Run, moment(turn.QueuedAt), turn.Holder,
		moment(turn.HeldUntil), string(turn.Report), turn.StoreID, string(turn.Task))
	return oneChanged(res, err, "%s of store %d in the calendar", turn.Task, turn.StoreID)
}

// RenewHolds makes every hold of a process last until a time.
func (t *Tx) RenewHolds(ctx context.Context, holder string, until time.Time) ([]storage.TurnKey, error) {
	rows, err := t.tx.QueryContext(ctx, `UPDATE calendar SET held_until = ? WHERE holder = ? AND holder <> ''
		RETURNING task, store_id`, moment(until), holder)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var held []storage.TurnKey
	for rows.Next() {
		var key storage.TurnKey
		if err := rows.Scan(&key.Task, &key.StoreID); err != nil {
			return nil, err
		}
		held = append(held, key)
	}
	return held, rows.Err()
}
