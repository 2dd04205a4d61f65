package sqlite

import (
	"database/sql"
	"errors"
	"sync"
	"time"
)

// Options adjust a database. The zero value is right for most uses.
type Options struct {
	// Readers is the number of connections that read; 0 means 4, or the number of processors where that is more.
	Readers int
	// CacheKiB is the page cache of each connection; 0 means 8 MiB for the writer and 2 MiB for a reader.
	CacheKiB int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Moving also opens a database that is being moved, or was moved (storage.Archive).
	Moving bool
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	path    string
	writer  *sql.DB // one connection; nil in a reader
	readers *sql.DB
	// questions are the connections for people's SQL.
	questions *sql.DB
	lock      *fileLock // nil in a reader
	now       func() time.Time
	changes   notifier
	calendar  notifier
	closing   sync.Once
}

// Close waits for running transactions, closes the database and gives up the lock. Closing twice is safe; the second
// call returns nil.
func (db *DB) Close() error {
	var err error
	db.closing.Do(func() {
		db.changes.close()
		db.calendar.close()
		if db.lock == nil {
			err = db.close()
			return
		}
		err = db.lock.leave(db.markClosed, db.close)
	})
	return err
}

// markClosed notes that no process has the database open.
func (db *DB) markClosed() error {
	_, err := db.writer.Exec(`UPDATE process SET open = 0 WHERE only = 1`) //nolint:noctx // closing must not depend on a caller's context
	return err
}

func (db *DB) close() error {
	var errs []error
	if db.readers != nil {
		errs = append(errs, db.readers.Close(), db.questions.Close())
	}
	if db.writer != nil {
		errs = append(errs, db.writer.Close())
	}
	return errors.Join(errs...)
}

// Path is the database file.
func (db *DB) Path() string { return db.path }

// Writer is the pool with the one connection that writes, for the job engine. A transaction on it keeps everybody else
// from writing: hold it briefly.
func (db *DB) Writer() *sql.DB { return db.writer }

// Readers is the pool of connections that cannot write.
func (db *DB) Readers() *sql.DB { return db.readers }
