package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/service"
)

type connectOptions struct {
	url         string
	name        string
	credentials credentialFlags
}

func newConnectCommand(a *app) *cobra.Command {
	var opts connectOptions
	cmd := &cobra.Command{
		Use:   "connect URL",
		Short: "Connect a store with its address and API key",
		Long: `Finds the store behind the address, proves with a first read that the key works,
and keeps both, the key encrypted. The address may be whatever you have: the shop,
its wp-admin, its REST API. What cannot work is refused, with the reason.

Make the key in WooCommerce > Settings > Advanced > REST API. The secret is sent
only to the store's own API, and never over plain HTTP.`,
		Example: `  # The key from the environment, so that it shows in no process list or shell history:
  export WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_…
  waybill connect https://shop.example

  # Or type it when asked; it is not echoed:
  waybill connect shop.example/wp-admin --name my-shop

  # Leave the key in the environment (MYSHOP_KEY, MYSHOP_SECRET), never store it:
  waybill connect https://shop.example --key-from-env MYSHOP`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: noFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.url = args[0]
			return runConnect(cmd.Context(), a, &opts)
		},
	}
	opts.credentials.register(cmd.Flags())
	cmd.Flags().StringVar(&opts.name, "name", "", "`name` to call the store by (default: from its address)")
	return cmd
}

func runConnect(ctx context.Context, a *app, opts *connectOptions) error {
	key, secret, err := opts.credentials.find(a)
	if err != nil {
		return err
	}
	return a.withService(ctx, nil, func(s *service.Service) error {
		connected, err := s.Connect(ctx, service.Connection{
			URL: opts.url, Key: key, Secret: secret, Name: opts.name, Environment: opts.credentials.fromEnv,
		})
		if err != nil {
			return err
		}
		return printConnected(a, "Connected", connected)
	})
}

// connectReport is the result of connect and of stores rekey.
type connectReport struct {
	Store      storeView `json:"store"`
	Key        string    `json:"key"`
	Auth       string    `json:"auth"`
	AuthReason string    `json:"auth_reason"`
	Orders     *int      `json:"orders"`
	Notes      []string  `json:"notes"`
}

func printConnected(a *app, done string, c service.Connected) error {
	if a.global.json {
		report := connectReport{
			Store: viewStore(c.Store), Key: c.Key, Auth: string(c.Store.Auth), AuthReason: c.AuthReason, Notes: c.Notes,
		}
		if c.Orders >= 0 {
			report.Orders = &c.Orders
		}
		if report.Notes == nil {
			report.Notes = []string{}
		}
		return a.printJSON(report)
	}
	a.say("%s %s %s", a.out.good("✓"), done, a.out.strong(c.Store.Name))
	facts := [][2]string{
		{"address", c.Store.HomeURL},
		{"shop", c.Store.Facts.SiteName},
		{"WooCommerce", c.Store.Facts.WooCommerce},
		{"key", c.Key + ", " + c.AuthReason},
	}
	if c.Orders >= 0 {
		facts = append(facts, [2]string{"orders", count(c.Orders)})
	}
	for _, fact := range facts {
		if fact[1] != "" {
			a.say("  %s %s", a.out.faint(padRight(fact[0], 12)), oneLine(fact[1]))
		}
	}
	for _, note := range c.Notes {
		a.say("  %s %s", a.out.warn("note"), oneLine(note))
	}
	a.note("\nCopy it now: %s", a.err.accent("waybill sync "+c.Store.Name+" --once"))
	return nil
}
