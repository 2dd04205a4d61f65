package subscriptions

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/cmd/waybill/internal/redoing"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type redeliverOptions struct {
	group, failed, since, store string
	after, to                   int64
	ids                         []int64
	overdue, dryRun             bool
}

func newSubscriptionsRedeliverCommand(a *program.App) *cobra.Command {
	var o redeliverOptions
	cmd := &cobra.Command{
		Use:   "redeliver NAME",
		Short: "Send again: these orders, what failed, what has no receipt, or a part of the log of changes",
		Long: `Sends events again, with their ids, and the records as they are now. --id sends exactly these
orders, each as it is now; --overdue those that were sent and have no receipt in time.
--failed-since takes everything that was given up since then. Else the changes of the part of
the log that is named are sent, also those from before the subscription was made. --dry-run
says how many that is, and does nothing.`,
		Example: `  waybill subscriptions redeliver erp --store my-shop --id 4711 --id 4712
  waybill subscriptions redeliver erp --overdue --dry-run
  waybill subscriptions redeliver erp --failed-since 24h
  waybill subscriptions redeliver erp --after 4711 --to 4800
  waybill subscriptions redeliver erp --since 2026-11-30`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if o.failed == "" && o.since == "" && o.after == 0 && o.to == 0 && len(o.ids) == 0 && !o.overdue {
				return nothingToRedeliver()
			}
			return withSubscription(ctx, a, o.group, args[0], func(s *service.Service, of storage.Subscription) error {
				return redeliver(ctx, a, s, of, o)
			})
		},
	}
	addSubscriptionGroup(cmd, &o.group)
	cmd.Flags().Int64SliceVar(&o.ids, "id", nil, "the order with this `ID`; repeat it")
	cmd.Flags().StringVar(&o.store, "store", "", "the `STORE` of the orders; needed where there are several")
	cmd.Flags().BoolVar(&o.overdue, "overdue", false, "what was sent and has no receipt in time")
	cmd.Flags().StringVar(&o.failed, "failed-since", "", "what was given up since this `time`: 24h, or a date")
	cmd.Flags().StringVar(&o.since, "since", "", "changes that were observed since this `time`: 24h, or a date")
	cmd.Flags().Int64Var(&o.after, "after", 0, "changes behind this `number`")
	cmd.Flags().Int64Var(&o.to, "to", 0, "changes up to this `number`")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "say how many it is, and send nothing")
	return cmd
}

func redeliver(
	ctx context.Context, a *program.App, s *service.Service, of storage.Subscription, o redeliverOptions,
) error {
	again := service.Again{After: o.after, To: o.to, IDs: o.ids, Overdue: o.overdue, Preview: o.dryRun}
	for text, into := range map[*string]*time.Time{&o.failed: &again.Failed, &o.since: &again.Since} {
		if *text == "" {
			continue
		}
		var err error
		if *into, err = argument.Time(*text, time.Local, time.Now()); err != nil {
			return err
		}
	}
	if o.store != "" || len(o.ids) > 0 {
		var err error
		if again.Store, err = s.Store(ctx, o.store); err != nil {
			return err
		}
	}
	plan, err := s.Redeliver(ctx, of, again)
	if err != nil {
		return err
	}
	if !o.dryRun {
		if err := s.Did(ctx, a.Caller(), "redeliver", of.Name); err != nil {
			return err
		}
	}
	view := wire.RedoneOf(plan, o.dryRun)
	if a.JSON() {
		return a.PrintJSON(view)
	}
	redoing.SayRedone(a, view, "sent to "+of.Name+" again", "the shop is asked nothing")
	return nil
}
