package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite" // the driver, registered as "sqlite"

	"github.com/waybillhq/waybill/internal/problem"
)

// Options adjust a database. The zero value is right for most uses.
type Options struct {
	// Readers is the number of connections that read; 0 means 4, or the number of processors where that is more.
	Readers int
	// CacheKiB is the page cache of each connection; 0 means 8 MiB for the writer and 2 MiB for a reader.
	CacheKiB int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Moving opens also a database that is being moved, or has been (storage.Archive).
	Moving bool
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	path    string
	writer  *sql.DB // one connection; nil in a reader
	readers *sql.DB
	// questions answers people's SQL.
	questions *sql.DB
	lock      *fileLock // nil in a reader
	now       func() time.Time
	changes   notifier
	calendar  notifier
	closing   sync.Once
}

// sequenceGap is how many change numbers are skipped when the last process did not close the database. A power cut may
// have taken transactions whose numbers a reader of the feed has already seen; giving them out again would make it miss
// changes. It is far more than a process writes between two moments at which the system flushes its buffers, and int64
// has room.
const sequenceGap = 1 << 20

// Open opens or creates the database at path for reading and writing, beside other processes that do. Who is alone with
// it brings its schema up to date, and frees what killed processes held. The error is a *problem.Problem: data_in_use
// (by a process of another version, in the way of an upgrade), data_too_new or data_unusable.
func Open(ctx context.Context, path string, opts Options) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unusable(path, err)
	}
	lock, settle, err := acquireLock(ctx, path)
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, path, opts, lock.alone)
	if err := errors.Join(err, settle()); err != nil {
		lock.release()
		return nil, err
	}
	db.lock = lock
	return db, nil
}

func open(ctx context.Context, path string, opts Options, alone bool) (*DB, error) {
	// The file is made here, because SQLite would make it readable for all.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unusable(path, err)
	}
	_ = file.Close()
	db := newDB(path, opts)
	if err := registerFunctions(); err != nil {
		return nil, unusable(path, err)
	}
	writer, err := openPool(dsn(path, "rw", cacheOr(opts.CacheKiB, 8<<10)))
	if err != nil {
		return nil, unusable(path, err)
	}
	// The one connection is never given back, so that its page cache and its prepared statements live as long as the
	// process.
	writer.SetMaxOpenConns(1)
	writer.SetMaxIdleConns(1)
	writer.SetConnMaxIdleTime(0)
	db.writer = writer
	if err := prepare(ctx, path, writer, alone); err != nil {
		_ = writer.Close()
		return nil, err
	}
	if !opts.Moving {
		if err := refuseMoving(ctx, writer); err != nil {
			_ = writer.Close()
			return nil, err
		}
	}
	if err := db.openReaders(ownName(path, opts), opts); err != nil {
		_ = writer.Close()
		return nil, err
	}
	return db, nil
}

// OpenReader opens an existing database for reading only, without locking it. Everything that would write fails. A
// database of an older Waybill is brought up to date first, as Open does, and locked meanwhile. The error is a
// *problem.Problem; errors.Is(err, os.ErrNotExist) when there is no database yet.
func OpenReader(ctx context.Context, path string, opts Options) (*DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, unusable(path, err)
	}
	for tries := 1; ; tries++ {
		db, err := openReader(ctx, path, opts)
		if !errors.Is(err, errTooOld) {
			return db, err
		}
		err = upgrade(ctx, path, opts)
		if err != nil && (tries == upgradeTries || !problem.Is(err, problem.DataInUse)) {
			return nil, err
		}
		time.Sleep(upgradePause) // another command may be at it
	}
}

// How often, and how long apart, a reader tries to bring a database up to date that another process has.
const (
	upgradeTries = 10
	upgradePause = 50 * time.Millisecond
)

func openReader(ctx context.Context, path string, opts Options) (*DB, error) {
	db := newDB(path, opts)
	if err := db.openReaders(ownName(path, opts), opts); err != nil {
		return nil, err
	}
	err := checkVersion(ctx, db.readers)
	if mayNotWrite(err) {
		_ = db.close()
		name, unreadable := stillName(path)
		if unreadable != nil {
			return nil, unreadable
		}
		if err := db.openReaders(name, opts); err != nil {
			return nil, err
		}
		err = checkVersion(ctx, db.readers)
	}
	if err != nil {
		_ = db.close()
		return nil, describeOpen(path, err)
	}
	if !opts.Moving {
		if err := refuseMoving(ctx, db.readers); err != nil {
			_ = db.close()
			return nil, err
		}
	}
	return db, nil
}

