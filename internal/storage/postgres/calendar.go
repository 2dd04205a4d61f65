package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
)

const turnColumns = `c.store_id, c.task, c.due_at, c.wakes, c.answered, c.failures, c.run, c.queued_at, c.holder, c.held_until,
	c.report`

// millis is a time in milliseconds since 1970; NULL for the zero time.
func millis(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}

func moment(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return time.UnixMilli(*ms).UTC()
}

func scanTurn(row pgx.CollectableRow) (storage.Turn, error) {
	var t storage.Turn
	var task, report string
	var due, queued, held *int64
	err := row.Scan(&t.StoreID, &task, &due, &t.Wakes, &t.Answered, &t.Failures, &t.Run, &queued, &t.Holder, &held,
		&report)
	t.Task, t.Report = storage.Task(task), unpack(report)
	t.DueAt, t.QueuedAt, t.HeldUntil = moment(due), moment(queued), moment(held)
	return t, err
}

// free is true of a turn that nobody holds at $1 and that was not queued after $2.
const free = `(c.holder = '' OR c.held_until <= $1) AND (c.queued_at IS NULL OR c.queued_at <= $2)`

// DueTurns lists up to limit turns that are due at a time, held by nobody then and not queued after queuedSince, the
// longest overdue first. The time is when the next other turn becomes due or can be taken over; zero when there is
// none.
func (db *DB) DueTurns(
	ctx context.Context, at, queuedSince time.Time, limit int,
) ([]storage.Turn, time.Time, error) {
	now, since := at.UnixMilli(), queuedSince.UnixMilli()
	due, err := list(ctx, pooled{db}, scanTurn, `SELECT `+turnColumns+` FROM calendar c
		WHERE c.due_at <= $1 AND `+free+` ORDER BY c.due_at`+limited(limit), now, since)
	if err != nil {
		return nil, time.Time{}, err
	}
	if limit > 0 && len(due) == limit {
		return due, at, nil // there may be more of them
	}
	next, err := one(ctx, pooled{db}, value[*int64], `SELECT LEAST((SELECT MIN(due_at) FROM calendar WHERE due_at > $1),
		(SELECT MIN(GREATEST(CASE WHEN c.holder <> '' THEN c.held_until END, c.queued_at + ($1 - $2)))
			FROM calendar c WHERE c.due_at <= $1 AND NOT (`+free+`)))`, now, since)
	return due, moment(next), err
}

// Turns lists all lines of a store, or of all stores for 0.
func (db *DB) Turns(ctx context.Context, storeID int64) ([]storage.Turn, error) {
	return list(ctx, pooled{db}, scanTurn, `SELECT `+turnColumns+` FROM calendar c WHERE $1::bigint = 0 OR c.store_id = $1
		ORDER BY c.store_id, c.task`, storeID)
}

// LockTurn reads a line and keeps other transactions from changing it until this one ends.
func (t *Tx) LockTurn(ctx context.Context, task storage.Task, storeID int64) (storage.Turn, error) {
	turn, err := one(ctx, t.tx, scanTurn, `SELECT `+turnColumns+` FROM calendar c WHERE c.store_id = $1 AND c.task = $2
		FOR NO KEY UPDATE`, storeID, string(task))
	return turn, named(err, "%s of store %d", task, storeID)
}

// Enroll puts a task of a store into the calendar, due now, unless it is there already.
func (t *Tx) Enroll(ctx context.Context, task storage.Task, storeID int64) error {
	return t.enter(ctx, `NOTHING`, task, storeID, 0)
}

// Wake makes a task of a store due now, whether it is in the calendar or not, and counts that.
func (t *Tx) Wake(ctx context.Context, task storage.Task, storeID int64) error {
	return t.enter(ctx, `UPDATE SET due_at = LEAST(c.due_at, excluded.due_at), wakes = c.wakes + 1`, task, storeID, 1)
}

