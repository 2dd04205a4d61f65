package subscriptions

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/accessview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Deliveries is waybill deliveries.
func Deliveries(a *program.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deliveries",
		Short: "Look at the events of subscriptions, and send one again",
		Example: `  waybill deliveries list erp
  waybill deliveries list erp --state failed
  waybill deliveries redeliver msg_6b27c7cwtc6ax2gp_64`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDeliveriesListCommand(a), newDeliveryCommand(a, false), newDeliveryCommand(a, true))
	return cmd
}

func newDeliveriesListCommand(a *program.App) *cobra.Command {
	var group, state string
	var limit int
	cmd := &cobra.Command{
		Use:   "list SUBSCRIPTION",
		Short: "List the events of a subscription and what became of them, the newest first",
		Example: `  waybill deliveries list erp
  waybill deliveries list erp --state failed`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			states := map[string]bool{"": true, string(storage.EventPending): true, string(storage.EventDelivered): true,
				string(storage.EventFailed): true}
			if !states[state] {
				return noState(state)
			}
			return withSubscription(ctx, a, group, args[0], func(s *service.Service, of storage.Subscription) error {
				events, err := s.Subscriptions.Deliveries(ctx, storage.EventQuery{SubscriptionID: of.ID,
					State: storage.EventState(state), Limit: limit})
				if err != nil {
					return err
				}
				views := make([]wire.Delivery, len(events))
				for i, e := range events {
					views[i] = wire.DeliveryOf(of, e)
				}
				if a.JSON() {
					return a.PrintJSON(views)
				}
				if len(views) == 0 {
					a.Note("There are no such deliveries.")
					return nil
				}
				a.Table(accessview.Deliveries(views))
				return nil
			})
		},
	}
	addSubscriptionGroup(cmd, &group)
	cmd.Flags().StringVar(&state, "state", "", "only `pending`, delivered or failed ones")
	cmd.Flags().IntVar(&limit, "limit", 100, "at most this `many`; 0 for all")
	return cmd
}

// newDeliveryCommand shows one delivery, or sends it again.
func newDeliveryCommand(a *program.App, again bool) *cobra.Command {
	cmd := &cobra.Command{Use: "show DELIVERY", Short: "Show an event of a subscription by its id",
		Example: `  waybill deliveries show msg_6b27c7cwtc6ax2gp_64`, Args: cobra.ExactArgs(1)}
	if again {
		cmd.Use, cmd.Short = "redeliver DELIVERY", "Send an event again, with its id and the record as it is now"
		cmd.Example = `  waybill deliveries redeliver msg_6b27c7cwtc6ax2gp_64`
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		return a.Open(ctx, func(s *service.Service) error {
			of, e, err := s.Subscriptions.Delivery(ctx, 0, args[0])
			if err != nil {
				return err
			}
			if again {
				if err := s.Subscriptions.Redeliver(ctx, of, e); err != nil {
					return err
				}
				if err := s.Did(ctx, a.Caller(), "redeliver-one", args[0]); err != nil {
					return err
				}
				if of, e, err = s.Subscriptions.Delivery(ctx, 0, args[0]); err != nil {
					return err
				}
			}
			view := wire.DeliveryOf(of, e)
			switch {
			case a.JSON():
				return a.PrintJSON(view)
			case again:
				a.Say("%s %s is sent to %s again", a.Out().Good("✓"), view.ID, a.Out().Strong(of.Name))
			default:
				a.Table(accessview.Deliveries([]wire.Delivery{view}))
			}
			return nil
		})
	}
	return cmd
}
