package service

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/relocation"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

// ToFile stands for the SQLite file in the data directory as the goal of a move.
const ToFile config.Address = "sqlite"

// Migrate moves everything from the configured database to another one: an address, or [ToFile]. It goes on with a move
// that was interrupted. Afterwards the configured database is closed for good.
func Migrate(
	ctx context.Context, opts Options, to config.Address, watch func(relocation.Progress),
) (report relocation.Report, err error) {
	opts = opts.withDefaults()
	from := opts.Config.Database.URL
	target := opts
	if target.Config.Database.URL = to; to == ToFile {
		target.Config.Database.URL = ""
	}
	if from == target.Config.Database.URL {
		return report, movedToItself()
	}
	here, err := openArchive(ctx, opts)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, here.Close()) }()
	there, err := openArchive(ctx, target)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, there.Close()) }()
	return relocation.Run(ctx, here, there, relocation.Options{From: placeOf(opts), To: placeOf(target),
		Observe: watch})
}

// AbandonMigration opens the configured database again whose move has not ended.
func AbandonMigration(ctx context.Context, opts Options) (err error) {
	here, err := openArchive(ctx, opts.withDefaults())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, here.Close()) }()
	return relocation.Abandon(ctx, here)
}

// archive is a database that is opened to be moved.
type archive interface {
	storage.Archive
	storage.Database
}

func openArchive(ctx context.Context, opts Options) (archive, error) {
	if address := opts.Config.Database.URL.Reveal(); address != "" {
		db, err := postgres.Open(ctx, address, postgres.Options{Now: opts.Now, Moving: true})
		if err != nil {
			return nil, err
		}
		return db, nil
	}
	db, err := sqlite.Open(ctx, filepath.Join(opts.Config.Data, databaseName),
		sqlite.Options{Now: opts.Now, Moving: true})
	if err != nil {
		return nil, err
	}
	return db, nil
}

// placeOf names the configured database for people.
func placeOf(opts Options) string {
	if address := opts.Config.Database.URL; address != "" {
		return address.String()
	}
	return filepath.Join(opts.Config.Data, databaseName)
}
