package sqlite

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// primary takes the details out of SQLite's codes of errors.
const primary = 0xff

func codeOf(err error) int {
	if coded := (*sqlite.Error)(nil); errors.As(err, &coded) {
		return coded.Code() & primary
	}
	return sqlite3.SQLITE_OK
}

// mayNotWrite says whether a database could not be opened because its directory may only be read.
func mayNotWrite(err error) bool {
	code := codeOf(err)
	return code == sqlite3.SQLITE_CANTOPEN || code == sqlite3.SQLITE_READONLY
}

// stillName names a database that this process may only read: on a read-only disk, or in somebody else's directory.
// SQLite then cannot make its files beside it. Without a log of changes beside it (-wal) the file is whole by itself,
// and is read as one that does not change. With one it can be read only where the process that writes has made the
// index of the log; else what stands in the log would be missing.
func stillName(path string) (string, error) {
	settings := url.Values{"mode": {"ro"}, "_pragma": {"query_only(1)", "busy_timeout(10000)", "temp_store(MEMORY)"}}
	if log, err := os.Stat(path + "-wal"); err != nil || log.Size() == 0 {
		settings.Set("immutable", "1")
	} else if _, err := os.Stat(path + "-shm"); err != nil {
		return "", notClosed(path)
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + settings.Encode(), nil
}

// explain says of an error of the disk or the file, which no transaction can help, where it is and what to do.
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
