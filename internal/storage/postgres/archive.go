package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

var _ storage.Archive = (*DB)(nil)

// exactRaw is a record's JSON, byte for byte.
const exactRaw = `COALESCE(exact, convert_to(raw::text, 'UTF8'))`

// TableRows reads up to limit rows of a table in the order of its key, after the given key.
func (db *DB) TableRows(ctx context.Context, t storage.Table, after []any, limit int) ([][]any, error) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if names[i] = c.Name; t.Name == "records" && c.Name == "raw" {
			names[i] = exactRaw
		}
	}
	key := make([]string, t.Key)
	for i := range key {
		key[i] = t.Columns[i].Name
	}
	query := `SELECT ` + strings.Join(names, `, `) + ` FROM ` + t.Name
	if after != nil {
		places := make([]string, len(after))
		for i := range after {
			places[i] = "$" + strconv.Itoa(i+1)
		}
		query += ` WHERE (` + strings.Join(key, `, `) + `) > (` + strings.Join(places, `, `) + `)`
	}
	query += ` ORDER BY ` + strings.Join(key, `, `) + limited(limit)
	return list(ctx, pooled{db}, func(row pgx.CollectableRow) ([]any, error) { return scanArchived(row, t) }, query,
		after...)
}

func scanArchived(row pgx.CollectableRow, t storage.Table) ([]any, error) {
	values, err := row.Values()
	if err != nil {
		return nil, err
	}
	for i, v := range values {
		switch n := v.(type) {
		case int32:
			values[i] = int64(n)
		case string:
			if t.Columns[i].Kind == storage.JSON {
				values[i] = unpack(n)
			}
		}
		if raw, ok := values[i].([]byte); ok && raw == nil {
			values[i] = nil
		}
	}
	return values, nil
}

// AddRows keeps the rows that are not there, together with the state of the move, in one transaction.
func (db *DB) AddRows(ctx context.Context, t storage.Table, rows [][]any, now storage.Move) error {
	names, args := archived(t, rows)
	given := make([]string, len(names))
	for i := range names {
		given[i] = "$" + strconv.Itoa(i+1) + "::" + arrayOf(t, i)
	}
	return db.moving(ctx, now, func(tx *Tx) error {
		if len(rows) == 0 {
			return nil
		}
		_, err := tx.exec(ctx, `INSERT INTO `+t.Name+` (`+strings.Join(names, `, `)+`) SELECT * FROM unnest(`+
			strings.Join(given, `, `)+`)`, args...)
		return err
	})
}

// arrayOf is the array type of the i-th column's values. Columns beyond those that a move copies are PostgreSQL's own.
func arrayOf(t storage.Table, i int) string {
	switch {
	case i >= len(t.Columns):
		return [...]string{"bytea[]", "text[]", "text[]"}[i-len(t.Columns)]
	case t.Name == "records" && t.Columns[i].Name == "raw":
		return "json[]"
	case t.Columns[i].Kind == storage.Integer:
		return "bigint[]"
	case t.Columns[i].Kind == storage.Bytes:
		return "bytea[]"
	}
	return "text[]"
}

// archived turns rows into arrays, one for each column, with the further columns that PostgreSQL keeps of records.
func archived(t storage.Table, rows [][]any) (names []string, args []any) {
	for i, c := range t.Columns {
		names = append(names, c.Name)
		switch c.Kind {
		case storage.Integer:
			args = append(args, columnOf(rows, i, func(v any) *int64 { n, _ := v.(int64); return &n }))
		case storage.Text:
			args = append(args, columnOf(rows, i, func(v any) *string { s, _ := v.(string); s = clean(s); return &s }))
		case storage.Bytes:
			args = append(args, bytesOf(rows, i))
		case storage.JSON:
			if t.Name == "records" {
				args = append(args, readableColumn(rows, i))
				continue
			}
			packed := make([]string, len(rows))
			for n, raw := range bytesOf(rows, i) {
				packed[n] = pack(raw)
			}
			args = append(args, packed)
		}
	}
	if t.Name == "records" {
		names = append(names, "exact", "lookup", "search")
		exacts, lookups, searches := besideRaw(t, rows)
		args = append(args, exacts, lookups, searches)
	}
	return names, args
}

func columnOf[T any](rows [][]any, i int, value func(any) *T) []*T {
	all := make([]*T, len(rows))
	for n, row := range rows {
		if row[i] != nil {
			all[n] = value(row[i])
		}
	}
	return all
}

func bytesOf(rows [][]any, i int) [][]byte {
	all := make([][]byte, len(rows))
	for n, row := range rows {
		all[n], _ = row[i].([]byte)
	}
	return all
}

func readableColumn(rows [][]any, i int) [][]byte {
	all := bytesOf(rows, i)
	for n, raw := range all {
		all[n], _ = readable(raw)
	}
	return all
}

