package subscriptions

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/accessview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Command is waybill subscriptions.
func Command(a *program.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "subscriptions",
		Short: "Have changes sent to receivers: signed, in order, tried again for days",
		Long: `A subscription sends each change that it asks for to a URL, by waybill serve. Events are
signed as Standard Webhooks has it. The changes of one record come in their order; one that
is not taken is sent again for nearly three days, with the same id. A receiver that is away
is left alone, and nothing is given up meanwhile.

docs/subscriptions.md tells what a receiver must do, with code for four languages.`,
		Example: `  waybill subscriptions create erp https://erp.example.com/waybill --resource orders
  waybill subscriptions list
  waybill subscriptions test erp`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSubscriptionsCreateCommand(a), newSubscriptionsUpdateCommand(a), newSubscriptionsListCommand(a),
		newSubscriptionCommand(a, subscriptionCommand{use: "show NAME", short: "Show a subscription and how it stands",
			example: `  waybill subscriptions show erp`,
			do: func(_ context.Context, _ *service.Service, s storage.Subscription) (storage.Subscription, error) {
				return s, nil
			}}),
		newSubscriptionCommand(a, subscriptionCommand{use: "pause NAME", short: "Stop sending; changes go on waiting",
			example: `  waybill subscriptions pause erp`, action: "pause-subscription", done: "Paused",
			do: func(ctx context.Context, s *service.Service, of storage.Subscription) (storage.Subscription, error) {
				return s.Subscriptions.Pause(ctx, of)
			}}),
		newSubscriptionCommand(a, subscriptionCommand{use: "resume NAME", short: "Go on where it stopped",
			example: `  waybill subscriptions resume erp`, action: "resume-subscription", done: "Resumed",
			do: func(ctx context.Context, s *service.Service, of storage.Subscription) (storage.Subscription, error) {
				return s.Subscriptions.Resume(ctx, of)
			}}),
		newSubscriptionCommand(a, subscriptionCommand{use: "remove NAME",
			short:   "Forget a subscription with its deliveries",
			example: `  waybill subscriptions remove erp`, action: "remove-subscription", done: "Removed",
			do: func(ctx context.Context, s *service.Service, of storage.Subscription) (storage.Subscription, error) {
				return of, s.Subscriptions.Remove(ctx, of)
			}}),
		newSubscriptionsTestCommand(a), newSubscriptionsRedeliverCommand(a), newSubscriptionsRotateCommand(a))
	return cmd
}

// sayNewSubscription prints a subscription with its new secret.
func sayNewSubscription(ctx context.Context, a *program.App, s *service.Service, action, done string,
	of storage.Subscription, secret string,
) error {
	view, err := subscriptionView(ctx, a, s, of)
	if err != nil {
		return err
	}
	if err := s.Did(ctx, a.Caller(), action, of.Name); err != nil {
		return err
	}
	if a.JSON() {
		return a.PrintJSON(wire.NewSubscription{Subscription: view, Secret: secret})
	}
	a.Note("%s %s %s. Events are signed with this, which is shown this once:", a.Err().Good("✓"), done, of.Name)
	a.Say("%s", secret)
	return nil
}

func subscriptionView(
	ctx context.Context, a *program.App, s *service.Service, of storage.Subscription,
) (wire.Subscription, error) {
	names, err := s.GroupNames(ctx, a.Caller())
	if err != nil {
		return wire.Subscription{}, err
	}
	stores, err := s.Stores(ctx)
	return wire.SubscriptionOf(of, names, stores), err
}

func newSubscriptionsListCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List subscriptions with their receivers and how they stand",
		Example: `  waybill subscriptions list`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				all, err := s.Subscriptions.List(ctx, 0)
				if err != nil {
					return err
				}
				views := make([]wire.Subscription, len(all))
				for i, one := range all {
					if views[i], err = subscriptionView(ctx, a, s, one); err != nil {
						return err
					}
				}
				if a.JSON() {
					return a.PrintJSON(views)
				}
				if len(views) == 0 {
					a.Note("There are no subscriptions. Make one: " +
						"waybill subscriptions create erp https://erp.example.com/waybill")
					return nil
				}
				a.Table(accessview.Subscriptions(views))
				return nil
			})
		},
	}
}

// subscriptionCommand does something with one subscription and shows it.
type subscriptionCommand struct {
	use, short, example string
	// action and done are what is noted and said; empty for what changes nothing.
	action, done string
	do           func(context.Context, *service.Service, storage.Subscription) (storage.Subscription, error)
}

func newSubscriptionCommand(a *program.App, c subscriptionCommand) *cobra.Command {
	var group string
	cmd := &cobra.Command{Use: c.use, Short: c.short, Example: c.example, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return withSubscription(ctx, a, group, args[0], func(s *service.Service, of storage.Subscription) error {
				view, err := subscriptionView(ctx, a, s, of)
				if err != nil {
					return err
				}
				now, err := c.do(ctx, s, of)
				if err != nil {
					return err
				}
				view.State, view.Why = now.State, now.Why
				if c.action != "" {
					if err := s.Did(ctx, a.Caller(), c.action, of.Name); err != nil {
						return err
					}
				}
				switch {
				case a.JSON():
					return a.PrintJSON(view)
				case c.done != "":
					a.Say("%s %s %s", a.Out().Good("✓"), c.done, a.Out().Strong(of.Name))
				default:
					sayFacts(a, view)
				}
				return nil
			})
		}}
	addSubscriptionGroup(cmd, &group)
	return cmd
}

func addSubscriptionGroup(cmd *cobra.Command, group *string) {
	cmd.Flags().StringVar(group, "group", "", "the `group` that it belongs to")
}

// sayFacts prints a subscription.
func sayFacts(a *program.App, v wire.Subscription) {
	last := ""
	if !v.DeliveredAt.IsZero() {
		last = v.DeliveredAt.Local().Format(time.DateTime)
	}
	a.Facts([2]string{"Receiver", v.Target}, [2]string{"Group", v.Group}, [2]string{"Gets", accessview.Selected(v)},
		[2]string{"Filter", v.Filter}, [2]string{"Receipts", receiptsOf(v)}, [2]string{"Fields", strings.Join(v.Fields, ", ")},
		[2]string{"State", string(v.State)}, [2]string{"Why", v.Why}, [2]string{"Last taken", last})
}

// receiptsOf says what receipts a subscription demands; empty for none.
func receiptsOf(v wire.Subscription) string {
	if v.Receipts == 0 {
		return ""
	}
	return "within " + (time.Duration(v.Receipts) * time.Second).String()
}

// withSubscription finds a subscription of a group, or of none.
func withSubscription(ctx context.Context, a *program.App, group, name string,
	work func(*service.Service, storage.Subscription) error,
) error {
	return a.Open(ctx, func(s *service.Service) error {
		var g storage.Group
		var err error
		if group != "" {
			if g, err = s.Group(ctx, a.Caller(), group); err != nil {
				return err
			}
		}
		of, err := s.Subscriptions.Find(ctx, g.ID, name)
		if err != nil {
			return err
		}
		return work(s, of)
	})
}