func newDB(path string, opts Options) *DB {
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	return &DB{path: path, now: now}
}

// ownName names the file for who reads it in a directory of their own.
func ownName(path string, opts Options) string {
	return dsn(path, "rw", cacheOr(opts.CacheKiB, 2<<10)) + "&_pragma=query_only(1)"
}

func (db *DB) openReaders(name string, opts Options) error {
	if err := registerFunctions(); err != nil {
		return unusable(db.path, err)
	}
	readers, err := openPool(name)
	if err != nil {
		return unusable(db.path, err)
	}
	n := opts.Readers
	if n == 0 {
		n = max(4, runtime.NumCPU())
	}
	readers.SetMaxOpenConns(n)
	readers.SetMaxIdleConns(n)
	if db.questions, err = openQuestions(name); err != nil {
		_ = readers.Close()
		return unusable(db.path, err)
	}
	db.readers = readers
	return nil
}

func cacheOr(given, otherwise int) int {
	if given > 0 {
		return given
	}
	return otherwise
}

// dsn names the file with the settings every connection needs.
//
// A reader opens the file for writing too and forbids itself to write (query_only): a read-only handle on a WAL
// database fails when no other process has made the shared-memory file yet.
func dsn(path, mode string, cacheKiB int) string {
	settings := url.Values{}
	settings.Set("mode", mode)
	settings.Set("_txlock", "immediate") // a transaction that turns into a writer half-way could fail with BUSY
	for _, pragma := range []string{
		"page_size(8192)", // an order takes about 3.5 kB: fewer overflow pages than with 4096
		"journal_mode(WAL)",
		"synchronous(NORMAL)",
		"busy_timeout(10000)",
		"foreign_keys(1)",
		"temp_store(MEMORY)",
		"wal_autocheckpoint(4000)",
		"journal_size_limit(67108864)",
		fmt.Sprintf("cache_size(-%d)", cacheKiB),
	} {
		settings.Add("_pragma", pragma)
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + settings.Encode()
}

// prepare makes the file fit for use. What changes it for everybody is left to the process that is alone with it.
func prepare(ctx context.Context, path string, writer *sql.DB, alone bool) error {
	if !alone {
		err := checkVersion(ctx, writer)
		if errors.Is(err, errTooOld) {
			return inUse(path, "")
		}
		if err != nil {
			return describeOpen(path, err)
		}
		return nil
	}
	if err := migrate(ctx, writer); err != nil {
		return describeOpen(path, err)
	}
	if err := markOpen(ctx, writer); err != nil {
		return unusable(path, err)
	}
	return nil
}

// markOpen notes that processes have the database, leaves a gap in the change numbers when the last one before did not
// say good-bye, and frees what it held.
func markOpen(ctx context.Context, writer *sql.DB) error {
	tx, err := writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var wasOpen bool
	if err := tx.QueryRowContext(ctx, `SELECT open FROM process WHERE only = 1`).Scan(&wasOpen); err != nil {
		return err
	}
	if wasOpen {
		if _, err := tx.ExecContext(ctx, `UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'changes'`,
			sequenceGap); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`UPDATE process SET open = 1 WHERE only = 1`,
		// Nobody else has the file, so whoever holds a turn is dead.
		`UPDATE calendar SET holder = '', held_until = NULL WHERE holder <> ''`,
		`UPDATE calendar SET queued_at = NULL WHERE queued_at IS NOT NULL`,
		`DELETE FROM workers`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return tx.Commit()
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

// markClosed notes that no process has the database.
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

func unusable(path string, err error) error {
	return problem.Wrap(problem.DataUnusable, err, "cannot open the database %s: %v", path, err).
		Next("Check that the directory belongs to you, is writable and has room, or choose another with --data.")
}

func describeOpen(path string, err error) error {
	if errors.Is(err, errTooNew) {
		return problem.Wrap(problem.DataTooNew, err, "the database %s was written by a newer Waybill: %v", path, err).
			Next("Use that version or a newer one; this one leaves the file as it is.")
	}
	if coded := (*sqlite.Error)(nil); errors.As(err, &coded) && strings.Contains(coded.Error(), "not a database") {
		return problem.Wrap(problem.DataUnusable, err, "%s is not a Waybill database", path).
			Next("Choose another directory with --data; the file was not touched.")
	}
	return unusable(path, err)
}