func besideRaw(t storage.Table, rows [][]any) (exacts [][]byte, lookups, searches []string) {
	at := map[string]int{}
	for i, c := range t.Columns {
		at[c.Name] = i
	}
	for _, row := range rows {
		raw, _ := row[at["raw"]].([]byte)
		resource, _ := row[at["resource"]].(string)
		id, _ := row[at["id"]].(int64)
		text, exact := readable(raw)
		exacts = append(exacts, exact)
		lookups = append(lookups, clean(column.Lookup(storage.Resource(resource), id, text)))
		searches = append(searches, clean(column.SearchText(storage.Resource(resource), text)))
	}
	return exacts, lookups, searches
}

// moving runs work and stores the state of the move, in one transaction.
func (db *DB) moving(ctx context.Context, now storage.Move, work func(tx *Tx) error) error {
	state, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return db.Within(ctx, func(tx storage.Tx) error {
		t := tx.(*Tx)
		// A large page may take longer than the usual time limit.
		if _, err := t.exec(ctx, `SET LOCAL statement_timeout = 0`); err != nil {
			return err
		}
		if err := work(t); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO moving (id, move) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET move = excluded.move`,
			string(state))
		return err
	})
}

// counters are the sequences, by the table whose rows they number.
var counters = map[string]string{"stores": "stores_id_seq", "writes": "writes_seq_seq", "changes": "changes_seq",
	"store_groups": "store_groups_id_seq", "tokens": "tokens_id_seq", "audit": "audit_seq_seq",
	"consumers": "consumers_id_seq", "subscriptions": "subscriptions_id_seq",
	"users": "users_id_seq", "problems": "problems_id_seq",
	"alert_channels": "alert_channels_id_seq",
	"receipts":       "receipts_number_seq"}

// Counters are the highest numbers given so far.
func (db *DB) Counters(ctx context.Context) (map[string]int64, error) {
	given := map[string]int64{}
	for table, sequence := range counters {
		last, err := one(ctx, pooled{db}, value[int64],
			`SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM `+sequence)
		if err != nil {
			return nil, err
		}
		given[table] = last
	}
	return given, nil
}

// SetCounters makes the next numbers higher than these, by table. A counter that is already higher stays.
func (db *DB) SetCounters(ctx context.Context, given map[string]int64) error {
	return db.Within(ctx, func(tx storage.Tx) error {
		for table, sequence := range counters {
			_, err := tx.(*Tx).exec(ctx, `SELECT setval('`+sequence+`', GREATEST($1, last_value), is_called OR $1 > 0)
				FROM `+sequence, given[table])
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Move is the database's part in a move.
func (db *DB) Move(ctx context.Context) (storage.Move, error) { return moveOf(ctx, pooled{db}) }

func moveOf(ctx context.Context, from querier) (storage.Move, error) {
	var m storage.Move
	text, err := one(ctx, from, value[string], `SELECT move FROM moving`)
	if errors.Is(err, storage.ErrNotFound) {
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

// CloseForMove stops all writing, also by processes that have the database open. Making a trigger waits for the
// transactions under way.
func (db *DB) CloseForMove(ctx context.Context, m storage.Move) error {
	return db.moving(ctx, m, func(tx *Tx) error {
		_, err := tx.exec(ctx, `CREATE OR REPLACE FUNCTION waybill_closed() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN RAISE EXCEPTION 'this data is moving, or has moved, to another database (waybill migrate)'; END $$`)
		for _, t := range storage.Tables() {
			if err == nil {
				_, err = tx.exec(ctx, `CREATE OR REPLACE TRIGGER waybill_closed BEFORE INSERT OR UPDATE OR DELETE ON `+t.Name+`
					FOR EACH STATEMENT EXECUTE FUNCTION waybill_closed()`)
			}
		}
		return err
	})
}

// ReopenAfterMove removes the triggers that stop writing.
func (db *DB) ReopenAfterMove(ctx context.Context) error {
	return db.Within(ctx, func(tx storage.Tx) error {
		t := tx.(*Tx)
		for _, table := range storage.Tables() {
			if _, err := t.exec(ctx, `DROP TRIGGER IF EXISTS waybill_closed ON `+table.Name); err != nil {
				return err
			}
		}
		_, err := t.exec(ctx, `DELETE FROM moving`)
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
			`INSERT INTO calendar (store_id, task, due_at) SELECT s.id, t, 0 FROM stores s, unnest(ARRAY['pull', 'push']) t
				ON CONFLICT DO NOTHING`,
		} {
			if _, err := tx.exec(ctx, statement); err != nil {
				return err
			}
		}
		return tx.tellDue(ctx)
	})
}

// livesFor is how long a process counts as alive after it was last seen.
const livesFor = time.Minute

// Working names the processes that work on the database now.
func (db *DB) Working(ctx context.Context) ([]storage.Worker, error) {
	return db.Workers(ctx, db.now().Add(-livesFor))
}

// refuseMoving is the error that keeps a database closed while it is being filled, or after it was moved.
func refuseMoving(ctx context.Context, from querier) error {
	m, err := moveOf(ctx, from)
	if err != nil {
		return err
	}
	return storage.RefuseMoving(m)
}
