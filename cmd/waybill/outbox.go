package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
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
	cmd.AddCommand(newOutboxListCommand(a), newOutboxShowCommand(a), newOutboxRunCommand(a), newOutboxRetryCommand(a), newOutboxDiscardCommand(a))
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
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withReader(cmd.Context(), func(r *service.Reader) error {
				return runOutboxList(cmd.Context(), a, r, storeArg(args), states, limit)
			})
		},
	}
	cmd.Flags().StringSliceVar(&states, "state", nil, "only `STATES`: pending, sending, unknown, done, rejected, parked, discarded")
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many; 0 for all")
	return cmd
}

func runOutboxList(ctx context.Context, a *app, r *service.Reader, store string, states []string, limit int) error {
	q := outbox.Query{Limit: limit}
	for _, s := range states {
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
	if a.global.json {
		views := make([]writeView, len(writes))
		for i, w := range writes {
			views[i] = viewWrite(w)
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
		if w.Reason != nil {
			reason = w.Reason.Message
		}
		rows[i] = []string{w.ID, string(w.State), describeWrite(w), reason}
	}
	a.table([]column{{title: "WRITE"}, {title: "STATE"}, {title: "WHAT"}, {title: "WHY", elastic: true}}, rows)
	return nil
}

func describeWrite(w outbox.Write) string {
	what := fmt.Sprintf("%s %s", w.Action, w.Resource)
	if w.RecordID != 0 {
		what += fmt.Sprintf(" %d", w.RecordID)
	}
	if w.ParentID != 0 {
		what += fmt.Sprintf(" of %d", w.ParentID)
	}
	return what
}

func newOutboxShowCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "show WRITE",
		Short:             "Show a write: what it sends, what it was based on, where it stands and why",
		Example:           `  waybill outbox show 01j9x2`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: noFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withReader(cmd.Context(), func(r *service.Reader) error {
				w, err := r.Write(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return showWrite(a, w)
			})
		},
	}
}

func showWrite(a *app, w outbox.Write) error {
	v := viewWrite(w)
	v.Body, v.Base = w.Body, w.Base
	if a.global.json {
		return a.printJSON(v)
	}
	a.say("%s  %s", a.out.strong(w.ID), describeWrite(w))
	a.say("  state     %s, %d attempts, accepted %s", w.State, w.Attempts, w.AcceptedAt.Local().Format("2006-01-02 15:04:05"))
	a.say("  key       %s", w.Key)
	if w.Reason != nil {
		a.say("  why       %s", w.Reason.Message)
		for _, f := range w.Reason.Fields {
			a.say("            %s: %s", f.Field, f.Message)
		}
	}
	if w.Body != nil {
		a.say("  writes    %s", w.Body)
	}
	if w.Reason != nil && w.Reason.Theirs != nil {
		a.say("  based on  %s", w.Base)
		a.say("  the store has  %s", w.Reason.Theirs)
	}
	if w.State == outbox.Parked || w.State == outbox.Rejected {
		a.note("Decide: waybill outbox retry %s, or waybill outbox discard %s", w.ID, w.ID)
	}
	return nil
}

func newOutboxRunCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "run [STORE]",
		Short: "Send what waits, find out about what was lost, and end when nothing waits",
		Example: `  waybill outbox run
  waybill outbox run my-shop`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, nil, func(s *service.Service) error {
				stores, err := s.Selected(ctx, storeArg(args))
				if err != nil {
					return err
				}
				for _, st := range stores {
					if err := s.Deliver(ctx, st, nil, nil); err != nil {
						return err
					}
				}
				left := 0
				for _, st := range stores {
					waiting, err := s.Writes(ctx, outbox.Query{StoreID: st.ID, States: []outbox.State{outbox.Parked}})
					if err != nil {
						return err
					}
					left += len(waiting)
				}
				if a.global.json {
					return a.printJSON(map[string]int{"parked": left})
				}
				a.say("%s Nothing waits to be sent", a.out.good("✓"))
				if left > 0 {
					a.note("%d wait for a decision: waybill outbox list --state parked", left)
				}
				return nil
			})
		},
	}
}

func newOutboxRetryCommand(a *app) *cobra.Command {
	var policy, file string
	cmd := &cobra.Command{
		Use:   "retry WRITE…",
		Short: "Send rejected or parked writes again, corrected or under another policy",
		Example: `  waybill outbox retry 01j9x2 --policy caller
  waybill outbox retry 01j9x2 --file corrected.json`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: noFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			var body []byte
			if file != "" {
				if len(args) > 1 {
					return problem.New(problem.Usage, "--file corrects one write; %d were named", len(args))
				}
				in, err := readAll(a, file)
				if err != nil {
					return err
				}
				body = in
			}
			return decide(cmd.Context(), a, args, "will be sent again", func(s *service.Service, id string) (outbox.Write, error) {
				return s.RetryWrite(cmd.Context(), id, body, outbox.Policy(policy))
			})
		},
	}
	cmd.Flags().StringVar(&policy, "policy", "", "`policy` from now on: merge, reject, store or caller")
	cmd.Flags().StringVarP(&file, "file", "f", "", "`file` with the corrected fields as a JSON object; - reads standard input")
	return cmd
}

func readAll(a *app, file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(a.stdin)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, problem.Wrap(problem.InputInvalid, err, "the input cannot be read: %v", err)
	}
	return raw, nil
}

func newOutboxDiscardCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "discard WRITE…",
		Short:             "Decide that writes shall not be sent",
		Example:           `  waybill outbox discard 01j9x2`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: noFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return decide(cmd.Context(), a, args, "will not be sent", func(s *service.Service, id string) (outbox.Write, error) {
				return s.DiscardWrite(cmd.Context(), id)
			})
		},
	}
}

// decide applies a person's decision to each write named.
func decide(ctx context.Context, a *app, ids []string, done string, apply func(*service.Service, string) (outbox.Write, error)) error {
	return a.withService(ctx, nil, func(s *service.Service) error {
		var decided []outbox.Write
		for _, prefix := range ids {
			w, err := s.Write(ctx, prefix)
			if err != nil {
				return err
			}
			if w, err = apply(s, w.ID); err != nil {
				return err
			}
			decided = append(decided, w)
		}
		if a.global.json {
			return printWrites(a, decided)
		}
		for _, w := range decided {
			a.say("%s %s %s", a.out.good("✓"), a.out.strong(w.ID), done)
		}
		return nil
	})
}
