package service

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/internal/stores"
)

// databaseName is the file inside the data directory.
const databaseName = "waybill.db"

// where says which database the configuration names, and whether it is there. Who looks in the wrong place sees so.
func (o Options) where() string {
	if address := o.Config.Database.URL; address != "" {
		return address.String()
	}
	path := filepath.Join(o.Config.Data, databaseName)
	if _, err := os.Stat(o.Config.Data); errors.Is(err, fs.ErrNotExist) {
		return path + " (there is no such directory)"
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return path + " (there is no such file)"
	}
	return path
}

// openDatabase opens the database that the configuration names, made when missing, unless a store must be connected
// already. The data directory is made in any other case: it holds the file of the master key.
func openDatabase(ctx context.Context, opts Options) (storage.Database, error) {
	dir := opts.Config.Data
	if opts.Connected && opts.Config.Database.URL.Reveal() == "" {
		if _, err := os.Stat(filepath.Join(dir, databaseName)); errors.Is(err, fs.ErrNotExist) {
			return nil, stores.NothingConnected(opts.where())
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, directoryNotMade(err, dir)
	}
	if address := opts.Config.Database.URL.Reveal(); address != "" {
		db, err := postgres.Open(ctx, address, postgres.Options{Now: opts.Now})
		if err != nil {
			return nil, err
		}
		return db, nil
	}
	db, err := sqlite.Open(ctx, filepath.Join(dir, databaseName), sqlite.Options{Now: opts.Now})
	if err != nil {
		return nil, err
	}
	return db, nil
}

// openDatabaseReader opens it for reading only: everything that would write fails.
func openDatabaseReader(ctx context.Context, opts Options) (db storage.Database, err error) {
	if address := opts.Config.Database.URL.Reveal(); address != "" {
		var reader *postgres.DB
		if reader, err = postgres.OpenReader(ctx, address, postgres.Options{Now: opts.Now}); err == nil {
			return reader, nil
		}
	} else {
		var reader *sqlite.DB
		path := filepath.Join(opts.Config.Data, databaseName)
		if reader, err = sqlite.OpenReader(ctx, path, sqlite.Options{Now: opts.Now}); err == nil {
			return reader, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, stores.NothingConnected(opts.where())
	}
	return nil, err
}