func (t *Tx) enter(ctx context.Context, or string, task storage.Task, storeID int64, wakes int) error {
	there, err := one(ctx, t.tx, value[bool], `WITH known AS (SELECT id FROM stores WHERE id = $1),
		entered AS (INSERT INTO calendar AS c (store_id, task, due_at, wakes) SELECT id, $2, $3, $4 FROM known
			ON CONFLICT (store_id, task) DO `+or+`)
		SELECT EXISTS (SELECT 1 FROM known)`, storeID, string(task), t.Now().UnixMilli(), wakes)
	if err == nil && !there {
		err = storage.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("%s of store %d: %w", task, storeID, err)
	}
	return t.tellDue(ctx)
}

// tellDue makes the commit of this transaction wake those who wait for turns.
func (t *Tx) tellDue(ctx context.Context) error {
	if t.due {
		return nil
	}
	t.due = true
	_, err := t.exec(ctx, `SELECT pg_notify('`+dueChannel+`', '')`)
	return err
}

// SaveTurn replaces a line that is locked.
func (t *Tx) SaveTurn(ctx context.Context, turn storage.Turn) error {
	n, err := t.exec(ctx, `UPDATE calendar SET due_at = $3, wakes = $4, answered = $5, failures = $6, run = $7, queued_at = $8,
		holder = $9, held_until = $10, report = $11 WHERE store_id = $1 AND task = $2`, turn.StoreID, string(turn.Task),
		millis(turn.DueAt), turn.Wakes, turn.Answered, turn.Failures, turn.Run, millis(turn.QueuedAt), turn.Holder,
		millis(turn.HeldUntil), pack(turn.Report))
	if err == nil && n == 0 {
		err = fmt.Errorf("%s of store %d: %w", turn.Task, turn.StoreID, storage.ErrNotFound)
	}
	if err != nil || turn.Holder != "" || turn.DueAt.IsZero() || turn.DueAt.After(t.Now()) {
		return err
	}
	return t.tellDue(ctx)
}

// RenewHolds makes every hold of a process last until a time, and names the turns that the process still holds.
func (t *Tx) RenewHolds(ctx context.Context, holder string, until time.Time) ([]storage.TurnKey, error) {
	return list(ctx, t.tx, func(row pgx.CollectableRow) (storage.TurnKey, error) {
		var key storage.TurnKey
		var task string
		err := row.Scan(&task, &key.StoreID)
		key.Task = storage.Task(task)
		return key, err
	}, `UPDATE calendar SET held_until = $2 WHERE holder = $1 AND holder <> '' RETURNING task, store_id`, holder,
		until.UnixMilli())
}

const errandColumns = `id, task, store_id, asked_at, ask, progress, answer, done_at`

func scanErrand(row pgx.CollectableRow) (storage.Errand, error) {
	var e storage.Errand
	var task, ask, progress, answer string
	var asked, done *int64
	err := row.Scan(&e.ID, &task, &e.StoreID, &asked, &ask, &progress, &answer, &done)
	e.Task, e.Ask, e.Progress, e.Answer = storage.Task(task), unpack(ask), unpack(progress), unpack(answer)
	e.AskedAt, e.DoneAt = moment(asked), moment(done)
	return e, err
}

// Errand is one errand; storage.ErrNotFound when it was withdrawn or its store is gone.
func (db *DB) Errand(ctx context.Context, id int64) (storage.Errand, error) {
	e, err := one(ctx, pooled{db}, scanErrand, `SELECT `+errandColumns+` FROM errands WHERE id = $1`, id)
	return e, named(err, "errand %d", id)
}

// longestErrand is how long an errand is kept.
const longestErrand = 24 * time.Hour

