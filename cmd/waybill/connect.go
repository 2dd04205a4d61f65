package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/cmd/waybill/internal/approval"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/wire"
)

type connectOptions struct {
	url         string
	name        string
	scopes      string
	noDoctor    bool
	home        string
	approve     bool
	sure        bool
	credentials credentialFlags
}

func newConnectCommand(a *app) *cobra.Command {
	var opts connectOptions
	cmd := &cobra.Command{
		Use:   "connect URL",
		Short: "Connect a store with its address and API key",
		Long: `Finds the store behind an address, lets the doctor look at it, proves with a first read
that the key works, and keeps both, the key encrypted. The address may be whatever you
have: the shop, its wp-admin, its REST API.

A store that cannot work is refused, with the cause and the fix. Where only a stop-gap
works, the store is connected with it, and the stop-gap is named.

Where the shop names another address as its own than the one you give, nothing is connected
until you choose: a copy of a shop (staging) often still names the live one.

Make the key in WooCommerce > Settings > Advanced > REST API. The secret is sent only to
the store's own API, and never over plain HTTP.

With --approve no key is needed: you get a link to the shop's own approval page, its owner
says yes there, and the shop sends a key to waybill serve, which must run and be reached at
serve.public_url. Where the shop could not do that, you are told so before anybody is sent
there (docs/connecting.md).`,
		Example: `  # The key from the environment, so that it shows in no process list or shell history:
  export WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_…
  waybill connect https://shop.example

  # Or type it when asked; it is not echoed:
  waybill connect shop.example/wp-admin --name my-shop

  # Let the owner of the shop approve it on the shop's own page:
  waybill connect https://shop.example --approve

  # Leave the key in the environment (MYSHOP_KEY, MYSHOP_SECRET), never store it:
  waybill connect https://shop.example --key-from-env MYSHOP`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.url = args[0]
			return runConnect(cmd.Context(), a, &opts)
		},
	}
	opts.credentials.register(cmd.Flags())
	cmd.Flags().StringVar(&opts.scopes, "for", "",
		"`scopes` the store will be used for, which the doctor looks at (default "+strings.ReplaceAll(
			capability.JoinScopes(stores.ReadScopes()), " ", "")+")")
	must(cmd.RegisterFlagCompletionFunc("for", completeScopes))
	cmd.Flags().BoolVar(&opts.noDoctor, "no-doctor", false,
		"connect without looking at the store first; saves it some forty requests")
	cmd.Flags().StringVar(&opts.home, "home", "",
		"`which` address to use where the shop names another as its own: given or named (default: refuse)")
	must(cmd.RegisterFlagCompletionFunc("home", cobra.FixedCompletions(
		[]string{string(stores.HomeGiven), string(stores.HomeNamed)}, cobra.ShellCompDirectiveNoFileComp)))
	cmd.Flags().BoolVar(&opts.approve, "approve", false, "let the owner of the shop approve it on the shop's own page")
	cmd.Flags().BoolVar(&opts.sure, "sure", false,
		"with --approve: go on though it seems from here that it will not work")
	cmd.Flags().StringVar(&opts.name, "name", "", "`name` to call the store by (default: from its address)")
	return cmd
}

func runConnect(ctx context.Context, a *app, opts *connectOptions) error {
	scopes, err := wantedScopes(opts.scopes)
	if err != nil {
		return err
	}
	home, err := stores.ParseHome(opts.home)
	if err != nil {
		return err
	}
	if opts.sure && !opts.approve {
		return problem.New(problem.Usage, "--sure goes with --approve").Next("Leave it out")
	}
	return a.withService(ctx, nil, func(s *service.Service) error {
		if opts.approve {
			return approval.Run(ctx, a.forRooms(), s, onboarding.Wanted{URL: opts.url, Name: opts.name, Scopes: scopes,
				Home: home, Sure: opts.sure})
		}
		if err := s.Expect(ctx, opts.url, opts.name); err != nil {
			return err
		}
		key, secret, err := opts.credentials.find(ctx, a)
		if err != nil {
			return err
		}
		connection := stores.Connection{URL: opts.url, Key: key, Secret: secret, Name: opts.name,
			Environment: opts.credentials.fromEnv, Scopes: scopes, Home: home}
		if opts.noDoctor {
			connected, err := s.Connect(ctx, connection)
			if err != nil {
				return err
			}
			return printConnected(a, "Connected", connected, nil)
		}
		display, progress := a.display().Examination(opts.url)
		connected, report, err := s.ConnectExamined(ctx, connection, progress)
		display.Done()
		if err != nil {
			return err
		}
		return printConnected(a, "Connected", connected, report)
	})
}

