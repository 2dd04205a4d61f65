package engine

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// calendar is the durable list of what is due when. Times are milliseconds since 1970 UTC; never means only when woken.
type calendar struct {
	writer, readers *sql.DB
	now             func() time.Time
}

const never = 1<<63 - 1

const calendarSchema = `
CREATE TABLE IF NOT EXISTS engine_calendar (
	task     TEXT    NOT NULL,
	store_id INTEGER NOT NULL,
	due_at   INTEGER NOT NULL,
	wakes    INTEGER NOT NULL DEFAULT 0,
	answered INTEGER NOT NULL DEFAULT 0,
	failures INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (task, store_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS engine_calendar_due ON engine_calendar (due_at);`

func (c calendar) create(ctx context.Context) error {
	_, err := c.writer.ExecContext(ctx, calendarSchema)
	return err
}

func (c calendar) enroll(ctx context.Context, e entry) error {
	_, err := c.writer.ExecContext(ctx, `INSERT INTO engine_calendar (task, store_id, due_at) VALUES (?, ?, ?)
		ON CONFLICT DO NOTHING`, e.task, e.storeID, c.now().UnixMilli())
	return err
}

func (c calendar) dismiss(ctx context.Context, storeID int64) error {
	_, err := c.writer.ExecContext(ctx, `DELETE FROM engine_calendar WHERE store_id = ?`, storeID)
	return err
}

func (c calendar) wake(ctx context.Context, tx *sql.Tx, e entry) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO engine_calendar (task, store_id, due_at, wakes) VALUES (?, ?, ?, 1)
		ON CONFLICT DO UPDATE SET due_at = min(due_at, excluded.due_at), wakes = wakes + 1`,
		e.task, e.storeID, c.now().UnixMilli())
	return err
}

// due lists what is due now, the longest overdue first, and when the next entry after them is due; zero when none is
// known.
func (c calendar) due(ctx context.Context) (entries []entry, next time.Time, err error) {
	rows, err := c.readers.QueryContext(ctx, `SELECT task, store_id, due_at FROM engine_calendar
		WHERE due_at < ? ORDER BY due_at LIMIT 1000`, int64(never))
	if err != nil {
		return nil, time.Time{}, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	now := c.now()
	for rows.Next() {
		var e entry
		var dueAt int64
		if err := rows.Scan(&e.task, &e.storeID, &dueAt); err != nil {
			return nil, time.Time{}, err
		}
		if at := time.UnixMilli(dueAt); at.After(now) {
			next = at
			break
		}
		entries = append(entries, e)
	}
	return entries, next, rows.Err()
}

// wakes is how often an entry was woken so far, and how much of that a run has answered; listed is false for a store
// that was dismissed.
func (c calendar) wakes(ctx context.Context, e entry) (wakes, answered int64, listed bool, err error) {
	err = c.readers.QueryRowContext(ctx, `SELECT wakes, answered FROM engine_calendar WHERE task = ? AND store_id = ?`,
		e.task, e.storeID).Scan(&wakes, &answered)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, false, nil
	}
	return wakes, answered, err == nil, err
}

// finish writes down how a job ended and gives the time the store is due again; seen is the number of wake-ups the job
// knew of when it began. It runs in the transaction that completes the job.
func (c calendar) finish(
	ctx context.Context, tx *sql.Tx, e entry, seen int64, out Outcome, failed bool,
) (time.Time, error) {
	var wakes, answered, failures int64
	err := tx.QueryRowContext(ctx,
		`SELECT wakes, answered, failures FROM engine_calendar WHERE task = ? AND store_id = ?`,
		e.task, e.storeID).Scan(&wakes, &answered, &failures)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil // dismissed while it ran
	}
	if err != nil {
		return time.Time{}, err
	}
	now := c.now()
	again, dueAt := out.Next, int64(never)
	switch {
	case failed:
		failures++
		again = now.Add(min(firstDelay<<min(failures-1, 20), LongestDelay))
	default:
		failures, answered = 0, seen
		if out.More {
			again = now
		}
	}
	if wakes != seen {
		// Something arrived while the job ran. It may have come too late to be seen, so the job runs once more: at
		// least once is safe, never is not.
		again = now
	}
	if !again.IsZero() {
		dueAt = again.UnixMilli()
	}
	_, err = tx.ExecContext(ctx,
		`UPDATE engine_calendar SET due_at = ?, failures = ?, answered = ? WHERE task = ? AND store_id = ?`,
		dueAt, failures, answered, e.task, e.storeID)
	return again, err
}

// dropOrphans removes jobs and a leadership that a killed process left. The stores are due still, so nothing is lost.
func (c calendar) dropOrphans(ctx context.Context) error {
	tx, err := c.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, statement := range []string{
		`DELETE FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')`,
		`DELETE FROM river_leader`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return tx.Commit()
}
