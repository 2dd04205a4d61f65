package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
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
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeStores,
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
		views := make([]writeview.View, len(writes))
		for i, w := range writes {
			views[i] = writeview.Of(w)
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
