package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

func TestAStatementThatIsKeptSeesAnotherSchema(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	other, err := sqlite.Open(t.Context(), db.Path(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	run(t, db.Writer(), `CREATE TABLE kept (a)`)
	columns := func() (n int) {
		t.Helper()
		rows, err := db.Readers().QueryContext(t.Context(), `SELECT * FROM kept`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			n = len(names)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return n
	}
	insert := `INSERT INTO kept (a) VALUES (?)`
	for range 2 {
		run(t, db.Writer(), insert, 1)
		if n := columns(); n != 1 {
			t.Fatalf("%d columns, want 1", n)
		}
	}
	run(t, other.Writer(), `ALTER TABLE kept ADD COLUMN b DEFAULT 7`)
	run(t, db.Writer(), insert, 2)
	if n := columns(); n != 2 {
		t.Errorf("%d columns after another connection added one, want 2", n)
	}
	run(t, other.Writer(), `DROP TABLE kept`)
	if _, err := db.Writer().ExecContext(t.Context(), insert, 3); err == nil {
		t.Error("a row went into a table that is gone")
	}
	run(t, other.Writer(), `CREATE TABLE kept (a)`)
	run(t, db.Writer(), insert, 4)
	if n := columns(); n != 1 {
		t.Errorf("%d columns in the table that was made anew, want 1", n)
	}
}

func run(t *testing.T, on *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := on.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// TestEveryDurableWriteIsDurable: SQLite obeys PRAGMA synchronous while it parses it. A kept one would be obeyed once.
func TestEveryDurableWriteIsDurable(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	for n := range 3 {
		for _, one := range []struct {
			within func(context.Context, func(storage.Tx) error) error
			want   int
		}{{db.Within, 2}, {db.WithinRelaxed, 1}} {
			err := one.within(t.Context(), func(tx storage.Tx) error {
				var mode int
				err := tx.(*sqlite.Tx).SQL().QueryRowContext(t.Context(), `PRAGMA synchronous`).Scan(&mode)
				if mode != one.want {
					t.Errorf("time %d: synchronous is %d, want %d", n, mode, one.want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestAStatementWithinItself: the same text is read in a loop and asked again inside the loop, on one connection.
func TestAStatementWithinItself(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	conn, err := db.Writer().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const text = `WITH RECURSIVE n (i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n`
	list := func(from int, each func()) (got []int) {
		rows, err := conn.QueryContext(t.Context(), text, from)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var i int
			if err := rows.Scan(&i); err != nil {
				t.Fatal(err)
			}
			got = append(got, i)
			each()
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return got
	}
	for range 2 {
		inner := ""
		outer := list(1, func() { inner += fmt.Sprint(list(2, func() {})) })
		if fmt.Sprint(outer) != "[1 2 3]" || inner != "[2 3][2 3][2 3]" {
			t.Errorf("outside %v, inside %s", outer, inner)
		}
	}
}

// TestClosingEndsKeptStatements: SQLite leaves the file open, and its log beside it, as long as one of them is there.
func TestClosingEndsKeptStatements(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	path := db.Path()
	for n := range 300 { // more than are kept
		run(t, db.Writer(), fmt.Sprintf(`UPDATE stores SET name = name WHERE id = %d`, n))
	}
	if _, err := db.Stores(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + left); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", filepath.Base(path+left), err)
		}
	}
}

// TestStatementsAreKept prepares texts as database/sql does: the one it has used lately is the same statement.
func TestStatementsAreKept(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	for name, pool := range map[string]*sql.DB{"writer": db.Writer(), "readers": db.Readers()} {
		conn, err := pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		first, setting := `SELECT id FROM stores`, `PRAGMA user_version`
		kept, asked := prepared(t, conn, first), prepared(t, conn, setting)
		if prepared(t, conn, first) != kept {
			t.Errorf("%s: a statement was parsed twice", name)
		}
		if prepared(t, conn, setting) == asked {
			t.Errorf("%s: a setting was kept", name)
		}
		for n := range 300 {
			prepared(t, conn, fmt.Sprintf(`SELECT id FROM stores WHERE id = %d`, n))
		}
		if prepared(t, conn, first) == kept {
			t.Errorf("%s: a statement is kept for ever", name)
		}
	}
}

// prepared is the statement of a text, given back at once.
func prepared(t *testing.T, conn *sql.Conn, text string) (statement driver.Stmt) {
	t.Helper()
	err := conn.Raw(func(on any) error {
		var err error
		if statement, err = on.(driver.ConnPrepareContext).PrepareContext(t.Context(), text); err != nil {
			return err
		}
		return statement.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return statement
}
