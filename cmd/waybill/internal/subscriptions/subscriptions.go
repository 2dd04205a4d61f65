package subscriptions

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/accessview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
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
	cmd.AddCommand(newSubscriptionsCreateCommand(a), newSubscriptionsListCommand(a),
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

type subscriptionOptions struct {
	stores, resources, kinds, fields, headers []string
	filter, group, from, secret, proxy        string
	certificate, key, authorities             string
	thin, dryRun                              bool
}

func newSubscriptionsCreateCommand(a *program.App) *cobra.Command {
	var opts subscriptionOptions
	cmd := &cobra.Command{
		Use:   "create NAME URL",
		Short: "Have changes sent to a receiver, and show what they are signed with, once",
		Long: `Makes a subscription. URL is where events are posted to. file:NAME appends them to a file
below subscriptions.files in place of that, and stdout: prints them where waybill serve runs.

--filter is an expression over the change (kind, resource, id, store, origin) and the record:
  record.status == "processing" && float(record.total) > 100
  any(record.line_items, .sku startsWith "B-")
Amounts are texts in WooCommerce: float() makes numbers of them.

Receivers in private networks are not reached, unless subscriptions.private_networks names
their network. --dry-run shows what the last 20 changes would have sent, and makes nothing.`,
		Example: `  waybill subscriptions create erp https://erp.example.com/waybill --resource orders
  waybill subscriptions create paid https://erp.example.com/paid --resource orders \
    --filter 'record.status == "processing"' --header 'Authorization: Bearer TOKEN'
  waybill subscriptions create stock https://erp.example.com/stock --field id --field stock_quantity \
    --resource products --dry-run`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSubscriptionsCreate(cmd.Context(), a, args[0], args[1], opts)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&opts.stores, "store", nil, "only changes of this `STORE`; repeat it")
	flags.StringSliceVar(&opts.resources, "resource", nil, "only those of this `kind` of records, such as orders; repeat it")
	flags.StringSliceVar(&opts.kinds, "kind", nil, "only `created`, updated, trashed, restored or deleted; repeat it")
	flags.StringVar(&opts.filter, "filter", "", "only changes that meet this `expression`")
	flags.BoolVar(&opts.thin, "thin", false, "leave the record out of events")
	flags.StringSliceVar(&opts.fields, "field", nil, "send only this `member` of the record, such as billing.email; repeat it")
	flags.StringVar(&opts.group, "group", "", "the `group` whose stores it is for")
	flags.StringVar(&opts.from, "from", "now", "where it begins: `now` or beginning")
	flags.StringArrayVar(&opts.headers, "header", nil, "send this `header` too, as 'Name: value'; repeat it")
	flags.StringVar(&opts.secret, "secret", "", "sign with this `secret` (whsec_…); one is made by default")
	flags.StringVar(&opts.certificate, "certificate", "", "`file` of a client certificate, as PEM")
	flags.StringVar(&opts.key, "key", "", "`file` of its key, as PEM")
	flags.StringVar(&opts.authorities, "authorities", "", "`file` of certificates to trust in place of the system's, as PEM")
	flags.StringVar(&opts.proxy, "proxy", "", "`URL` of an HTTP proxy before the receiver")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "show what the last 20 changes would have sent, and make nothing")
	return cmd
}

func runSubscriptionsCreate(ctx context.Context, a *program.App, name, address string, opts subscriptionOptions) error {
	resources, err := argument.Resources(opts.resources)
	if err != nil {
		return err
	}
	wanted := service.WantedSubscription{Name: name, URL: address, Group: opts.group, Stores: opts.stores,
		Resources: resources, Kinds: opts.kinds, Filter: opts.filter, Thin: opts.thin, Fields: opts.fields,
		Secret: opts.secret, Proxy: opts.proxy, Headers: map[string]string{}, Beginning: opts.from == "beginning"}
	if opts.from != "now" && opts.from != "beginning" {
		return noStart(opts.from)
	}
	for _, text := range opts.headers {
		header, value, found := strings.Cut(text, ":")
		if !found {
			return headerHasNoColon()
		}
		wanted.Headers[strings.TrimSpace(header)] = strings.TrimSpace(value)
	}
	for _, file := range []struct {
		path string
		into *string
	}{{opts.certificate, &wanted.Certificate}, {opts.key, &wanted.Key}, {opts.authorities, &wanted.Authorities}} {
		if file.path == "" {
			continue
		}
		text, err := os.ReadFile(file.path)
		if err != nil {
			return notReadable(err, file.path)
		}
		*file.into = string(text)
	}
	return a.Open(ctx, func(s *service.Service) error {
		if opts.dryRun {
			return previewSubscription(ctx, a, s, wanted)
		}
		made, secret, err := s.Subscribe(ctx, a.Caller(), wanted)
		if err != nil {
			return err
		}
		return sayNewSubscription(ctx, a, s, "create-subscription", "Made", made, secret)
	})
}

func previewSubscription(ctx context.Context, a *program.App, s *service.Service, wanted service.WantedSubscription,
) error {
	shown, err := s.PreviewSubscription(ctx, a.Caller(), wanted)
	if err != nil {
		return err
	}
	views := make([]wire.Preview, len(shown))
	sent := 0
	for i, p := range shown {
		views[i] = wire.PreviewOf(p)
		if p.Sent {
			sent++
		}
	}
	if a.JSON() {
		return a.PrintJSON(views)
	}
	for _, v := range views {
		if v.Sent {
			a.Say("%s %d %s %s", a.Out().Good("sent"), v.Seq, v.Type, v.Event)
		} else {
			a.Say("%s %d %s %s", a.Out().Faint("not "), v.Seq, v.Type, v.Why)
		}
	}
	a.Note("Of the last %d changes %d would have been sent. Nothing was made.", len(views), sent)
	return nil
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
		[2]string{"Filter", v.Filter}, [2]string{"Fields", strings.Join(v.Fields, ", ")},
		[2]string{"State", string(v.State)}, [2]string{"Why", v.Why}, [2]string{"Last taken", last})
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
