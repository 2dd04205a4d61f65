package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/outbox"
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
	cmd.AddCommand(newOutboxListCommand(a), newOutboxShowCommand(a), newOutboxRunCommand(a), newOutboxRetryCommand(a), newOutboxEditCommand(a), newOutboxDiscardCommand(a))
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
