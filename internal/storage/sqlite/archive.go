package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

var _ storage.Archive = (*DB)(nil)

// TableRows reads up to limit rows of a table in the order of its key, after the given key.
func (db *DB) TableRows(ctx context.Context, t storage.Table, after []any, limit int) ([][]any, error) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	key := strings.Join(names[:t.Key], `, `)
	query := `SELECT ` + strings.Join(names, `, `) + ` FROM ` + t.Name
	if after != nil {
		query += ` WHERE (` + key + `) > (?` + strings.Repeat(`, ?`, len(after)-1) + `)`
	}
	rows, err := db.readers.QueryContext(ctx, query+` ORDER BY `+key+` LIMIT ?`,
		append(append([]any{}, after...), limitOr(limit))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all [][]any
	for rows.Next() {
		values, err := scanValues(rows, len(names))
		if err != nil {
			return nil, err
		}
		for i, c := range t.Columns {
			values[i] = archived(c.Kind, values[i])
		}
		all = append(all, values)
	}
	return all, rows.Err()
}

// archived is a value in the form that a move carries.
func archived(kind storage.ColumnKind, v any) any {
	switch v := v.(type) {
	case string:
		if kind == storage.Bytes || kind == storage.JSON {
			return jsonOrBytes(kind, []byte(v))
		}
	case []byte:
		if kind == storage.Text {
			return string(v)
		}
		return jsonOrBytes(kind, v)
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	}
	return v
}

// jsonOrBytes gives nil for empty JSON: an empty text in a JSON column means none.
func jsonOrBytes(kind storage.ColumnKind, v []byte) any {
	if kind == storage.JSON && len(v) == 0 {
		return nil
	}
	return v
}

// kept is a moved value in the form in which the column holds it.
func kept(kind storage.ColumnKind, v any) any {
	if kind == storage.JSON {
		raw, _ := v.([]byte)
		return string(raw)
	}
	return v
}

// AddRows keeps the rows that are not there, together with the state of the move, in one transaction.
func (db *DB) AddRows(ctx context.Context, t storage.Table, rows [][]any, now storage.Move) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	isRecords := t.Name == "records"
	if isRecords {
		names = append(names, "lookup", "billing_email", "order_total")
	}
	insert := `INSERT INTO ` + t.Name + ` (` + strings.Join(names, `, `) + `) VALUES (?` +
		strings.Repeat(`, ?`, len(names)-1) + `)`
	return db.moving(ctx, now, func(tx *Tx) error {
		for _, row := range rows {
			values := make([]any, len(row))
			of := map[string]any{}
			for i, c := range t.Columns {
				values[i] = kept(c.Kind, row[i])
				of[c.Name] = values[i]
			}
			if isRecords {
				resource, _ := of["resource"].(string)
				id, _ := of["id"].(int64)
				raw, _ := of["raw"].(string)
				beside := column.BesideOf(storage.Resource(resource), id, []byte(raw))
				values = append(values, beside.Lookup, beside.BillingEmail, beside.OrderTotal)
			}
			if _, err := tx.exec(ctx, insert, values...); err != nil {
				return err
			}
		}
		return nil
	})
}

// moving runs work and stores the state of the move, in one durable transaction. It makes the table for that state when
// there is none.
func (db *DB) moving(ctx context.Context, now storage.Move, work func(tx *Tx) error) error {
	state, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return db.Within(ctx, func(tx storage.Tx) error {
		t := tx.(*Tx)
		if err := work(t); err != nil {
			return err
		}
		_, err := t.tx.ExecContext(ctx,
			`CREATE TABLE IF NOT EXISTS moving (id INTEGER PRIMARY KEY CHECK (id = 1), move TEXT NOT NULL)`)
		if err != nil {
			return err
		}
		_, err = t.tx.ExecContext(ctx, `INSERT INTO moving (id, move) VALUES (1, ?)
			ON CONFLICT (id) DO UPDATE SET move = excluded.move`, string(state))
		return err
	})
}

// counters are the tables whose rows get numbers that are never given twice.
var counters = []string{"stores", "writes", "changes", "store_groups", "tokens", "audit", "consumers", "subscriptions",
	"users", "problems", "alert_channels",
	"receipts"}