// AddErrand keeps an errand and gives it an ID. It removes errands that are older than a day.
func (t *Tx) AddErrand(ctx context.Context, e storage.Errand) (storage.Errand, error) {
	if _, err := t.exec(ctx, `DELETE FROM errands WHERE asked_at < $1`, t.Now().Add(-longestErrand).
		UnixMilli()); err != nil {
		return e, err
	}
	if e.AskedAt.IsZero() {
		e.AskedAt = t.Now().Truncate(time.Millisecond)
	}
	var err error
	e.ID, err = one(ctx, t.tx, value[int64], `INSERT INTO errands (task, store_id, asked_at, ask, progress, answer, done_at)
		SELECT $1, id, $3, $4, $5, $6, $7 FROM stores WHERE id = $2 RETURNING id`, string(e.Task), e.StoreID, millis(e.AskedAt),
		pack(e.Ask), pack(e.Progress), pack(e.Answer), millis(e.DoneAt))
	return e, named(err, "store %d", e.StoreID)
}

// OpenErrands lists the errands of a task and store without an answer, the oldest first.
func (t *Tx) OpenErrands(ctx context.Context, task storage.Task, storeID int64) ([]storage.Errand, error) {
	return list(ctx, t.tx, scanErrand, `SELECT `+errandColumns+` FROM errands
		WHERE store_id = $1 AND task = $2 AND done_at IS NULL ORDER BY id`, storeID, string(task))
}

// SaveErrand keeps the progress or the answer of an errand; storage.ErrNotFound when it is gone.
func (t *Tx) SaveErrand(ctx context.Context, e storage.Errand) error {
	n, err := t.exec(ctx, `UPDATE errands SET progress = $2, answer = $3, done_at = $4 WHERE id = $1`, e.ID,
		pack(e.Progress),
		pack(e.Answer), millis(e.DoneAt))
	if err == nil && n == 0 {
		err = fmt.Errorf("errand %d: %w", e.ID, storage.ErrNotFound)
	}
	return err
}

// DropErrand withdraws an errand; one that is gone is no error.
func (t *Tx) DropErrand(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM errands WHERE id = $1`, id)
	return err
}

// Workers lists the processes that were seen after a time.
func (db *DB) Workers(ctx context.Context, since time.Time) ([]storage.Worker, error) {
	return list(ctx, pooled{db}, func(row pgx.CollectableRow) (storage.Worker, error) {
		var w storage.Worker
		var only string
		var started, seen *int64
		err := row.Scan(&w.ID, &w.Host, &w.PID, &w.Role, &only, &started, &seen)
		if err == nil && only != "" {
			err = json.Unmarshal([]byte(only), &w.Only)
		}
		w.StartedAt, w.SeenAt = moment(started), moment(seen)
		return w, err
	}, `SELECT id, host, pid, role, only_stores, started_at, seen_at FROM workers WHERE seen_at > $1 ORDER BY started_at, id`,
		since.UnixMilli())
}

// longestUnseen is how long a process is listed after it was last seen.
const longestUnseen = 24 * time.Hour

// SeeWorker notes that a process is alive, and removes those that were not seen for a day.
func (t *Tx) SeeWorker(ctx context.Context, w storage.Worker) error {
	only := ""
	if w.Only != nil {
		text, err := json.Marshal(w.Only)
		if err != nil {
			return err
		}
		only = string(text)
	}
	_, err := t.exec(ctx, `INSERT INTO workers (id, host, pid, role, only_stores, started_at, seen_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid,
		role = excluded.role, only_stores = excluded.only_stores, started_at = excluded.started_at, seen_at = excluded.seen_at`,
		w.ID, clean(w.Host), w.PID, w.Role, only, millis(w.StartedAt), millis(w.SeenAt))
	_, forgot := t.exec(ctx, `DELETE FROM workers WHERE seen_at < $1`, t.Now().Add(-longestUnseen).UnixMilli())
	return errors.Join(err, forgot)
}

// ForgetWorker removes a process from the list.
func (t *Tx) ForgetWorker(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM workers WHERE id = $1`, id)
	return err
}

// Woken is closed when a turn was made due by a transaction that has committed since the call, in this process or in
// another, or when the database is closed.
func (db *DB) Woken() <-chan struct{} { return db.notices.next(&db.notices.due) }
