package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/relocation"
	"github.com/waybillhq/waybill/internal/service"
)

type migrateOptions struct {
	to      string
	abandon bool
}

func newMigrateCommand(a *app) *cobra.Command {
	var opts migrateOptions
	cmd := &cobra.Command{
		Use:   "migrate --to ADDRESS",
		Short: "Move everything to another database, and prove that it is there",
		Long: `Moves stores, their sealed keys, mirrors, changes and waiting writes from the
configured database to another one: from the file of a data directory to PostgreSQL,
or back with --to sqlite. The other database must be empty, and no Waybill may work on
either.

From its beginning on the first database is closed, so that nothing is sent from it any
more; what was being sent is looked for on the store by whoever works on the other one.
Interrupted, the same command goes on where it stopped; --abandon opens the first
database again while the move has not ended. At the end every row is compared.

The master key does not move: other machines need it in WAYBILL_MASTER_KEY.`,
		Example: `  waybill migrate --to postgres://waybill@db.example/waybill
  export WAYBILL_DATABASE_URL=postgres://waybill@db.example/waybill

  # the other way
  waybill migrate --to sqlite`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runMigrate(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.to, "to", "",
		"the other database: a PostgreSQL `address`, its password better in PGPASSWORD; or sqlite")
	flags.BoolVar(&opts.abandon, "abandon", false, "take back a move that has not ended")
	return cmd
}

func runMigrate(ctx context.Context, a *app, opts *migrateOptions) error {
	from, err := a.serviceOptions(nil)
	if err != nil {
		return err
	}
	if opts.abandon {
		if err := service.AbandonMigration(ctx, from); err != nil {
			return err
		}
		if a.global.json {
			return a.printJSON(map[string]bool{"abandoned": true})
		}
		a.say("The move is taken back. What has come over to the other database can be thrown away.")
		return nil
	}
	to, err := migrateTarget(a, opts.to)
	if err != nil {
		return err
	}
	began := time.Now()
	report, err := service.Migrate(ctx, from, to, a.watchMove())
	if a.global.json && len(report.Tables) > 0 {
		if printed := a.printJSON(report); printed != nil {
			return printed
		}
	}
	if err != nil || a.global.json {
		return err
	}
	rows := int64(0)
	for _, t := range report.Tables {
		rows += t.Rows
		a.say("  %-18s %s rows, equal (%s)", t.Table, terminal.Count(int(t.Rows)), t.Hash)
	}
	a.say("Moved to %s: %s rows in %s, compared one by one. Writes that wait and are sent from there: %s.", report.To,
		terminal.Count(int(rows)), time.Since(began).Round(time.Second), terminal.Count(int(report.Waiting)))
	a.note("Use it from now on: set WAYBILL_DATABASE_URL to it (after --to sqlite: unset it). " +
		"The first database stays closed.")
	return nil
}

// migrateTarget reads --to by the rules of the setting.
func migrateTarget(a *app, to string) (config.Address, error) {
	switch to {
	case "":
		return "", problem.New(problem.Usage, "the database to move to is missing").
			Next("Name it: waybill migrate --to postgres://USER@HOST/NAME, or --to sqlite")
	case string(service.ToFile):
		return service.ToFile, nil
	}
	cfg, err := a.loadConfig(settings{"database.url": to})
	if err != nil {
		return "", problem.New(problem.Usage,
			"--to cannot be used; it must begin with postgres:// or postgresql://, or be sqlite")
	}
	return cfg.Database.URL, nil
}

// watchMove tells how far a move is, a few times a second at most.
func (a *app) watchMove() func(relocation.Progress) {
	var last time.Time
	said := relocation.Progress{}
	return func(p relocation.Progress) {
		if a.global.json || p.Task == said.Task && p.Table == said.Table && time.Since(last) < 2*time.Second {
			return
		}
		last, said = time.Now(), p
		fmt.Fprintf(a.stderr, "%s %s: %s\n", p.Task, p.Table, terminal.Count(int(p.Rows)))
	}
}
