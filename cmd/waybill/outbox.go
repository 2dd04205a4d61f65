package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/internal/writes"
)

func newOutboxCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "outbox",
		Short: "Writes on their way to stores: see them, and decide about those that wait for a person",
		Example: `  waybill outbox list my-shop --state parked,rejected
  waybill outbox show 01j9x2
  waybill outbox retry 01j9x2 --policy caller`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newOutboxListCommand(a), newOutboxShowCommand(a), newOutboxRunCommand(a), newOutboxRetryCommand(a),
		newOutboxEditCommand(a), newOutboxAdoptCommand(a), newOutboxDiscardCommand(a))
	return cmd
}

func newOutboxListCommand(a *app) *cobra.Command {
	var states []string
	var limit int
	cmd := &cobra.Command{
		Use:   "list [STORE]",
		Short: "List writes, the newest first",
		Example: `  waybill outbox list
  waybill outbox list my-shop --state parked,rejected --json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withReader(cmd.Context(), func(r *service.Reader) error {
				return runOutboxList(cmd.Context(), a, r, storeArg(args), states, limit)
			})
		},
	}
	cmd.Flags().StringSliceVar(&states, "state", nil,
		"only `STATES`: pending, sending, unknown, done, rejected, parked, discarded")
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many; 0 for all")
	return cmd
}

func runOutboxList(ctx context.Context, a *app, r *service.Reader, store string, states []string, limit int) error {
	q := outbox.Query{Limit: limit}
	known := offerStates()
	for _, s := range states {
		if !slices.Contains(known, s) {
			p := problem.New(problem.Usage, "--state %q is none of %s", s, strings.Join(known, ", "))
			if meant := spelling.Nearest(s, known); meant != "" {
				return p.Next("Did you mean: %s", meant)
			}
			return p
		}
		q.States = append(q.States, outbox.State(s))
	}
	if store != "" {
		st, err := r.Store(ctx, store)
		if err != nil {
			return err
		}
		q.StoreID = st.ID
	}
	writes, err := r.Writes(ctx, q)
	if err != nil {
		return err
	}
	names, err := storeNames(ctx, r)
	if err != nil {
		return err
	}
	writes = writeview.AllSaid(writes, names)
	if a.global.json {
		views := make([]wire.Write, len(writes))
		for i, w := range writes {
			views[i] = wire.WriteOf(w)
		}
		return a.printJSON(views)
	}
	if len(writes) == 0 {
		a.note("The outbox holds no such write.")
		return nil
	}
	rows := make([][]string, len(writes))
	for i, w := range writes {
		reason := ""
		switch {
		case w.Behind != nil:
			reason = w.Behind.String()
		case w.Reason != nil:
			reason = w.Reason.Message
		}
		rows[i] = []string{w.ID, string(w.State), writeview.Describe(w), reason}
	}
	a.table([]terminal.Column{{Title: "WRITE"}, {Title: "STATE"}, {Title: "WHAT"}, {Title: "WHY", Elastic: true}}, rows)
	return nil
}

func newOutboxShowCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show WRITE",
		Short:   "Show a write: what it sends, what it was based on, where it stands and why",
		Example: `  waybill outbox show 01j9x2`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withReader(cmd.Context(), func(r *service.Reader) error {
				w, err := r.Write(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				lessons, err := r.Lessons(cmd.Context(), w.StoreID)
				if err != nil {
					return err
				}
				names, err := storeNames(cmd.Context(), r)
				if err != nil {
					return err
				}
				return showWrite(a, w, names[w.StoreID], lessons)
			})
		},
	}
}

func showWrite(a *app, w outbox.Write, store string, lessons []string) error {
	choices := writeview.Choices(w, store)
	w = writeview.Said(w, store)
	v := wire.WriteOf(w)
	v.Body, v.Base, v.Conflict, v.Lessons = w.Body, w.Base, outbox.Differences(w), lessons
	if a.global.json {
		return a.printJSON(v)
	}
	a.say("%s  %s", a.out.Strong(w.ID), writeview.Describe(w))
	a.say("  state     %s, %s, accepted %s", w.State, terminal.Plural(w.Attempts, "attempt", "attempts"),
		terminal.Moment(w.AcceptedAt.Local()))
	a.say("  key       %s", w.Key)
	if !v.NextAt.IsZero() {
		a.say("  next try  %s", writeview.NextTry(w))
	}
	if w.Behind != nil {
		a.say("  waits     %s", strings.TrimPrefix(w.Behind.String(), "waits "))
	}
	if w.Reason != nil {
		a.say("  why       %s", w.Reason.Message)
		for _, f := range w.Reason.Fields {
			a.say("            %s: %s", f.Field, f.Message)
		}
	}
	if differences := outbox.Differences(w); differences != nil {
		a.say("")
		rows := make([][]string, len(differences))
		for i, d := range differences {
			rows[i] = []string{d.Field, cellOf(d.Seen), cellOf(d.Theirs), cellOf(d.Ours)}
		}
		a.table([]terminal.Column{{Title: "FIELD"}, {Title: "YOU SAW", Elastic: true},
			{Title: "THE STORE HAS", Elastic: true}, {Title: "YOU WRITE", Elastic: true}}, rows)
	} else if w.Body != nil {
		a.say("  writes    %s", w.Body)
	}
	for _, lesson := range lessons {
		a.say("  learned   %s", lesson)
	}
	if w.State == outbox.Parked || w.State == outbox.Rejected {
		a.note("Decide. %[3]sSend it as it is: waybill outbox retry %[1]s. Correct it: %[2]s. "+
			"Drop it: waybill outbox discard %[1]s", w.ID, writes.Correction(w), choices)
	}
	return nil
}

// cellOf is a value as a cell of a table; what is not there stays empty.
func cellOf(raw json.RawMessage) string {
	var text string
	switch {
	case string(raw) == "null":
		return ""
	case json.Unmarshal(raw, &text) == nil:
		return text
	default:
		return string(raw)
	}
}
