package subscriptions

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/wire"
)

type createOptions struct {
	reachOptions
	stores              []string
	group, from, secret string
	dryRun              bool
}

func newSubscriptionsCreateCommand(a *program.App) *cobra.Command {
	var opts createOptions
	cmd := &cobra.Command{
		Use:   "create NAME URL",
		Short: "Have changes sent to a receiver, and show what they are signed with, once",
		Long: `Makes a subscription. URL is where events are posted to. In place of that
  nats://HOST/SUBJECT   puts them into a stream of NATS JetStream,
  kafka://HOST/TOPIC    puts them into a topic of Kafka (both with TLS: nats+tls, kafka+tls),
  file:NAME             appends them to a file below subscriptions.files,
  stdout:               prints them where waybill serve runs.

--filter is an expression over the change (kind, resource, id, store, origin) and the record:
  record.status == "processing" && float(record.total) > 100
  any(record.line_items, .sku startsWith "B-")
Amounts are texts in WooCommerce: float() makes numbers of them.

--receipt-within 10m demands that the receiver says of each record that it has it, and how it
calls it; docs/trace.md tells how.

Receivers in private networks are not reached, unless subscriptions.private_networks names
their network. --dry-run shows what the last 20 changes would have sent, and makes nothing.`,
		Example: `  waybill subscriptions create erp https://erp.example.com/waybill --resource orders
  waybill subscriptions create paid https://erp.example.com/paid --resource orders \
    --filter 'record.status == "processing"' --header 'Authorization: Bearer TOKEN'
  waybill subscriptions create bus nats+tls://nats.example.com/shop --credentials waybill.creds
  waybill subscriptions create stock https://erp.example.com/stock --field id --field stock_quantity \
    --resource products --dry-run`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSubscriptionsCreate(cmd.Context(), a, args[0], args[1], opts)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&opts.stores, "store", nil, "only changes of this `STORE`; repeat it")
	opts.addFlags(flags)
	flags.StringVar(&opts.group, "group", "", "the `group` whose stores it is for")
	flags.StringVar(&opts.from, "from", "now", "where it begins: `now` or beginning")
	flags.StringVar(&opts.secret, "secret", "", "sign with this `secret` (whsec_…); one is made by default")
	flags.BoolVar(&opts.dryRun, "dry-run", false, "show what the last 20 changes would have sent, and make nothing")
	return cmd
}

func runSubscriptionsCreate(ctx context.Context, a *program.App, name, address string, opts createOptions) error {
	resources, err := argument.Resources(opts.resources)
	if err != nil {
		return err
	}
	wanted := service.WantedSubscription{Name: name, URL: address, Group: opts.group, Stores: opts.stores,
		Resources: resources, Kinds: opts.kinds, Filter: opts.filter, Thin: opts.thin, Fields: opts.fields,
		Secret: opts.secret, Proxy: opts.proxy, Beginning: opts.from == "beginning", ReceiptWithin: opts.receipts}
	if opts.from != "now" && opts.from != "beginning" {
		return noStart(opts.from)
	}
	if err := opts.read(); err != nil {
		return err
	}
	wanted.Headers, wanted.Login = opts.shown, opts.login
	wanted.Certificate, wanted.Key, wanted.Authorities = opts.pems[0], opts.pems[1], opts.pems[2]
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
