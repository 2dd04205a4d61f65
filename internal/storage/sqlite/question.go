package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Query answers one SQL statement that only reads, up to limit rows (0 means no limit). Writing, attaching other files
// and changing settings are refused, with a *problem.Problem of code query_refused; so is a statement with a mistake.
// The answer comes from one consistent state.
func (db *DB) Query(ctx context.Context, question string, limit int, args ...any) (storage.Rows, error) {
	var answer storage.Rows
	statement, err := onlyReading(question)
	if err != nil {
		return answer, err
	}
	conn, err := db.readers.Conn(ctx)
	if err != nil {
		return answer, err
	}
	defer conn.Close()
	if err := forbidAttach(conn); err != nil {
		return answer, err
	}
	rows, err := conn.QueryContext(ctx, statement, args...)
	if err != nil {
		return answer, refused(err)
	}
	defer rows.Close()
	if answer.Columns, err = rows.Columns(); err != nil {
		return answer, err
	}
	for rows.Next() {
		if limit > 0 && len(answer.Values) == limit {
			answer.Truncated = true
			break
		}
		values, err := scanValues(rows, len(answer.Columns))
		if err != nil {
			return answer, err
		}
		answer.Values = append(answer.Values, values)
	}
	if err := rows.Err(); err != nil {
		return answer, refused(err)
	}
	return answer, nil
}

func scanValues(rows *sql.Rows, n int) ([]any, error) {
	values, into := make([]any, n), make([]any, n)
	for i := range values {
		into[i] = &values[i]
	}
	return values, rows.Scan(into...)
}

// onlyReading refuses what the connection's own settings do not stop. Those stop every write (query_only); a PRAGMA
// could switch that off again, and a second statement in the text could be one.
func onlyReading(question string) (string, error) {
	statement := strings.TrimSpace(withoutComments(question))
	for strings.HasSuffix(statement, ";") {
		statement = strings.TrimSpace(strings.TrimSuffix(statement, ";"))
	}
	word, _, _ := strings.Cut(strings.ToUpper(strings.Join(strings.Fields(statement), " ")), " ")
	word, _, _ = strings.Cut(word, "(")
	switch {
	case statement == "":
		return "", problem.New(problem.QueryRefused, "there is no SQL statement to run").
			Next(`Give one, for example: SELECT id, status, total FROM orders ORDER BY id DESC LIMIT 10`)
	case word != "SELECT" && word != "WITH" && word != "VALUES" && word != "EXPLAIN":
		return "", problem.New(problem.QueryRefused, "%s is refused: the mirror is only read here", word).
			Next("Use a SELECT; docs/schema.md lists tables and views.")
	case hasSecondStatement(statement):
		return "", problem.New(problem.QueryRefused, "more than one SQL statement was given").
			Next("Give one at a time.")
	}
	return statement, nil
}

// withoutComments takes comments away that stand before the statement, where they would hide its first word.
func withoutComments(question string) string {
	for {
		question = strings.TrimSpace(question)
		switch {
		case strings.HasPrefix(question, "--"):
			_, rest, _ := strings.Cut(question, "\n")
			question = rest
		case strings.HasPrefix(question, "/*"):
			_, rest, found := strings.Cut(question, "*/")
			if !found {
				return ""
			}
			question = rest
		default:
			return question
		}
	}
}

// hasSecondStatement finds a semicolon outside quotes and comments.
func hasSecondStatement(statement string) bool {
	for i := 0; i < len(statement); i++ {
		switch c := statement[i]; {
		case c == ';':
			return true
		case c == '\'' || c == '"' || c == '`':
			i = skipTo(statement, i+1, string(c))
		case c == '[':
			i = skipTo(statement, i+1, "]")
		case strings.HasPrefix(statement[i:], "--"):
			i = skipTo(statement, i, "\n")
		case strings.HasPrefix(statement[i:], "/*"):
			i = skipTo(statement, i+2, "*/")
		}
	}
	return false
}

// skipTo is the index of the last byte of the next mark, or the end.
func skipTo(statement string, from int, mark string) int {
	next := strings.Index(statement[from:], mark)
	if next < 0 {
		return len(statement)
	}
	return from + next + len(mark) - 1
}

// forbidAttach keeps a question inside its database: ATTACH would open, or
// make, any file the process may touch. The connection keeps the limit; no
// other use of a reader attaches anything.
func forbidAttach(conn *sql.Conn) error {
	_, err := sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	return err
}

func refused(err error) error {
	if coded := (*sqlite.Error)(nil); !errors.As(err, &coded) {
		return err // the context ended, not the statement's fault
	}
	return problem.Wrap(problem.QueryRefused, err, "the SQL statement cannot be run: %v", err).
		Next("docs/schema.md lists tables, views and columns.")
}
