package sqlite

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// primary masks an error code of SQLite to its kind.
const primary = 0xff

func codeOf(err error) int {
	if coded := (*sqlite.Error)(nil); errors.As(err, &coded) {
		return coded.Code() & primary
	}
	return sqlite3.SQLITE_OK
}

// mayNotWrite says whether opening a database failed because its directory is read-only.
func mayNotWrite(err error) bool {
	code := codeOf(err)
	return code == sqlite3.SQLITE_CANTOPEN || code == sqlite3.SQLITE_READONLY
}

// stillName names a database that this process may only read: on a read-only disk, or in another user's directory.
// SQLite cannot make its files beside such a database. Without a log (-wal) the file is complete, and is read as one
// that does not change. With a log it can be read only where the writing process has made the index of the log (-shm);
// otherwise the changes in the log would be missing.
func stillName(path string) (string, error) {
	settings := url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "busy_timeout(10000)", "temp_store(MEMORY)"}}
	if log, err := os.Stat(path + "-wal"); err != nil || log.Size() == 0 {
		settings.Set("immutable", "1")
	} else if _, err := os.Stat(path + "-shm"); err != nil {
		return "", notClosed(path)
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + settings.Encode(), nil
}

// explain turns an error of the disk or the file into one that says where it is and what to do. No transaction can
// repair such errors.
func (db *DB) explain(err error) error {
	what := ""
	switch codeOf(err) {
	case sqlite3.SQLITE_FULL:
		what = "the disk is full"
	case sqlite3.SQLITE_IOERR:
		what = "the disk does not take what is written, or is full"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		what = "it may not be written"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return damaged(err, db.path)
	default:
		return err
	}
	return notWritten(err, db.path, what)
}
