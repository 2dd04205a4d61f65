package alerting

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Problems is waybill problems.
func Problems(a *program.App) *cobra.Command {
	list := newListCommand(a)
	cmd := &cobra.Command{
		Use:   "problems",
		Short: "Say what is wrong, since when, whom it affects, and who must act",
		Long: `A problem stands since a time, affects shops or receivers, and needs somebody: a shop that
cannot be read, a copy that is late, writes that wait for a decision, a receiver that takes
nothing. What fails for one cause at one host is one problem. A process that works for the
stores (waybill serve) looks every few seconds; a problem resolves by itself when it is over.

Exit status of the list: 0 when nothing stands, 11 when data only comes later, 10 when data
does not arrive or is not written. docs/problems.md tells more.`,
		Example: `  waybill problems
  waybill problems show 12
  waybill problems ack 12 --note "the host is told"`,
		Args: cobra.NoArgs,
		RunE: list.RunE,
	}
	cmd.Flags().AddFlagSet(list.Flags())
	cmd.AddCommand(list, newShowCommand(a),
		newDecideCommand(a, decision{use: "ack ID",
			short:  "Say that you see to a problem: nobody is told of it any more",
			action: "acknowledge-problem", done: "Acknowledged", do: (*problems.Keeper).Acknowledge}),
		newDecideCommand(a, decision{use: "ignore ID",
			short:  "Say that a problem does not matter, for good or for a time",
			action: "ignore-problem", done: "Ignored", until: true, do: (*problems.Keeper).Ignore}),
		newDecideCommand(a, decision{use: "resolve ID",
			short:  "Say that a problem is over; it opens again when it is seen anew",
			action: "resolve-problem", done: "Resolved", do: (*problems.Keeper).Resolve}),
		newDecideCommand(a, decision{use: "reopen ID", short: "Take back that a problem was acknowledged or ignored",
			action: "reopen-problem", done: "Open again", do: (*problems.Keeper).Reopen}))
	return cmd
}

// shown is how many problems are listed.
const shown = 100

func newListCommand(a *program.App) *cobra.Command {
	var all bool
	var store, kind string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the problems that stand, the newest first",
		Example: `  waybill problems list --store shop`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return list(cmd.Context(), a, problems.Query{Kind: kind, Limit: shown}, store, all)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "list resolved ones too")
	cmd.Flags().StringVar(&store, "store", "", "only those that affect this `STORE`, or have")
	cmd.Flags().StringVar(&kind, "kind", "", "only those of this `KIND`: shop, late, writes, subscription, deliveries, receipts, webhooks, alerts")
	return cmd
}

func list(ctx context.Context, a *program.App, q problems.Query, store string, all bool) error {
	if !all {
		q.States = storage.Standing()
	}
	var found []storage.Problem
	var looked time.Time
	err := a.Open(ctx, func(s *service.Service) error {
		if store != "" {
			of, err := s.Named(ctx, store)
			if err != nil {
				return err
			}
			q.StoreID = of[0].ID
		}
		var err error
		if found, err = s.Problems.List(ctx, q); err != nil {
			return err
		}
		looked, err = s.Problems.LookedAt(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if a.JSON() {
		err = a.PrintJSON(wire.StandingProblemsOf(found, q.Limit, looked))
	} else {
		sayAll(a, found, looked)
	}
	if status := statusOf(found); err == nil && status != problem.ExitOK {
		return a.Exit(status)
	}
	return err
}

// statusOf is the exit status of a list: the worst of those that are open.
func statusOf(found []storage.Problem) int {
	worst := problem.ExitOK
	for _, p := range found {
		switch {
		case p.State != storage.ProblemOpen && p.State != storage.ProblemAcknowledged:
		case p.Grave:
			return problem.ExitDifferent
		default:
			worst = problem.ExitWarnings
		}
	}
	return worst
}

// staleAfter is when a list says that nobody looks.
const staleAfter = 5 * time.Minute

func sayAll(a *program.App, found []storage.Problem, looked time.Time) {
	if len(found) == 0 && !looked.IsZero() {
		a.Say("%s nothing is wrong", a.Out().Good("✓"))
	}
	for _, p := range found {
		line(a, p)
	}
	switch {
	case looked.IsZero():
		a.Note("Nobody has looked for problems yet: start waybill serve, which does so every few seconds.")
	case time.Since(looked) > staleAfter:
		a.Note("Nobody has looked since %s: waybill serve does so every few seconds.",
			looked.Local().Format(time.DateTime))
	}
	if len(found) == shown {
		a.Note("There may be more; these are the newest %d.", shown)
	}
}

// line is a problem in a list.
func line(a *program.App, p storage.Problem) {
	out := a.Out()
	a.Say("%s %s  %s", mark(out, p), out.Strong("#"+strconv.FormatInt(p.ID, 10)), out.Safe(problems.Headline(p)))
	a.Say("     %s %s", out.Faint(stands(p)), out.Safe(problems.Acts(p)))
	if p.Fix != "" && p.State != storage.ProblemResolved {
		a.Say("     %s %s", out.Faint("->"), out.Safe(p.Fix))
	}
}

// stands says how long a problem stood and how it stands.
func stands(p storage.Problem) string {
	text := "since " + p.Since.Local().Format(time.DateTime)
	switch p.State {
	case storage.ProblemResolved:
		text += ", resolved " + p.ChangedAt.Local().Format(time.DateTime)
	case storage.ProblemAcknowledged, storage.ProblemIgnored:
		text += ", " + string(p.State)
	case storage.ProblemOpen:
	}
	if p.By != "" {
		text += " by " + p.By
	}
	if p.Times > 1 {
		text += fmt.Sprintf(", for the %d. time", p.Times)
	}
	return text + ";"
}

func mark(out terminal.Terminal, p storage.Problem) string {
	switch {
	case p.State == storage.ProblemResolved:
		return out.Good("✓")
	case p.State == storage.ProblemIgnored:
		return out.Faint("–")
	case p.Grave:
		return out.Bad("✗")
	}
	return out.Warn("!")
}

func numbered(word string) (int64, error) {
	id, err := strconv.ParseInt(trimNumber(word), 10, 64)
	if err != nil || id <= 0 {
		return 0, noNumber(word)
	}
	return id, nil
}

func trimNumber(word string) string {
	if len(word) > 1 && word[0] == '#' {
		return word[1:]
	}
	return word
}
