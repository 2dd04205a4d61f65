package tracing

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
	"github.com/waybillhq/waybill/internal/wire"
)

// Command is waybill trace.
func Command(a *program.App) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "trace ORDER",
		Short: "Say where an order is: from the shop to everybody who is told of it",
		Long: `Follows one order: when it was placed, when it was copied, whether the mirror is current,
which readers and receivers have its last change, and what was written back. The first link
that is broken, or that waits, is named with its cause, who must act, and what to do.

ORDER is the number that people see, the id, the e-mail address of who is billed, or what a
receiver calls the order in its receipt. Without --store the mirror of every connected shop is
looked at. A shop itself is asked only when it is the one that is looked at, and only for an id
that its mirror does not hold.

--link makes a link for somebody who has no access: it shows how each link of this order's way
stands and who acts, no customer and no other order, until it expires.

Exit status: 0 when the order arrived everywhere, 11 when a link waits, 10 when one is
broken, 3 when no shop has such an order.`,
		Example: `  waybill trace 4711
  waybill trace 4711 --store shop
  waybill trace SO-1001
  waybill trace 4711 --store shop --link --for 48h
  waybill trace ada@example.com --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), a, o, args[0]) },
	}
	cmd.Flags().StringVar(&o.store, "store", "", "only look at this `STORE`")
	cmd.Flags().BoolVar(&o.link, "link", false, "make a link that shows somebody this order, without personal data")
	cmd.Flags().DurationVar(&o.linkFor, "for", 7*24*time.Hour, "how long the link shows it: a `time` up to 2160h")
	return cmd
}

// options are the flags of the command.
type options struct {
	store   string
	link    bool
	linkFor time.Duration
}

func run(ctx context.Context, a *program.App, o options, word string) error {
	var answer trace.Answer
	var made wire.TraceLink
	err := a.Open(ctx, func(s *service.Service) error {
		q := trace.Question{Word: word}
		var err error
		if q.Stores, err = s.Named(ctx, o.store); err != nil {
			return err
		}
		if q.Others, err = others(ctx, s, q.Stores); err != nil {
			return err
		}
		if answer, err = s.Tracer().Find(ctx, q); err == nil && o.link {
			made, err = link(ctx, a, s, answer, o.linkFor)
		}
		return err
	})
	if err != nil {
		return err
	}
	if o.link {
		return sayLink(a, made)
	}
	if a.JSON() {
		err = a.PrintJSON(wire.TracedOf(answer, command))
	} else {
		show(a, answer, word)
	}
	if err != nil {
		return err
	}
	if exit := status(answer); exit != problem.ExitOK {
		return a.Exit(exit)
	}
	return nil
}

// others are the stores that are not among those that are looked at.
func others(ctx context.Context, s *service.Service, looked []storage.Store) ([]storage.Store, error) {
	all, err := s.Stores(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for _, st := range looked {
		seen[st.ID] = true
	}
	var rest []storage.Store
	for _, st := range all {
		if !seen[st.ID] {
			rest = append(rest, st)
		}
	}
	return rest, nil
}

// status is the exit status of an answer: the worst of its chains.
func status(answer trace.Answer) int {
	worst, found := problem.ExitOK, false
	for _, c := range answer.Chains {
		found = found || c.Order.ID != 0
		switch {
		case c.Verdict.State == trace.Broken:
			return problem.ExitDifferent
		case c.Verdict.State == trace.Waiting:
			worst = problem.ExitWarnings
		}
	}
	if worst == problem.ExitOK && !found {
		return problem.RecordNotFound.ExitStatus()
	}
	return worst
}

// show prints an answer for people.
func show(a *program.App, answer trace.Answer, word string) {
	if len(answer.Chains) == 0 {
		a.Say("%s no mirror holds an order called %q, and all of them are current", a.Out().Faint("–"), word)
		a.Note("To have a shop asked itself, name it: waybill trace %s --store STORE", word)
	}
	for i, c := range answer.Chains {
		if i > 0 {
			a.Say("")
		}
		head(a, c)
		for _, h := range c.Hops {
			line(a, h)
		}
	}
	if answer.More {
		a.Note("There are more orders of that name; say which is meant by its number or id.")
	}
}

// head is the verdict, before how it came to be.
func head(a *program.App, c trace.Chain) {
	out := a.Out()
	name := c.Store.Name
	if c.Order.ID != 0 {
		name += ": order " + c.Number
		if c.Number == "" {
			name = c.Store.Name + ": " + c.Order.String()
		}
	}
	a.Say("%s %s: %s", mark(out, c.Verdict.State), out.Strong(name), out.Safe(c.Verdict.Says))
	if who := actors[c.Verdict.Who]; who != "" && c.Verdict.State != trace.Done {
		if until := c.Verdict.Until; !until.IsZero() {
			who += ", until " + until.Local().Format(time.TimeOnly)
		}
		a.Say("  %s %s", out.Faint("who acts:"), who)
	}
	if fix := c.Verdict.Told(command); fix != "" {
		a.Say("  %s %s", out.Faint("->"), out.Safe(fix))
	}
}

// actors are those who act, as people say it.
var actors = map[trace.Who]string{
	trace.Nobody: "nobody; it goes on by itself", trace.You: "you", trace.Host: "the shop or its host",
	trace.Receiver: "the receiver",
}

func line(a *program.App, h trace.Hop) {
	out := a.Out()
	at := "                   "
	if !h.At.IsZero() {
		at = h.At.Local().Format(time.DateTime)
	}
	name := string(h.Link)
	if h.Name != "" && h.Link != trace.Write {
		name += " " + h.Name
	}
	a.Say("  %s %s  %s %s", mark(out, h.State), out.Faint(at), terminal.PadRight(name, 14), out.Safe(h.Says))
}

func mark(out terminal.Terminal, state trace.State) string {
	switch state {
	case trace.Done:
		return out.Good("✓")
	case trace.Broken:
		return out.Bad("✗")
	case trace.Waiting:
		return out.Warn("…")
	case trace.Skipped:
	}
	return out.Faint("–")
}
