package subscriptions

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

func newSubscriptionsTestCommand(a *program.App) *cobra.Command {
	var group string
	cmd := &cobra.Command{
		Use:     "test NAME",
		Short:   "Send a test event at once, and show what the receiver answers",
		Example: `  waybill subscriptions test erp`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return withSubscription(ctx, a, group, args[0], func(s *service.Service, of storage.Subscription) error {
				tried, err := s.Subscriptions.Test(ctx, of)
				if err != nil {
					return err
				}
				view := wire.TriedOf(tried)
				switch {
				case a.JSON():
					if err := a.PrintJSON(view); err != nil {
						return err
					}
				case view.Taken:
					status := ""
					if view.Status != 0 {
						status = fmt.Sprintf(" (%d)", view.Status)
					}
					a.Say("%s %s has taken the test event %s in %d ms%s", a.Out().Good("✓"), of.Target, view.ID,
						view.Milliseconds, status)
				default:
					a.Say("%s %s has not taken the test event: %s", a.Out().Bad("✗"), of.Target, view.Why)
				}
				if !view.Taken {
					return a.Exit(problem.ExitDelivery)
				}
				return nil
			})
		},
	}
	addSubscriptionGroup(cmd, &group)
	return cmd
}

func newSubscriptionsRotateCommand(a *program.App) *cobra.Command {
	var group, secret string
	var overlap time.Duration
	cmd := &cobra.Command{
		Use:   "rotate-secret NAME",
		Short: "Sign with a new secret, and with the previous one for a day",
		Example: `  waybill subscriptions rotate-secret erp
  waybill subscriptions rotate-secret erp --overlap 0s`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return withSubscription(ctx, a, group, args[0], func(s *service.Service, of storage.Subscription) error {
				now, made, err := s.Subscriptions.RotateSecret(ctx, of, secret, overlap)
				if err != nil {
					return err
				}
				return sayNewSubscription(ctx, a, s, "rotate-subscription-secret", "Made a new secret for", now, made)
			})
		},
	}
	addSubscriptionGroup(cmd, &group)
	cmd.Flags().DurationVar(&overlap, "overlap", 24*time.Hour, "sign with the previous one too for this `time`")
	cmd.Flags().StringVar(&secret, "secret", "", "take this `secret` (whsec_…); one is made by default")
	return cmd
}
