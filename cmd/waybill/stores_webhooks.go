package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/wire"
)

type storesWebhooksOptions struct{ check, rotate bool }

func newStoresWebhooksCommand(a *app) *cobra.Command {
	var opts storesWebhooksOptions
	cmd := &cobra.Command{
		Use:   "webhooks STORE",
		Short: "Show how the webhooks of a store stand, by which it tells Waybill of changes",
		Long: `A running waybill serve makes webhooks on each store whose key may have them, once
serve.public_url says where shops reach it. Every half hour it looks after them: one that
is missing, switched off by the store, changed, there twice or sent elsewhere is mended;
one that somebody paused stays so. They are removed with the store.

Webhooks make a mirror quick. The store is polled in every case, so that nothing is lost
where they fail.`,
		Example: `  waybill stores webhooks my-shop
  waybill stores webhooks my-shop --check
  waybill stores webhooks my-shop --new-secret`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runStoresWebhooks(cmd.Context(), a, args[0], &opts)
		},
	}
	cmd.Flags().BoolVar(&opts.check, "check", false, "have them looked after now, by the running waybill serve")
	cmd.Flags().BoolVar(&opts.rotate, "new-secret", false, "make a new secret; the old one is good a day longer")
	return cmd
}

func runStoresWebhooks(ctx context.Context, a *app, name string, opts *storesWebhooksOptions) error {
	return a.withService(ctx, nil, func(s *service.Service) error {
		st, err := s.Store(ctx, name)
		if err != nil {
			return err
		}
		switch {
		case opts.rotate:
			err = s.Inbox.Rotate(ctx, st.ID)
		case opts.check:
			err = s.Inbox.Check(ctx, st.ID)
		}
		if err != nil {
			return err
		}
		h, there, err := s.Inbox.Hook(ctx, st.ID)
		if err != nil {
			return err
		}
		view := wire.NoInbox()
		if there {
			view = wire.InboxOf(h, s.Inbox.Address(h))
		}
		if a.global.json {
			return a.printJSON(view)
		}
		printInbox(a, st.Name, view)
		if opts.check || opts.rotate {
			a.note("The running waybill serve looks after them now; ask again to see how they stand then.")
		}
		return nil
	})
}

func printInbox(a *app, name string, v wire.Inbox) {
	if v.State == wire.InboxOff {
		a.say("%s is polled: no webhooks were made", name)
		a.note("They are made by waybill serve when serve.public_url says where shops reach it (%s).", problem.WebhooksOff)
		return
	}
	a.say("%s: webhooks are %s", a.out.Strong(name), v.State)
	if v.Why != "" {
		a.say("%s %s", a.out.Warn("!"), terminal.OneLine(v.Why))
	}
	row := func(label, value string) {
		if value != "" {
			a.say("  %s %s", a.out.Faint(label), value)
		}
	}
	row("address:", cmp.Or(v.Address, "serve.public_url is not set here"))
	row("on the store:", terminal.Plural(len(v.Webhooks), "webhook", "webhooks"))
	if !v.DeliveredAt.IsZero() {
		row("last one came:", terminal.Moment(v.DeliveredAt.Local()))
	}
	if !v.CheckedAt.IsZero() {
		row("last looked after:", terminal.Moment(v.CheckedAt.Local()))
	}
	if v.Repairs > 0 {
		row("mended so far:", terminal.Count(int(v.Repairs)))
	}
	if v.Refused > 0 {
		row("wrong signatures so far:", terminal.Count(int(v.Refused)))
	}
	if !v.SecretSent {
		row("secret:", "the store is to be told the new one")
	}
}
