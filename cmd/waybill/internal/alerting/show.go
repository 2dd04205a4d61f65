package alerting

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// ProblemShown is a problem with a page of what it affects.
type ProblemShown struct {
	wire.StandingProblem
	Things []wire.Affected `json:"things" doc:"What it affects, in pages."`
	Next   string          `json:"next,omitempty" doc:"Ask for what is after this to go on; absent on the last page."`
}

func newShowCommand(a *program.App) *cobra.Command {
	var after string
	var limit int
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show a problem, and what it affects",
		Example: `  waybill problems show 12`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := numbered(args[0])
			if err != nil {
				return err
			}
			q := storage.AffectedQuery{ProblemID: id, Ended: true, After: after, Limit: limit}
			return show(cmd.Context(), a, q)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "list so many of those that are affected")
	cmd.Flags().StringVar(&after, "after", "", "go on behind this `SUBJECT`, which a longer list ends with")
	return cmd
}

func show(ctx context.Context, a *program.App, q storage.AffectedQuery) error {
	return a.Open(ctx, func(s *service.Service) error {
		p, err := s.Problems.Find(ctx, q.ProblemID, 0)
		if err != nil {
			return err
		}
		affected, err := s.Problems.Affected(ctx, q)
		if err != nil {
			return err
		}
		page := wire.AffectedPageOf(affected, q.Limit)
		if a.JSON() {
			return a.PrintJSON(ProblemShown{wire.StandingProblemOf(p), page.Affected, page.Next})
		}
		sayOne(a, p, page)
		return nil
	})
}

func sayOne(a *program.App, p storage.Problem, page wire.AffectedPage) {
	out := a.Out()
	line(a, p)
	a.Facts([2]string{"why", p.Why}, [2]string{"cause", p.Kind + ": " + p.Cause}, [2]string{"note", p.Note},
		[2]string{"more", p.Docs})
	if command := commandFor(p); command != "" && p.State != storage.ProblemResolved {
		a.Say("     %s %s", out.Faint("->"), command)
	}
	rows := make([][]string, len(page.Affected))
	for i, of := range page.Affected {
		state := "since " + of.Since.Local().Format(time.DateTime)
		if !of.EndedAt.IsZero() {
			state = "until " + of.EndedAt.Local().Format(time.DateTime)
		}
		rows[i] = []string{of.What, of.Name, count(of.Count), state, of.Detail}
	}
	if len(rows) > 0 {
		a.Table([]terminal.Column{{Title: "AFFECTED"}, {Title: "NAME"}, {Title: "HOW MANY"}, {Title: "TIME"},
			{Title: "SEEN"}}, rows)
	}
	if page.Next != "" {
		a.Note("There are more: waybill problems show %d --after %s", p.ID, page.Next)
	}
}

// decision is something that a person decides about a problem.
type decision struct {
	use, short, action, done string
	until                    bool
	do                       func(*problems.Keeper, context.Context, int64, problems.Decision) (storage.Problem, error)
}

func newDecideCommand(a *program.App, d decision) *cobra.Command {
	var note string
	var lasting time.Duration
	cmd := &cobra.Command{
		Use:     d.use,
		Short:   d.short,
		Example: "  waybill problems " + d.use[:len(d.use)-len("ID")] + "12",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			id, err := numbered(args[0])
			if err != nil {
				return err
			}
			return a.Open(ctx, func(s *service.Service) error {
				by := problems.Decision{By: a.Caller().Actor, Note: note}
				if lasting > 0 {
					by.Until = time.Now().Add(lasting)
				}
				p, err := d.do(s.Problems, ctx, id, by)
				if err != nil {
					return err
				}
				if err := s.Did(ctx, a.Caller(), d.action, args[0]); err != nil {
					return err
				}
				if a.JSON() {
					return a.PrintJSON(wire.StandingProblemOf(p))
				}
				a.Say("%s %s: #%d %s", a.Out().Good("✓"), d.done, p.ID, a.Out().Safe(problems.Headline(p)))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&note, "note", "", "say something to it that others should know")
	if d.until {
		cmd.Flags().DurationVar(&lasting, "for", 0, "ignore it for so long, such as 24h; for good without")
	}
	return cmd
}
