package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/question"
)

// openQuestions makes the pool on which people ask: two connections, which cannot write, with a bound of their own.
func openQuestions(config *pgxpool.Config) (*pgxpool.Pool, error) {
	config.MaxConns, config.MinConns = 2, 0
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	bound(config, longestQuestion)
	return pgxpool.NewWithConfig(context.Background(), config)
}

// Query answers one SQL statement that only reads, up to limit rows (0 means no limit). It runs in a transaction that
// is READ ONLY, in which PostgreSQL refuses whatever would write; functions that act otherwise (locks, notices,
// settings, other backends, files) are refused beside that, as volatile as PostgreSQL says they are. The error of a
// refusal, and of a statement with a mistake, is a *problem.Problem of code query_refused.
func (db *DB) Query(ctx context.Context, text string, limit int) (storage.Rows, error) {
	statement, err := question.OnlyReading(text)
	if err != nil {
		return storage.Rows{}, err
	}
	pool, err := db.questions()
	if err != nil {
		return storage.Rows{}, unusable(db.where, err)
	}
	// Ending the context ends the question on the server too, also one that has more rows than are wanted.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var tx pgx.Tx
	err = patiently(ctx, func() (err error) {
		tx, err = pool.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
		return err
	})
	if err != nil {
		return storage.Rows{}, told(err)
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if err := refuseActing(ctx, tx, statement); err != nil {
		return storage.Rows{}, err
	}
	answer, err := ask(ctx, tx, clean(statement), limit)
	return answer, refused(err)
}

func ask(ctx context.Context, tx pgx.Tx, statement string, limit int) (storage.Rows, error) {
	var answer storage.Rows
	rows, err := tx.Query(ctx, statement, pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return answer, err
	}
	fields := rows.FieldDescriptions()
	for rows.Next() {
		if limit > 0 && len(answer.Values) == limit {
			answer.Truncated = true
			break // the rest is not read: the caller ends the context, and with it the connection
		}
		raw := rows.RawValues()
		values := make([]any, len(raw))
		for i, text := range raw {
			values[i] = shown(fields[i].DataTypeOID, text)
		}
		answer.Values = append(answer.Values, values)
	}
	if !answer.Truncated {
		rows.Close()
		// They are known only now: an EXPLAIN has none before its first row.
		fields, err = rows.FieldDescriptions(), rows.Err()
	}
	for _, f := range fields {
		answer.Columns = append(answer.Columns, f.Name)
	}
	return answer, err
}

// shown is a value in the terms of storage.Rows, as SQLite would give it: booleans are 1 and 0, numbers are numbers
// where that loses nothing.
func shown(oid uint32, text []byte) any {
	if text == nil {
		return nil
	}
	s := string(text)
	switch oid {
	case pgtype.BoolOID:
		return int64(flag(s == "t"))
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID, pgtype.NumericOID, pgtype.Float4OID,
		pgtype.Float8OID:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
		f, err := strconv.ParseFloat(s, 64)
		if err == nil && (oid != pgtype.NumericOID || strconv.FormatFloat(f, 'f', -1, 64) == trimmed(s)) {
			return f
		}
	case pgtype.ByteaOID:
		if raw, err := hex.DecodeString(strings.TrimPrefix(s, `\x`)); err == nil {
			return raw
		}
	}
	return s
}

// trimmed is a decimal number without zeros at its end.
func trimmed(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

var (
	called = regexp.MustCompile(`(?i)([a-z_][a-z0-9_$]*|"(?:[^"]|"")*")\s*\(`)
	// escaped identifiers hide their names.
	hidden = regexp.MustCompile(`(?i)\bu&\s*"`)
)

// harmless are functions that PostgreSQL calls volatile and that act on nothing.
var harmless = []string{"random", "clock_timestamp", "timeofday", "gen_random_uuid", "statement_timestamp"}

// refuseActing refuses statements that call functions which do something. A name in a text of the statement counts too:
// better one question too many is refused.
func refuseActing(ctx context.Context, tx pgx.Tx, statement string) error {
	var names []string
	for _, match := range called.FindAllStringSubmatch(statement, -1) {
		name := strings.ToLower(match[1])
		if unquoted, quoted := strings.CutPrefix(match[1], `"`); quoted {
			name = strings.ReplaceAll(strings.TrimSuffix(unquoted, `"`), `""`, `"`)
		}
		if !slices.Contains(harmless, name) {
			names = append(names, clean(name))
		}
	}
	acting, err := list(ctx, tx, value[string],
		`SELECT DISTINCT proname::text FROM pg_proc WHERE proname = ANY ($1) AND provolatile = 'v' ORDER BY 1`, names)
	switch {
	case err != nil:
		return err
	case len(acting) > 0:
		return functionActs(acting[0])
	case hidden.MatchString(statement):
		return namesInEscapes()
	}
	return nil
}

func refused(err error) error {
	coded, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case !ok || Passes(err):
		return told(err)
	case coded.Code == queryCanceled:
		return questionTooLong(err)
	}
	return questionRefused(err, coded.Message)
}
