package main

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/accessview"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// local is the person at the command line, as the audit log names them.
func (a *app) local() access.Caller {
	user := a.getenv("USER")
	if user == "" {
		user = a.getenv("USERNAME")
	}
	return access.Local(user)
}

func newTokensCommand(a *app) *cobra.Command {
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

func newTokensCreateCommand(a *app) *cobra.Command {
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
	must(cmd.RegisterFlagCompletionFunc("scope", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
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

func runTokensCreate(ctx context.Context, a *app, name string, opts tokenOptions) error {
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
	return a.withService(ctx, nil, func(s *service.Service) error {
		made, err := s.CreateToken(ctx, a.local(), wanted)
		if err != nil {
			return err
		}
		if err := s.Did(ctx, a.local(), "create-token", made.Prefix); err != nil {
			return err
		}
		names, err := s.GroupNames(ctx, a.local())
		if err != nil {
			return err
		}
		if a.global.json {
			return a.printJSON(wire.NewTokenOf(made, names))
		}
		a.note("%s Made the token %s (%s). It is shown this once:", a.err.Good("✓"), made.Prefix, made.Name)
		a.say("%s", made.Secret)
		return nil
	})
}

func newTokensListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List tokens with what they allow and when they were used",
		Example: `  waybill tokens list
  waybill tokens list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, nil, func(s *service.Service) error {
				tokens, err := s.Tokens(ctx, a.local())
				if err != nil {
					return err
				}
				names, err := s.GroupNames(ctx, a.local())
				if err != nil {
					return err
				}
				views := make([]wire.Token, len(tokens))
				for i, t := range tokens {
					views[i] = wire.TokenOf(t, names)
				}
				if a.global.json {
					return a.printJSON(views)
				}
				if len(views) == 0 {
					a.note("There is no token yet. Make one: waybill tokens create \"ERP of Acme\"")
					return nil
				}
				a.table(accessview.Tokens(views, time.Now()))
				return nil
			})
		},
	}
}

func newTokensRevokeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke TOKEN",
		Short:   "End a token at once, named by its prefix",
		Example: `  waybill tokens revoke 4fZk0aQ2`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, nil, func(s *service.Service) error {
				t, err := s.RevokeToken(ctx, a.local(), args[0])
				if err != nil {
					return err
				}
				if err := s.Did(ctx, a.local(), "revoke-token", t.Prefix); err != nil {
					return err
				}
				names, err := s.GroupNames(ctx, a.local())
				if err != nil {
					return err
				}
				if a.global.json {
					return a.printJSON(wire.TokenOf(t, names))
				}
				a.say("%s Revoked %s (%s)", a.out.Good("✓"), a.out.Strong(t.Prefix), t.Name)
				return nil
			})
		},
	}
}

func newGroupsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "groups",
		Short: "Keep sets of stores apart: tokens of a group see its stores only",
		Example: `  waybill groups create acme
  waybill groups add-store acme acme-shop
  waybill tokens create "ERP of Acme" --group acme`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newGroupsListCommand(a),
		newGroupCommand(a, groupCommand{use: "create GROUP", args: 1, action: "create-group", done: "Made the group",
			short: "Make a group", example: `  waybill groups create acme`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.Group, error) {
				return s.CreateGroup(ctx, args[0])
			}}),
		newGroupCommand(a, groupCommand{use: "add-store GROUP STORE", args: 2, action: "move-store",
			done: "Put the store into", short: "Put a store into a group, out of any other",
			example: `  waybill groups add-store acme acme-shop`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.Group, error) {
				return moveStore(ctx, a, s, args[1], args[0])
			}}),
		newGroupCommand(a, groupCommand{use: "take-store STORE", args: 1, action: "move-store",
			done: "Took it out of its group:", short: "Take a store out of its group",
			example: `  waybill groups take-store acme-shop`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.Group, error) {
				return moveStore(ctx, a, s, args[0], "")
			}}),
		newGroupCommand(a, groupCommand{use: "remove GROUP", args: 1, action: "remove-group", done: "Removed",
			short: "Remove a group without stores; its tokens end", example: `  waybill groups remove acme`,
			do: func(ctx context.Context, s *service.Service, args []string) (storage.Group, error) {
				return s.RemoveGroup(ctx, args[0])
			}}),
	)
	return cmd
}

func newGroupsListCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List groups with their stores",
		Example: `  waybill groups list
  waybill groups list --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, nil, func(s *service.Service) error {
				groups, err := s.Groups(ctx, a.local())
				if err != nil {
					return err
				}
				stores, err := s.Stores(ctx)
				if err != nil {
					return err
				}
				views := make([]wire.Group, len(groups))
				for i, g := range groups {
					views[i] = wire.GroupOf(g, stores)
				}
				if a.global.json {
					return a.printJSON(views)
				}
				if len(views) == 0 {
					a.note("There is no group yet. Make one: waybill groups create acme")
					return nil
				}
				a.table(accessview.Groups(views))
				return nil
			})
		},
	}
}

