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
	"time"

	"modernc.org/sqlite"

	"github.com/waybillhq/waybill/internal/problem"
)

// sequenceGap is how many change numbers are skipped when the last process did not close the database. A power cut may
// have undone transactions whose numbers a reader has already seen. Giving these numbers again would make the reader
// miss changes. The gap is far more than a process writes between two flushes of the system's buffers, and int64 has
// room.
const sequenceGap = 1 << 20

// Open opens or creates the database at path for reading and writing. Other processes may have it open too. A process
// that is alone with it brings its schema up to date, and frees what killed processes held. The error is a
// *problem.Problem: data_in_use (a process of another version prevents the upgrade), data_too_new or data_unusable.
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
	// The file is made here, because SQLite would make it readable for everybody.
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
	// The pool never closes its one connection, so that the page cache and the prepared statements live as long as the
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
// database of an older Waybill is first brought up to date as by Open, and is locked meanwhile. The error is a
// *problem.Problem. It satisfies errors.Is(err, os.ErrNotExist) when there is no database yet.
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
		time.Sleep(upgradePause) // another command may be upgrading
	}
}

// How often, and after what pause, a reader tries to bring a database up to date that another process has open.
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

// ownName is the data source name for reading a database in a directory where this process may write.
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

// dsn is the data source name of a file, with the settings that every connection needs. A reader opens the file for
// writing too, but forbids itself to write (query_only): a read-only handle on a WAL database fails when no other
// process has made the shared-memory file yet.
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

// prepare makes the file ready for use. Only a process that is alone with the file changes it for all.
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

// markOpen notes that processes have the database open. When the last process before did not close it, markOpen leaves
// a gap in the change numbers and frees what that process held.
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
		// No other process has the file open, so the holders of turns are dead.
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

func describeOpen(path string, err error) error {
	if errors.Is(err, errTooNew) {
		return tooNew(err, path)
	}
	if coded := (*sqlite.Error)(nil); errors.As(err, &coded) && strings.Contains(coded.Error(), "not a database") {
		return noDatabase(err, path)
	}
	return unusable(path, err)
}

// upgrade brings the schema up to date for a reader, under the lock and in transactions, as opening for writing does.
// It fails while another process has the lock: that is an older program, which would not know the new schema.
func upgrade(ctx context.Context, path string, opts Options) error {
	db, err := Open(ctx, path, opts)
	if problem.Is(err, problem.DataInUse) {
		return olderProcess(err, path)
	}
	if err != nil {
		return err
	}
	return db.Close()
}