// wantedScopes are the scopes of --for; nil when the flag was not given.
func wantedScopes(text string) ([]doctor.Scope, error) {
	if text == "" {
		return nil, nil
	}
	return parseScopes(text)
}

// connectReport is the result of connect and of stores rekey.
type connectReport struct {
	Store      wire.Store `json:"store"`
	Key        string     `json:"key"`
	Auth       string     `json:"auth"`
	AuthReason string     `json:"auth_reason"`
	Orders     *int       `json:"orders"`
	Notes      []string   `json:"notes"`
	// Findings are what the doctor found on a store that can be connected all the same.
	Findings []doctor.Finding `json:"findings"`
}

// printConnected tells what was connected; report is the doctor's, nil where it was not asked.
func printConnected(a *app, done string, c stores.Connected, report *doctor.Report) error {
	if a.global.json {
		result := connectReport{
			Store: wire.StoreOf(c.Store), Key: c.Key, Auth: string(c.Store.Auth), AuthReason: c.AuthReason,
			Notes:    c.Notes,
			Findings: toAct(report),
		}
		if c.Orders >= 0 {
			result.Orders = &c.Orders
		}
		if result.Notes == nil {
			result.Notes = []string{}
		}
		if result.Findings == nil {
			result.Findings = []doctor.Finding{}
		}
		return a.printJSON(result)
	}
	a.say("%s %s %s", a.out.Good("✓"), done, a.out.Strong(c.Store.Name))
	facts := [][2]string{
		{"address", c.Store.HomeURL},
		{"shop", c.Store.Facts.SiteName},
		{"WooCommerce", c.Store.Facts.WooCommerce},
		{"key", c.Key + ", " + c.AuthReason},
	}
	if c.Orders >= 0 {
		facts = append(facts, [2]string{"orders", terminal.Count(c.Orders)})
	}
	for _, fact := range facts {
		if fact[1] != "" {
			a.say("  %s %s", a.out.Faint(terminal.PadRight(fact[0], 12)), terminal.OneLine(fact[1]))
		}
	}
	for _, note := range c.Notes {
		a.say("  %s %s", a.out.Warn("note"), terminal.OneLine(note))
	}
	for _, f := range toAct(report) {
		mark := a.out.Warn("!")
		if f.Severity == doctor.Problem {
			mark = a.out.Bad("✗")
		}
		a.say("  %s %s %s", mark, terminal.OneLine(f.Title), a.out.Faint("["+f.ID+"]"))
		if f.Adopt != nil {
			a.say("    %s", terminal.OneLine("Stop-gap: until that is mended Waybill will "+f.Adopt.Says+"."))
		}
		if fix := f.FirstFix(); fix != "" {
			a.say("    %s %s", a.out.Faint("->"), terminal.OneLine(fix))
		}
	}
	if len(toAct(report)) > 0 {
		a.say("  %s", a.out.Faint("all of it: waybill doctor "+c.Store.Name))
	}
	a.note("\nCopy it now: %s", a.err.Accent("waybill sync "+c.Store.Name+" --once"))
	return nil
}

// toAct are the findings of a report that somebody should act on.
func toAct(report *doctor.Report) []doctor.Finding {
	var list []doctor.Finding
	if report != nil {
		for _, f := range report.Findings {
			if f.Root && f.Severity != doctor.Note {
				list = append(list, f)
			}
		}
	}
	return list
}
