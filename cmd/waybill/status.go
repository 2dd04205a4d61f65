package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// defaultMaxAge is three times the longest pause between two polls of a quiet store (sync.poll_max).
const defaultMaxAge = 15 * time.Minute

func newStatusCommand(a *app) *cobra.Command {
	var maxAge time.Duration
	cmd := &cobra.Command{
		Use:   "status [STORE]",
		Short: "Say whether every mirror is up to date, for people, cron and monitoring",
		Long: `Prints one line for each store: how old its mirror is, what waits, and what is wrong.
It asks no store, so it is quick and may run every minute.

The exit status is the answer:

  0    ok: every mirror was up to date at most --max-age ago, and nothing waits for a person
  10   late: a mirror is older than that, or has never been complete
  11   up to date, but something waits for a person: writes that are parked or rejected, or
       that wait longer than --max-age and no process sends; a failure that trying again
       does not mend, such as a key that cannot be read; a key that may not read orders
  3, 4 cannot say: no store is connected under that name; the data cannot be read

A paused store is left out, unless it is named: then the answer is 11.`,
		Example: `  waybill status
  waybill status my-shop --max-age 10m
  waybill status --json

  # In a crontab: a mail when a mirror is late
  */5 * * * * waybill status --max-age 10m >/dev/null || waybill status | mail -s "Waybill" ops@example.com`,
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

// The answers, the worse ones first.
const (
	statusLate    = "late"
	statusWarning = "warning"
	statusPaused  = "paused"
	statusOK      = "ok"
)

// storeStatus is the answer for one store.
type storeStatus struct {
	Store  string `json:"store"`
	Status string `json:"status"`
	// Says is the answer in words.
	Says string `json:"says"`
	*wire.Standing
}

// statusReport is the result of waybill status.
type statusReport struct {
	Status        string        `json:"status"`
	MaxAgeSeconds float64       `json:"max_age_seconds"`
	At            time.Time     `json:"at"`
	Stores        []storeStatus `json:"stores"`
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
		report := statusReport{Status: statusOK, MaxAgeSeconds: maxAge.Seconds(), At: time.Now().UTC()}
		if err := a.closedHere(ctx, stores, standings); err != nil {
			return err
		}
		for i, st := range stores {
			one := judge(st, standings[i], report.At, maxAge)
			report.Stores = append(report.Stores, one)
			switch {
			case one.Status == statusLate:
				report.Status = statusLate
			case one.Status == statusWarning || one.Status == statusPaused && name != "":
				if report.Status == statusOK {
					report.Status = statusWarning
				}
			}
		}
		if err := printStatus(a, report); err != nil {
			return err
		}
		switch report.Status {
		case statusLate:
			return exit(problem.ExitDifferent)
		case statusWarning:
			return exit(problem.ExitWarnings)
		}
		return nil
	})
}

// judge says how a store stands. Late comes before what waits for a person, because it hides what else may wait.
func judge(st storage.Store, s follow.Standing, now time.Time, maxAge time.Duration) storeStatus {
	one := storeStatus{Store: st.Name, Status: statusOK, Standing: wire.StandingOf(s, now)}
	age, whole := s.Age(now)
	var says []string
	switch {
	case !whole:
		says = append(says, "not copied yet")
	default:
		says = append(says, "up to date "+terminal.Ago(age))
	}
	switch {
	case st.Paused:
		one.Status = statusPaused
		says = append(says, "paused (go on with: waybill stores resume "+st.Name+")")
	case !whole || age > maxAge:
		one.Status = statusLate
		switch {
		case s.Problem != nil:
			says = append(says, "the last sync failed: "+s.Problem.Message+" (why: waybill doctor "+st.Name+")")
		case !s.Followed:
			says = append(says, "no process follows it (start: waybill serve)")
		case !whole:
			says = append(says, "the first copy is on its way")
		default:
			says = append(says, "the process that follows it has not caught up")
		}
	}
	stuck := !st.Paused && s.Stuck(st.Facts.Diagnosis)
	if stuck && one.Status == statusOK {
		one.Status = statusWarning
		says = append(says, "trying again does not help: "+s.Problem.Message+" -> "+s.Problem.Hint)
	}
	if s.Problem != nil && one.Status == statusOK {
		// Not late yet: it may pass by itself.
		says = append(says, "the last sync failed and is tried again: "+s.Problem.Message)
	}
	if s.Waiting > 0 {
		says = append(says, fmt.Sprintf("%s on the way, the oldest accepted %s",
			terminal.Plural(s.Waiting, "write", "writes"), terminal.Ago(now.Sub(s.WaitingSince))))
	}
	unsent := s.Waiting > 0 && !s.Followed && !st.Paused && now.Sub(s.WaitingSince) > maxAge
	if unsent {
		says = append(says, "nobody sends them (send: waybill outbox run "+st.Name+")")
	}
	if wait := s.Parked + s.Rejected; wait > 0 {
		says = append(says, fmt.Sprintf("%s for a person (see: waybill outbox list %s --state parked,rejected)",
			terminal.Plural(wait, "write waits", "writes wait"), st.Name))
	}
	// A key with few rights is as it should be; one that may not read orders is hardly meant so.
	noOrders := slices.Contains(st.Facts.Seen.Refused, storage.Orders)
	if noOrders {
		says = append(says, "the key may not read orders (why: waybill doctor "+st.Name+")")
	}
	if one.Status == statusOK && (s.Parked+s.Rejected > 0 || noOrders || unsent) {
		one.Status = statusWarning
	}
	one.Says = strings.Join(says, "; ")
	return one
}

// closedHere gives stores that no process works for the problem that their next sync would end with, where the master
// key here does not open their keys: such a sync ends before it can leave word of it. What keeps that from being found
// out is no answer to how the mirrors stand.
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
	rows := make([][]string, len(report.Stores))
	for i, s := range report.Stores {
		rows[i] = []string{s.Status, s.Store, terminal.OneLine(s.Says)}
	}
	for _, row := range rows {
		word := terminal.PadRight(row[0], len(statusWarning))
		switch row[0] {
		case statusOK:
			word = a.out.Good(word)
		case statusLate:
			word = a.out.Bad(word)
		default:
			word = a.out.Warn(word)
		}
		a.say("%s  %s  %s", word, a.out.Strong(row[1]), row[2])
	}
	return nil
}
