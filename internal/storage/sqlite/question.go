package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/question"
)

// Query answers one SQL statement that only reads, up to limit rows (0 means no limit). Writing, attaching other files
// and changing settings are refused, with a *problem.Problem of code query_refused; so is a statement with a mistake.
// The answer comes from one consistent state.
func (db *DB) Query(ctx context.Context, text string, limit int) (storage.Rows, error) {
	var answer storage.Rows
	statement, err := question.OnlyReading(text)
	if err != nil {
		return answer, err
	}
	conn, err := db.questions.Conn(ctx)
	if err != nil {
		return answer, err
	}
	defer conn.Close()
	if err := forbidAttach(conn); err != nil {
		return answer, err
	}
	rows, err := conn.QueryContext(ctx, statement)
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

// openQuestions opens a pool of connections for people's SQL. They keep no statements, and a long question takes no
// connection from the work. The first connection opens with the first question.
func openQuestions(name string) (*sql.DB, error) {
	questions, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	questions.SetMaxOpenConns(4)
	questions.SetMaxIdleConns(1)
	return questions, nil
}

// forbidAttach keeps a question inside its database. ATTACH would open, or make, any file that the process may access.
// The limit stays with the connection.
func forbidAttach(conn *sql.Conn) error {
	_, err := sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	return err
}

func refused(err error) error {
	if coded := (*sqlite.Error)(nil); !errors.As(err, &coded) {
		return err // the context ended, not the statement's fault
	}
	// The driver puts the kind of error before SQLite's message, and its number after it.
	said := strings.TrimPrefix(err.Error(), "SQL logic error: ")
	if at := strings.LastIndex(said, " ("); at > 0 && strings.HasSuffix(said, ")") {
		said = said[:at]
	}
	return questionRefused(err, said)
}