// groupCommand is a command that does one thing with a group.
type groupCommand struct {
	use, short, example string
	args                int
	// action is its name in the audit log, done what it says.
	action, done string
	do           func(ctx context.Context, s *service.Service, args []string) (storage.Group, error)
}

func newGroupCommand(a *app, c groupCommand) *cobra.Command {
	return &cobra.Command{
		Use: c.use, Short: c.short, Example: c.example, Args: cobra.ExactArgs(c.args),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, nil, func(s *service.Service) error {
				g, err := c.do(ctx, s, args)
				if err != nil {
					return err
				}
				if err := s.Did(ctx, a.local(), c.action, strings.Join(args, " ")); err != nil {
					return err
				}
				stores, err := s.Stores(ctx)
				if err != nil {
					return err
				}
				if a.global.json {
					return a.printJSON(wire.GroupOf(g, stores))
				}
				a.say("%s %s %s", a.out.Good("✓"), c.done, a.out.Strong(g.Name))
				return nil
			})
		},
	}
}

// moveStore puts a store into a group, or out of its own for an empty name, and gives the group that it is about.
func moveStore(ctx context.Context, a *app, s *service.Service, store, group string) (storage.Group, error) {
	st, err := s.Store(ctx, store)
	if err != nil {
		return storage.Group{}, err
	}
	if group != "" {
		if _, err := s.MoveStore(ctx, st.ID, group); err != nil {
			return storage.Group{}, err
		}
		return s.Group(ctx, a.local(), group)
	}
	if st.GroupID == 0 {
		return storage.Group{}, problem.New(problem.GroupNotFound, "the store %s is in no group", st.Name)
	}
	names, err := s.GroupNames(ctx, a.local())
	if err != nil {
		return storage.Group{}, err
	}
	if _, err := s.MoveStore(ctx, st.ID, ""); err != nil {
		return storage.Group{}, err
	}
	return s.Group(ctx, a.local(), names[st.GroupID])
}

func newAuditCommand(a *app) *cobra.Command {
	q := storage.AuditQuery{}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show who did what by the HTTP API, and what was refused",
		Long: `Shows the audit log, the newest first: what was changed by the HTTP API or in tokens
and groups, by whom, from where, and how it ended; and what was refused. Reading that was
allowed is not in it. Entries are kept for serve.audit_keep.`,
		Example: `  waybill audit
  waybill audit --token 4fZk0aQ2 --limit 500 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return a.withService(ctx, nil, func(s *service.Service) error {
				entries, err := s.Audit(ctx, a.local(), q)
				if err != nil {
					return err
				}
				names, err := s.GroupNames(ctx, a.local())
				if err != nil {
					return err
				}
				views := make([]wire.AuditEntry, len(entries))
				for i, e := range entries {
					views[i] = wire.AuditEntryOf(e, names)
				}
				if a.global.json {
					return a.printJSON(views)
				}
				if len(views) == 0 {
					a.note("Nothing was done yet.")
					return nil
				}
				a.table(accessview.Audit(views))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&q.Actor, "token", "", "only what the `TOKEN` with this prefix did")
	cmd.Flags().IntVar(&q.Limit, "limit", 50, "most `entries`; 0 shows all")
	return cmd
}
