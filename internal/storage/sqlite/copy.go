package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// CopyTo writes the database as it is at one moment to a new file, while others work on it.
func (db *DB) CopyTo(ctx context.Context, path string) (err error) {
	// SQLite fills an empty file. A file that SQLite makes itself could be read by others.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return unusable(path, err)
	}
	_ = file.Close()
	defer func() {
		if err != nil {
			_ = os.Remove(path)
		}
	}()
	// The copy needs a connection of its own, because readers' connections may not write, not even to another file.
	from, err := sql.Open("sqlite", dsn(db.path, "rw", 2<<10))
	if err != nil {
		return unusable(db.path, err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if _, err := from.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return unusable(path, err)
	}
	return nil
}

// Examine checks the whole file for damage.
func (db *DB) Examine(ctx context.Context) error {
	var found string
	if err := db.readers.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&found); err != nil {
		return unusable(db.path, err)
	}
	if found != "ok" {
		return unusable(db.path, fmt.Errorf("it is damaged: %s", found))
	}
	return nil
}
