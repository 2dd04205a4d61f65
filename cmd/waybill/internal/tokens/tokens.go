package tokens

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/accessview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/wire"
)

// Command is waybill tokens.
func Command(a *program.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tokens",
		Short: "Make, list and revoke tokens for the HTTP API",
		Example: `  waybill tokens create "ERP of Acme"
  waybill tokens list
  waybill tokens revoke 4fZk0aQ2`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTokensCreateCommand(a), newTokensListCommand(a), newTokensRevokeCommand(a))
	return cmd
}

type tokenOptions struct {
	scopes, networks []string
	group            string
	expires          time.Duration
}

func newTokensCreateCommand(a *program.App) *cobra.Command {
	var opts tokenOptions
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Make a token and show it, once",
		Long: `Makes a token for the HTTP API and prints it. It is shown this once: what is kept
is a hash of it. NAME says what the token is for.

Without --scope it allows what an integration does: read stores, records and changes,
and write to stores. Scopes:

` + scopeList() + `
With --group it reaches the stores of that group only; others do not exist for it.`,
		Example: `  waybill tokens create "ERP of Acme"
  waybill tokens create "warehouse" --scope records:read --scope changes:read --from 10.20.0.0/16
  waybill tokens create "Acme" --group acme --expires 2160h`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runTokensCreate(cmd.Context(), a, args[0], opts) },
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&opts.scopes, "scope", nil, "`SCOPE` that it allows; repeat it")
	flags.StringVar(&opts.group, "group", "", "`GROUP` that it is confined to")
	flags.StringSliceVar(&opts.networks, "from", nil,
		"`NETWORK` that it may be used from, such as 10.20.0.0/16 or 192.0.2.7; repeat it")
	flags.DurationVar(&opts.expires, "expires", 0, "it ends after this `time`, such as 2160h; never by default")
	var words []string
	for _, s := range access.Scopes() {
		words = append(words, string(s.Scope)+"\t"+s.Meaning)
	}
	program.Must(cmd.RegisterFlagCompletionFunc("scope", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func scopeList() string {
	var b strings.Builder
	for _, s := range access.Scopes() {
		fmt.Fprintf(&b, "  %-13s %s\n", s.Scope, s.Meaning)
	}
	return b.String()
}

// parseNetworks reads networks; an address alone is a network of one.
func parseNetworks(words []string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, word := range words {
		n, err := config.ParseNetwork(word)
		if err != nil {
			return nil, problem.Wrap(problem.Usage, err, "--from %q is no network", word).
				Next("Write it as 10.20.0.0/16, 2001:db8::/32 or 192.0.2.7")
		}
		networks = append(networks, n)
	}
	return networks, nil
}

func runTokensCreate(ctx context.Context, a *program.App, name string, opts tokenOptions) error {
	networks, err := parseNetworks(opts.networks)
	if err != nil {
		return err
	}
	wanted := access.NewToken{Name: name, Group: opts.group, Networks: networks, Scopes: access.Integration()}
	if len(opts.scopes) > 0 {
		wanted.Scopes = nil
		for _, s := range opts.scopes {
			wanted.Scopes = append(wanted.Scopes, access.Scope(s))
		}
	}
	if opts.expires < 0 {
		return problem.New(problem.Usage, "--expires lies in the past")
	}
	if opts.expires > 0 {
		wanted.ExpiresAt = time.Now().Add(opts.expires)
	}
	return a.Open(ctx, func(s *service.Service) error {
		made, err := s.CreateToken(ctx, a.Caller(), wanted)
		if err != nil {
			return err
		}
		if err := s.Did(ctx, a.Caller(), "create-token", made.Prefix); err != nil {
			return err
		}
		names, err := s.GroupNames(ctx, a.Caller())
		if err != nil {
			return err
		}
		if a.JSON() {
			return a.PrintJSON(wire.NewTokenOf(made, names))
		}
		a.Note("%s Made the token %s (%s). It is shown this once:", a.Err().Good("✓"), made.Prefix, made.Name)
		a.Say("%s", made.Secret)
		return nil
	})
}

func newTokensListCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List tokens with what they allow and when they were used",
		Example: `  waybill tokens list
  waybill tokens list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				tokens, err := s.Tokens(ctx, a.Caller())
				if err != nil {
					return err
				}
				names, err := s.GroupNames(ctx, a.Caller())
				if err != nil {
					return err
				}
				views := make([]wire.Token, len(tokens))
				for i, t := range tokens {
					views[i] = wire.TokenOf(t, names)
				}
				if a.JSON() {
					return a.PrintJSON(views)
				}
				if len(views) == 0 {
					a.Note("There is no token yet. Make one: waybill tokens create \"ERP of Acme\"")
					return nil
				}
				a.Table(accessview.Tokens(views, time.Now()))
				return nil
			})
		},
	}
}

func newTokensRevokeCommand(a *program.App) *cobra.Command {
	return &cobra.Command{
		Use:   "revoke TOKEN",
		Short: "End a token at once, named by its prefix or its name",
		Example: `  waybill tokens revoke 4fZk0aQ2
  waybill tokens revoke "ERP of Acme"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.Open(ctx, func(s *service.Service) error {
				t, err := s.RevokeToken(ctx, a.Caller(), args[0])
				if err != nil {
					return err
				}
				if err := s.Did(ctx, a.Caller(), "revoke-token", t.Prefix); err != nil {
					return err
				}
				names, err := s.GroupNames(ctx, a.Caller())
				if err != nil {
					return err
				}
				if a.JSON() {
					return a.PrintJSON(wire.TokenOf(t, names))
				}
				a.Say("%s Revoked %s (%s)", a.Out().Good("✓"), a.Out().Strong(t.Prefix), t.Name)
				return nil
			})
		},
	}
}
