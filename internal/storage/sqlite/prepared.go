package sqlite

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"

	"modernc.org/sqlite"
)

// openPool opens a pool of connections that keep their prepared statements. The same few dozen statements come with
// every page and every write, and SQLite takes longer to parse most of them than to run them.
func openPool(dsn string) (*sql.DB, error) {
	opens, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeping{opens}), nil
}

// keptStatements is how many prepared statements a connection keeps. Waybill's own are fewer. The limit keeps
// statements with lists of varying length from filling the memory.
const keptStatements = 192

// driverConn is what database/sql uses of SQLite's connections. It leaves out the methods that run a text without
// preparing it. So database/sql prepares every text, and finds the kept statement.
type driverConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keeping opens connections that keep their statements.
type keeping struct{ driver.Connector }

var errForeignConn = errors.New("sqlite: the driver's connection lacks what database/sql needs")

func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(driverConn)
	if !ok {
		return nil, errors.Join(errForeignConn, opened.Close())
	}
	return &keepingConn{driverConn: conn, idle: map[string]*list.Element{}, byUse: list.New()}, nil
}

// keepingConn is a connection with its statements that are not in use. database/sql lets one goroutine at a time use a
// connection and its statements.
type keepingConn struct {
	driverConn
	idle  map[string]*list.Element // by their text
	byUse *list.List               // of *keptStatement, the last used one in front
}

// PrepareContext takes a kept statement, or prepares one. SQLite itself compiles a statement again after a change of
// the schema.
func (c *keepingConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if kept, ok := c.idle[text]; ok {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		delete(c.idle, text)
		return c.byUse.Remove(kept).(*keptStatement), nil
	}
	prepared, err := c.driverConn.PrepareContext(ctx, text)
	if err != nil || !runsAgain(text) {
		return prepared, err
	}
	runs, ok := prepared.(driverStmt)
	if !ok {
		return prepared, nil
	}
	return &keptStatement{driverStmt: runs, conn: c, text: text}, nil
}

func (c *keepingConn) Prepare(text string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), text)
}

// Close closes the statements before the connection. Otherwise SQLite would keep the file open for them.
func (c *keepingConn) Close() error {
	var errs []error
	for at := c.byUse.Front(); at != nil; at = at.Next() {
		errs = append(errs, at.Value.(*keptStatement).driverStmt.Close())
	}
	clear(c.idle)
	c.byUse.Init()
	return errors.Join(append(errs, c.driverConn.Close())...)
}

// keep takes back a statement that is no longer in use. A second statement with the same text, prepared while the first
// was in use, is closed.
func (c *keepingConn) keep(s *keptStatement) error {
	if _, twice := c.idle[s.text]; twice {
		return s.driverStmt.Close()
	}
	c.idle[s.text] = c.byUse.PushFront(s)
	if c.byUse.Len() <= keptStatements {
		return nil
	}
	oldest := c.byUse.Remove(c.byUse.Back()).(*keptStatement)
	delete(c.idle, oldest.text)
	return oldest.driverStmt.Close()
}

// runsAgain says whether a kept statement does its work on every run. A PRAGMA may not: SQLite executes some PRAGMAs
// while it parses them, so a second run would do nothing. Changes of the schema are not kept, because they run only
// once.
func runsAgain(text string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	switch strings.ToUpper(word) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// driverStmt is what database/sql uses of SQLite's statements.
type driverStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keptStatement goes back to its connection when it is closed.
type keptStatement struct {
	driverStmt
	conn   *keepingConn
	text   string
	failed bool
}

func (s *keptStatement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	result, err := s.driverStmt.ExecContext(ctx, args)
	s.failed = s.failed || err != nil
	return result, err
}

func (s *keptStatement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := s.driverStmt.QueryContext(ctx, args)
	s.failed = s.failed || err != nil
	return rows, err
}

// Close keeps the statement for the next use. A statement that failed is closed, because its state is uncertain.
func (s *keptStatement) Close() error {
	if s.failed {
		return s.driverStmt.Close()
	}
	return s.conn.keep(s)
}
