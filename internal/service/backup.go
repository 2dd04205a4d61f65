package service

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/waybillhq/waybill/internal/backup"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/internal/stores"
)

// Backup writes the configured installation to a file as it is at one moment, while others work on it. The file cannot
// be used in place of the database: only Restore makes one of it. It gives the moment.
func Backup(ctx context.Context, opts Options, path string, lock backup.Lock) (taken time.Time, err error) {
	opts = opts.withDefaults()
	if opts.Config.Database.URL != "" {
		return taken, backedUpElsewhere()
	}
	source := filepath.Join(opts.Config.Data, databaseName)
	db, err := sqlite.OpenReader(ctx, source, sqlite.Options{Now: opts.Now})
	if errors.Is(err, fs.ErrNotExist) {
		return taken, stores.NothingConnected(opts.where())
	}
	if err != nil {
		return taken, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	dir, err := os.MkdirTemp(opts.Config.Data, "backup-*") // the copy holds what the database holds: beside it
	if err != nil {
		return taken, directoryReadOnly(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	copied := filepath.Join(dir, databaseName)
	taken = opts.Now().UTC().Truncate(time.Second)
	if err := db.CopyTo(ctx, copied); err != nil {
		return taken, err
	}
	if err := mark(ctx, copied, opts, storage.Move{ID: rand.Text(), State: storage.BackedUp, At: taken}); err != nil {
		return taken, err
	}
	return taken, backup.Seal(path, copied, lock)
}

// mark notes in a copy that it is one, and looks it through.
func mark(ctx context.Context, path string, opts Options, m storage.Move) (err error) {
	db, err := sqlite.Open(ctx, path, sqlite.Options{Now: opts.Now, Moving: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Examine(ctx); err != nil {
		return err
	}
	return db.BeginMove(ctx, m)
}

// Restore makes the database of the configured data directory, which must not have one, of a file that Backup has
// written. What waited in it is held: it may have been sent since.
func Restore(ctx context.Context, opts Options, path string, lock backup.Lock) (report backup.Report, err error) {
	opts = opts.withDefaults()
	if opts.Config.Database.URL != "" {
		return report, restoredIntoFile()
	}
	data := opts.Config.Data
	target := filepath.Join(data, databaseName)
	if err := os.MkdirAll(data, 0o700); err != nil {
		return report, directoryNotMade(err, data)
	}
	if _, err := os.Lstat(target); err == nil {
		return report, holdsDataAlready(data)
	}
	dir, err := os.MkdirTemp(data, "restore-*")
	if err != nil {
		return report, directoryReadOnly(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	copied := filepath.Join(dir, databaseName)
	if err := backup.Open(path, copied, lock); err != nil {
		return report, err
	}
	if report, err = ready(ctx, copied, opts); problem.Is(err, problem.DataUnusable) {
		return report, noBackup(err, path)
	} else if err != nil {
		return report, err
	}
	// The last step: until here there is no database, and after a kill the same command begins anew.
	if err := os.Link(copied, target); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return report, madeMeanwhile(target)
		}
		if err := os.Rename(copied, target); err != nil {
			return report, fileNotWritten(err, target)
		}
	}
	return report, nil
}

// ready turns the copy of a backup into a database that can be worked on.
func ready(ctx context.Context, path string, opts Options) (report backup.Report, err error) {
	db, err := sqlite.Open(ctx, path, sqlite.Options{Now: opts.Now, Moving: true})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Examine(ctx); err != nil {
		return report, err
	}
	m, err := db.Move(ctx)
	if err != nil {
		return report, err
	}
	if m.State != storage.BackedUp {
		return report, databaseNoBackup()
	}
	return backup.Hold(ctx, db, m.At)
}

// PutBack readies the configured database, which was put back by other means (pg_restore, a snapshot of the machine) to
// its state of a moment. No Waybill may work on it.
func PutBack(ctx context.Context, opts Options, taken time.Time) (report backup.Report, err error) {
	db, err := openArchive(ctx, opts.withDefaults())
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	working, err := db.Working(ctx)
	if err != nil {
		return report, err
	}
	if len(working) > 0 {
		return report, processWorks(working)
	}
	if m, err := db.Move(ctx); err != nil {
		return report, err
	} else if err := storage.RefuseMoving(m); err != nil {
		return report, err
	}
	return backup.Hold(ctx, db, taken)
}
