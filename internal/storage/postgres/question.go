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

// openQuestions opens the pool for people's SQL: two connections that cannot write, with a time limit of their own.
func openQuestions(config *pgxpool.Config) (*pgxpool.Pool, error) {
	config.MaxConns, config.MinConns = 2, 0
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	bound(config, longestQuestion)
	return pgxpool.NewWithConfig(context.Background(), config)
}

// Query answers one SQL statement that only reads, up to limit rows (0 means no limit). It runs in a READ ONLY
// transaction, in which PostgreSQL refuses writes. Functions with other effects (locks, notices, settings, other
// backends, files) are refused too: all that PostgreSQL calls volatile, except harmless ones. The error of a refusal,
// and of a statement with a mistake, is a *problem.Problem of code query_refused.
func (db *DB) Query(ctx context.Context, text string, limit int) (storage.Rows, error) {
	statement, err := question.OnlyReading(text)
	if err != nil {
		return storage.Rows{}, err
	}
	pool, err := db.questions()
	if err != nil {
		return storage.Rows{}, unusable(db.where, err)
	}
	// The end of the context ends the query on the server too, even when it has more rows than the limit.
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
		// The columns are known only now, because an EXPLAIN has none before its first row.
		fields, err = rows.FieldDescriptions(), rows.Err()
	}
	for _, f := range fields {
		answer.Columns = append(answer.Columns, f.Name)
	}
	return answer, err
}

// shown is a value of storage.Rows, as SQLite would give it. Booleans are 1 and 0. Numbers are numbers where that loses
// nothing, else texts.
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

// trimmed is a decimal number without trailing zeros after the point.
func trimmed(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

var (
	called = regexp.MustCompile(`(?i)([a-z_][a-z0-9_$]*|"(?:[^"]|"")*")\s*\(`)
	// hidden matches escaped identifiers, which hide their names.
	hidden = regexp.MustCompile(`(?i)\bu&\s*"`)
)

// harmless are functions that PostgreSQL calls volatile but that have no effect.
var harmless = []string{"random", "clock_timestamp", "timeofday", "gen_random_uuid", "statement_timestamp"}

// refuseActing refuses statements that call functions with an effect. A function's name inside a string of the
// statement counts too: a wrong refusal is better than an effect.
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
