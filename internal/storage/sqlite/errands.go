package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// keptFor is how long an errand is kept, and how long a worker is listed after it was last seen.
const keptFor = 24 * time.Hour

const errandColumns = `id, task, store_id, asked_at, ask, progress, answer, done_at`

func scanErrand(row scanner) (storage.Errand, error) {
	var e storage.Errand
	var asked, done sql.NullInt64
	var ask, progress, answer string
	err := row.Scan(&e.ID, &e.Task, &e.StoreID, &asked, &ask, &progress, &answer, &done)
	e.AskedAt, e.DoneAt = fromMoment(asked), fromMoment(done)
	e.Ask, e.Progress, e.Answer = jsonOrNil(ask), jsonOrNil(progress), jsonOrNil(answer)
	return e, err
}

// AddErrand keeps an errand and gives it with its new id. It also deletes errands of any store that were asked for
// longer ago than errands are kept.
func (t *Tx) AddErrand(ctx context.Context, e storage.Errand) (storage.Errand, error) {
	if _, err := t.exec(ctx, `DELETE FROM errands WHERE asked_at < ?`, moment(t.Now().Add(-keptFor))); err != nil {
		return e, err
	}
	res, err := t.exec(ctx, `INSERT INTO errands (task, store_id, asked_at, ask, progress, answer, done_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, string(e.Task), e.StoreID, moment(e.AskedAt), string(e.Ask), string(e.Progress),
		string(e.Answer), moment(e.DoneAt))
	if err != nil {
		return e, ofStore(err, e.StoreID)
	}
	e.ID, err = res.LastInsertId()
	return e, err
}

// OpenErrands lists the errands without an answer, the oldest first.
func (t *Tx) OpenErrands(ctx context.Context, task storage.Task, storeID int64) ([]storage.Errand, error) {
	rows, err := t.tx.QueryContext(ctx, `SELECT `+errandColumns+` FROM errands
		WHERE store_id = ? AND task = ? AND done_at IS NULL ORDER BY id`, storeID, string(task))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var open []storage.Errand
	for rows.Next() {
		e, err := scanErrand(rows)
		if err != nil {
			return nil, err
		}
		open = append(open, e)
	}
	return open, rows.Err()
}

// SaveErrand keeps the progress or the answer of an errand.
func (t *Tx) SaveErrand(ctx context.Context, e storage.Errand) error {
	res, err := t.exec(ctx, `UPDATE errands SET progress = ?, answer = ?, done_at = ? WHERE id = ?`,
		string(e.Progress), string(e.Answer), moment(e.DoneAt), e.ID)
	return oneChanged(res, err, "errand %d", e.ID)
}

// DropErrand withdraws an errand.
func (t *Tx) DropErrand(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM errands WHERE id = ?`, id)
	return err
}

// Errand is one errand.
func (db *DB) Errand(ctx context.Context, id int64) (storage.Errand, error) {
	e, err := scanErrand(db.readers.QueryRowContext(ctx, `SELECT `+errandColumns+` FROM errands WHERE id = ?`, id))
	return e, notFound(err, "errand %d", id)
}

// SeeWorker notes that a process is alive, and removes those that were not seen for a day.
func (t *Tx) SeeWorker(ctx context.Context, w storage.Worker) error {
	if _, err := t.exec(ctx, `DELETE FROM workers WHERE seen_at < ?`, moment(t.Now().Add(-keptFor))); err != nil {
		return err
	}
	only, err := json.Marshal(w.Only)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO workers (id, host, pid, role, only, started_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid, role = excluded.role, only = excluded.only,
			started_at = excluded.started_at, seen_at = excluded.seen_at`,
		w.ID, w.Host, w.PID, w.Role, string(only), moment(w.StartedAt), moment(w.SeenAt))
	return err
}

// ForgetWorker removes a process from the list.
func (t *Tx) ForgetWorker(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM workers WHERE id = ?`, id)
	return err
}

// Workers lists the processes that were seen after a time.
func (db *DB) Workers(ctx context.Context, since time.Time) ([]storage.Worker, error) {
	rows, err := db.readers.QueryContext(ctx, `SELECT id, host, pid, role, only, started_at, seen_at FROM workers
		WHERE seen_at > ? ORDER BY started_at, id`, moment(since))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var workers []storage.Worker
	for rows.Next() {
		var w storage.Worker
		var only string
		var started, seen sql.NullInt64
		if err := rows.Scan(&w.ID, &w.Host, &w.PID, &w.Role, &only, &started, &seen); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(only), &w.Only); err != nil {
			return nil, err
		}
		w.StartedAt, w.SeenAt = fromMoment(started), fromMoment(seen)
		workers = append(workers, w)
	}
	return workers, rows.Err()
}
