package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/backup"
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

When the move begins, the first database is closed, so that nothing is sent from it any
more. A write that was being sent is looked for on the store by whoever works on the
other database. If the move is interrupted, run the same command again; --abandon takes
it back while it has not ended. At the end every row is compared.

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

// envPassphrase names the variable with the passphrase of backups.
const envPassphrase = "WAYBILL_BACKUP_PASSPHRASE"

// lockFlags say how a backup is sealed.
type lockFlags struct {
	passphrase bool
	recipients []string
	identity   string
}

func (f *lockFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.passphrase, "passphrase", false,
		"ask for a passphrase that seals the file; in scripts set "+envPassphrase)
}

// lock is what the flags and the environment say.
func (f *lockFlags) lock(ctx context.Context, a *app) (lock backup.Lock, err error) {
	lock = backup.Lock{Recipients: f.recipients, Passphrase: a.getenv(envPassphrase)}
	if f.identity != "" {
		text, err := os.ReadFile(f.identity)
		if err != nil {
			return lock, problem.Wrap(problem.InputInvalid, err, "--identity: %v", err)
		}
		lock.Identities = string(text)
	}
	if f.passphrase && lock.Passphrase == "" {
		if !a.prompt().CanAsk() {
			return lock, problem.New(problem.CredentialsMissing, "there is no terminal to ask for a passphrase on").
				Next("Set " + envPassphrase)
		}
		lock.Passphrase, err = a.prompt().Secret(ctx, "Passphrase")
		if err == nil && lock.Passphrase == "" {
			err = problem.New(problem.InputInvalid, "the passphrase is empty")
		}
	}
	return lock, err
}

func newBackupCommand(a *app) *cobra.Command {
	var flags lockFlags
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write everything to one file, while others work",
		Long: `Writes the database as it is at one moment to a file, looks it through, and reads the
file again. Stored keys of stores stay encrypted under the master key, which is not in
the file: keep it elsewhere (docs/operating.md).

The file holds customers' data. Seal it with a passphrase, or with --recipient for the
owner of an age key. It can only be used through waybill restore.`,
		Example: `  WAYBILL_BACKUP_PASSPHRASE=… waybill backup /backups/waybill-$(date +%F-%H%M).age
  waybill backup --recipient age1… /backups/waybill.age`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runBackup(cmd.Context(), a, args[0], &flags)
		},
	}
	flags.register(cmd.Flags())
	cmd.Flags().StringArrayVar(&flags.recipients, "recipient", nil,
		"public `key` of age (age1…) whose owner can open the file; repeat it")
	return cmd
}

func runBackup(ctx context.Context, a *app, path string, flags *lockFlags) error {
	opts, err := a.serviceOptions(nil)
	if err != nil {
		return err
	}
	lock, err := flags.lock(ctx, a)
	if err != nil {
		return err
	}
	taken, err := service.Backup(ctx, opts, path, lock)
	if err != nil {
		return err
	}
	sealed := lock.Passphrase != "" || len(lock.Recipients) > 0
	if a.global.json {
		return a.printJSON(backupReport{File: path, TakenAt: taken, Sealed: sealed})
	}
	a.say("%s The state of %s is in %s", a.out.Good("✓"), taken.Format(time.RFC3339), path)
	if !sealed {
		a.note("The file is not sealed, and holds customers' data in clear: set %s, or use --recipient.", envPassphrase)
	}
	return nil
}

// backupReport is the result of waybill backup --json.
type backupReport struct {
	File    string    `json:"file"`
	TakenAt time.Time `json:"taken_at"`
	Sealed  bool      `json:"sealed"`
}

func newRestoreBackupCommand(a *app) *cobra.Command {
	var flags lockFlags
	var already string
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a data directory of a backup; nothing is sent twice",
		Long: `Puts a backup into the data directory, which must not hold a database. Nothing is
replaced. Writes that waited when the backup was taken may have been sent since: they
are parked, and waybill outbox retry looks for each on its store before it is sent. What
was made since is recognised by its idempotency key when it is asked for again.

A database that came back by other means (pg_restore, a snapshot of the machine) is
readied in the same way with --already and the time whose state it holds.`,
		Example: `  WAYBILL_BACKUP_PASSPHRASE=… waybill restore /backups/waybill.age
  waybill restore /backups/waybill.age --identity key.txt --data /srv/waybill
  waybill restore --already 2026-11-30T06:00:00Z`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (already != "") {
				return problem.New(problem.Usage, "give the file of a backup, or --already with a time").
					Next("Example: waybill restore waybill.age")
			}
			return runRestore(cmd.Context(), a, storeArg(args), already, &flags)
		},
	}
	flags.register(cmd.Flags())
	cmd.Flags().StringVar(&flags.identity, "identity", "", "`file` with the age key that the backup was sealed for")
	cmd.Flags().StringVar(&already, "already", "",
		"the database is back already, in its state of this `time` (2026-11-30T06:00:00Z)")
	return cmd
}

func runRestore(ctx context.Context, a *app, path, already string, flags *lockFlags) error {
	opts, err := a.serviceOptions(nil)
	if err != nil {
		return err
	}
	var report backup.Report
	if already != "" {
		at, err := time.Parse(time.RFC3339, already)
		if err != nil || at.After(time.Now()) {
			return problem.New(problem.Usage, "--already: %q is no time in the past such as 2026-11-30T06:00:00Z",
				already)
		}
		if report, err = service.PutBack(ctx, opts, at); err != nil {
			return err
		}
	} else {
		lock, err := flags.lock(ctx, a)
		if err != nil {
			return err
		}
		if report, err = service.Restore(ctx, opts, path, lock); err != nil {
			return err
		}
	}
	if a.global.json {
		return a.printJSON(report)
	}
	a.say("%s The state of %s is back: %s, %s", a.out.Good("✓"), report.TakenAt.Format(time.RFC3339),
		terminal.Plural(report.Stores, "store", "stores"), terminal.Plural(int(report.Records), "record", "records"))
	if report.Held > 0 {
		a.note("Held, because of what may have been sent since: %s. See them: waybill outbox list --state parked. "+
			"Each is looked for on its store by: waybill outbox retry ID", terminal.Plural(report.Held, "write", "writes"))
	}
	a.note("Give it the master key it was made with, then run: waybill sync --once")
	return nil
}