// Counters are the highest numbers given so far.
func (db *DB) Counters(ctx context.Context) (map[string]int64, error) {
	given := map[string]int64{}
	for _, table := range counters {
		var last int64
		err := db.readers.QueryRowContext(ctx, `SELECT seq FROM sqlite_sequence WHERE name = ?`, table).Scan(&last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		given[table] = last
	}
	return given, nil
}

// SetCounters makes the next numbers higher than these.
func (db *DB) SetCounters(ctx context.Context, given map[string]int64) error {
	return db.Within(ctx, func(tx storage.Tx) error {
		for _, table := range counters {
			_, err := tx.(*Tx).tx.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq)
				SELECT ?1, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)`, table)
			if err != nil {
				return err
			}
			_, err = tx.(*Tx).tx.ExecContext(ctx, `UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?`,
				given[table], table)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Move is the database's part in a move.
func (db *DB) Move(ctx context.Context) (storage.Move, error) { return moveOf(ctx, db.readers) }

func moveOf(ctx context.Context, from *sql.DB) (m storage.Move, err error) {
	var begun bool
	err = from.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'moving')`).Scan(&begun)
	if err != nil || !begun {
		return m, err
	}
	var text string
	err = from.QueryRowContext(ctx, `SELECT move FROM moving`).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal([]byte(text), &m)
}

// BeginMove marks a database as one that is being filled.
func (db *DB) BeginMove(ctx context.Context, m storage.Move) error {
	return db.moving(ctx, m, func(*Tx) error { return nil })
}

// closing are the triggers that stop all writing to a table, also by an older Waybill.
func closing(table string) map[string]string {
	triggers := map[string]string{}
	for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
		name := "closed_" + table + "_" + strings.ToLower(event)
		triggers[name] = `CREATE TRIGGER IF NOT EXISTS ` + name + ` BEFORE ` + event + ` ON ` + table + ` BEGIN
			SELECT RAISE(ABORT, 'this data is moving, or has moved, to another database (waybill migrate)'); END`
	}
	return triggers
}

// CloseForMove stops all writing, also by processes that have the file open.
func (db *DB) CloseForMove(ctx context.Context, m storage.Move) error {
	return db.moving(ctx, m, func(tx *Tx) error {
		for _, t := range storage.Tables() {
			for _, trigger := range closing(t.Name) {
				if _, err := tx.tx.ExecContext(ctx, trigger); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// ReopenAfterMove removes the triggers that stop writing.
func (db *DB) ReopenAfterMove(ctx context.Context) error {
	return db.Within(ctx, func(tx storage.Tx) error {
		for _, t := range storage.Tables() {
			for name := range closing(t.Name) {
				if _, err := tx.(*Tx).tx.ExecContext(ctx, `DROP TRIGGER IF EXISTS `+name); err != nil {
					return err
				}
			}
		}
		_, err := tx.(*Tx).tx.ExecContext(ctx, `DROP TABLE IF EXISTS moving`)
		return err
	})
}

// EndMove notes that a move has ended.
func (db *DB) EndMove(ctx context.Context, m storage.Move) error {
	return db.moving(ctx, m, func(tx *Tx) error {
		if m.State != storage.Arrived {
			return nil
		}
		for _, statement := range []string{
			`UPDATE stores SET epoch = epoch + 1`, `UPDATE outboxes SET epoch = epoch + 1`,
			`INSERT INTO calendar (store_id, task, due_at) SELECT s.id, t.column1, 0 FROM stores s, (VALUES ('pull'), ('push')) t
				WHERE true ON CONFLICT DO NOTHING`,
		} {
			if _, err := tx.tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// livesFor is how long a process counts as alive after it was last seen.
const livesFor = time.Minute

// Working names the processes that work on the database now.
func (db *DB) Working(ctx context.Context) ([]storage.Worker, error) {
	return db.Workers(ctx, db.now().Add(-livesFor))
}

func refuseMoving(ctx context.Context, from *sql.DB) error {
	m, err := moveOf(ctx, from)
	if err != nil {
		return err
	}
	return storage.RefuseMoving(m)
}
