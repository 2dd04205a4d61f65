package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/standing"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// defaultMaxAge is three times the longest pause between two polls of a quiet store (sync.poll_max).
const defaultMaxAge = 15 * time.Minute

func newStatusCommand(a *app) *cobra.Command {
	var maxAge time.Duration
	cmd := &cobra.Command{
		Use:   "status [STORE]",
		Short: "Say whether every mirror is up to date, for people, cron and monitoring",
		Long: `Prints a line for each store: how old its mirror is, what waits, and what is wrong; and
below it what to do, where somebody must mend something. It asks no store, so it is quick
and may run every minute.

The exit status is the answer:

  0    ok: every mirror was up to date at most --max-age ago, and nothing waits for a person
  10   late: a mirror is older than that, or has never been complete
  11   up to date, but something waits for a person: writes that are parked or rejected, or
       that wait longer than --max-age and no process sends, or longer than an hour; a
       failure that lasts until somebody mends it, such as a key that cannot be read; a shop
       that refuses orders
  3, 4 cannot say: no store is connected under that name; the data cannot be read

A paused store has its line and does not count, unless it is named: then the answer is 11.`,
		Example: `  waybill status
  waybill status my-shop --max-age 10m
  waybill status --json

  # In a crontab: a mail when a mirror is late
  */5 * * * * waybill status >/dev/null || waybill status | mail -s "Waybill" ops@example.com`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if maxAge <= 0 {
				return problem.New(problem.Usage, "--max-age must be longer than nothing, such as 10m")
			}
			return runStatus(cmd.Context(), a, storeArg(args), maxAge)
		},
	}
	cmd.Flags().DurationVar(&maxAge, "max-age", defaultMaxAge,
		"a mirror is late when it was last up to date longer ago than this `time`")
	must(cmd.RegisterFlagCompletionFunc("max-age", cobra.FixedCompletions([]string{"5m", "10m", "15m", "1h", "24h"},
		cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// statusReport is the result of waybill status.
type statusReport struct {
	Status        string           `json:"status"`
	MaxAgeSeconds float64          `json:"max_age_seconds"`
	At            time.Time        `json:"at"`
	Stores        []standing.Store `json:"stores"`
}

func runStatus(ctx context.Context, a *app, name string, maxAge time.Duration) error {
	return a.withReader(ctx, func(r *service.Reader) error {
		stores, err := r.Named(ctx, name)
		if err != nil {
			return err
		}
		standings, err := r.Standings(ctx, stores)
		if err != nil {
			return err
		}
		report := statusReport{Status: standing.OK, MaxAgeSeconds: maxAge.Seconds(), At: time.Now().UTC()}
		if err := a.closedHere(ctx, stores, standings); err != nil {
			return err
		}
		for i, st := range stores {
			one := standing.Judge(st, standings[i], report.At, maxAge)
			report.Stores = append(report.Stores, one)
			switch {
			case one.Status == standing.Late:
				report.Status = standing.Late
			case one.Status == standing.Warning || one.Status == standing.Paused && name != "":
				if report.Status == standing.OK {
					report.Status = standing.Warning
				}
			}
		}
		if err := printStatus(a, report); err != nil {
			return err
		}
		switch report.Status {
		case standing.Late:
			return exit(problem.ExitDifferent)
		case standing.Warning:
			return exit(problem.ExitWarnings)
		}
		return nil
	})
}

// closedHere gives stores that no process works for the problem that their next sync would end with, where the master
// key here does not open their keys: such a sync ends before it can leave word of it. A failure to find that out is
// passed over: it says nothing of how the mirrors stand.
func (a *app) closedHere(ctx context.Context, stores []storage.Store, standings []follow.Standing) error {
	if !slices.ContainsFunc(standings, func(s follow.Standing) bool { return !s.Followed && s.Problem == nil }) {
		return nil
	}
	closed, err := closedStores(ctx, a)
	if err != nil {
		return ctx.Err()
	}
	for i, st := range stores {
		s := &standings[i]
		if s.Followed || s.Problem != nil || !slices.Contains(closed, st.Name) {
			continue
		}
		s.Problem = problem.New(problem.CredentialsUnreadable,
			"the master key here does not open the key of %s", st.Name).
			Next("Put the master key back, or replace the key: waybill stores rekey %s", st.Name)
	}
	return nil
}

func printStatus(a *app, report statusReport) error {
	if a.global.json {
		return a.printJSON(report)
	}
	for _, s := range report.Stores {
		word := terminal.PadRight(s.Status, len(standing.Warning))
		switch s.Status {
		case standing.OK:
			word = a.out.Good(word)
		case standing.Late:
			word = a.out.Bad(word)
		default:
			word = a.out.Warn(word)
		}
		a.say("%s  %s  %s", word, a.out.Strong(s.Store), terminal.OneLine(s.Says))
		if s.Do != "" {
			a.say("%s  %s %s", terminal.PadRight("", len(standing.Warning)), a.out.Faint("->"), terminal.OneLine(s.Do))
		}
	}
	return nil
}
