package main

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/accessview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/jsontext"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/forward"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type changesOptions struct {
	store     string
	after     int64
	from      string
	forward   forwardFlags
	follow    bool
	limit     int
	resources []string
}

func newChangesCommand(a *app) *cobra.Command {
	var opts changesOptions
	cmd := &cobra.Command{
		Use:   "changes [STORE]",
		Short: "Read the log of what was seen to change, or deliver it to a URL or a command",
		Long: `Prints what changed on stores, in order. Each change has a number that grows and is
never used twice: keep the last one you have handled and ask for those --after it.
With --json the result is a list; with --json --follow one JSON object a line.

With --forward-to or --exec each change is delivered instead, with the record as it is
now (--thin leaves it out), as JSON: by POST to a URL, or on the standard input of a
command. A status 2xx, or an exit status of 0, means that it was taken. Any other is
tried again after 1 s, 2 s, 4 s … up to 5 minutes (Retry-After is honoured), and later
changes wait, so that the order holds. Status 410 ends it. With --as NAME the position
is kept: a restart goes on with the first change that was not taken, which may come a
second time under the same id (header Webhook-Id, WAYBILL_EVENT_DELIVERY).

The URL is your own: this machine and private networks are allowed. A command finds
WAYBILL_EVENT_TYPE, _STORE, _RESOURCE, _ID, _KIND and _SEQ in its environment.

Changes come from a running waybill sync or waybill serve. Exit statuses: 0 when it was
stopped or, with --once, everything was taken; 3 when nothing has been copied yet, so
that nothing can have been seen to change; 6 when a change was not taken.`,
		Example: `  waybill changes
  waybill changes my-shop --after 1234 --json
  waybill changes --follow --resource orders
  waybill changes --from 2026-11-30T08:00 --limit 20

  # Deliver what happens from now on to a program under development:
  waybill changes --from now --forward-to http://localhost:8080/hook

  # Every order into a queue, without a gap over restarts:
  waybill changes --resource orders --as erp --exec './to-erp.sh'

  # From cron: what is new, then end
  waybill changes --as erp --forward-to https://erp.example/hook --once`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.store = storeArg(args)
			if err := opts.forward.check(opts.follow); err != nil {
				return err
			}
			if opts.forward.wanted() && opts.from == "" && !cmd.Flags().Changed("after") {
				opts.from = "now"
			}
			return runChanges(cmd.Context(), a, &opts)
		},
	}
	cmd.AddCommand(newConsumersCommand(a), newPositionsCommand(a))
	flags := cmd.Flags()
	flags.Int64Var(&opts.after, "after", 0, "only changes with a greater `number`")
	flags.StringVar(&opts.from, "from", "", "begin `where`: now, a number as with --after, or a time such as "+
		"2026-11-23T10:00 or 2h (default: the first change; with --forward-to and --exec: now)")
	cmd.MarkFlagsMutuallyExclusive("after", "from")
	opts.forward.register(flags)
	must(cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions([]string{"now"},
		cobra.ShellCompDirectiveNoFileComp)))
	flags.BoolVarP(&opts.follow, "follow", "f", false, "wait for more until interrupted")
	flags.IntVar(&opts.limit, "limit", 0, "at most `N` changes; 0 for all")
	flags.StringSliceVar(&opts.resources, "resource", nil, "only these `resources`")
	return cmd
}

func runChanges(ctx context.Context, a *app, opts *changesOptions) error {
	resources, err := argument.Resources(opts.resources)
	if err != nil {
		return err
	}
	return a.withReader(ctx, func(r *service.Reader) error {
		q := storage.ChangeQuery{After: opts.after, Limit: opts.limit, Resources: resources}
		stores, err := r.Named(ctx, opts.store)
		if err != nil {
			return err
		}
		if opts.store != "" {
			q.StoreID = stores[0].ID
		}
		if err := a.copied(ctx, r, stores...); err != nil && !opts.goesOn() {
			return err
		} else if err != nil { // what will be seen to change is what is waited for
			a.note("%s %s; changes come with the first sync", a.err.Warn("!"), problem.From(err).Message)
		}
		if q.After, err = opts.begin(ctx, r); err != nil {
			return err
		}
		if opts.forward.wanted() {
			return forwardChanges(ctx, a, r, q, &opts.forward)
		}
		print, finish := changePrinter(a, opts.follow)
		if err := r.EachChange(ctx, q, opts.follow, print); err != nil {
			return err
		}
		return finish()
	})
}

// goesOn says whether the command waits for what happens.
func (o *changesOptions) goesOn() bool { return o.follow || o.forward.wanted() && !o.forward.once }

// begin is the number after which changes are wanted.
func (o *changesOptions) begin(ctx context.Context, r *service.Reader) (int64, error) {
	switch n, err := strconv.ParseInt(o.from, 10, 64); {
	case o.from == "":
		return o.after, nil
	case o.from == "now":
		return r.LastChange(ctx)
	case err == nil && n >= 0:
		return n, nil
	}
	at, err := argument.Time(o.from, time.Local, time.Now())
	if err != nil {
		return 0, problem.New(problem.Usage, "--from is %q; it can be now, a number, or a time", o.from).
			Next("A time looks like 2026-11-23, 2026-11-23T10:00:00Z, or 36h for 36 hours ago")
	}
	return r.ChangeBefore(ctx, at)
}

// changePrinter gives what prints one change, and what ends the output.
func changePrinter(a *app, follow bool) (print func(records.NamedChange) error, finish func() error) {
	done := func() error { return nil }
	switch {
	case a.global.json && follow:
		return func(c records.NamedChange) error { return a.printJSONLine(wire.ChangeOf(c)) }, done
	case a.global.json:
		list := jsontext.NewList(a.stdout)
		return func(c records.NamedChange) error { return list.Add(wire.ChangeOf(c)) }, list.Close
	}
	return func(c records.NamedChange) error {
		a.say("%s  %s  %s  %s  %s", a.out.Faint(terminal.PadLeft(c.Seq, 8)), terminal.Moment(c.At.Local()),
			c.Store, paintKind(a.out, c.Kind), c.Ref)
		return nil
	}, done
}

func newConsumersCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "consumers",
		Short: "List the named readers of the HTTP API: how far each is, and how far behind",
		Long: `Lists the consumers of the log of changes that were made by the HTTP API
(POST /v1/consumers): their position, what they have not acknowledged, and when they were
last heard of. Positions of waybill changes --as are apart from these.`,
		Example: `  waybill changes consumers
  waybill changes consumers remove erp
  waybill changes consumers remove erp --group acme`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runConsumers(cmd.Context(), a) },
	}
	cmd.AddCommand(newConsumersRemoveCommand(a))
	return cmd
}

func runConsumers(ctx context.Context, a *app) error {
	return a.withStores(ctx, func(s *service.Service) error {
		all, err := s.Consumers.List(ctx, 0)
		if err != nil {
			return err
		}
		names, err := s.GroupNames(ctx, a.local())
		if err != nil {
			return err
		}
		stores, err := s.Stores(ctx)
		if err != nil {
			return err
		}
		views := make([]wire.Consumer, len(all))
		for i, c := range all {
			lag, err := s.Consumers.Lag(ctx, c)
			if err != nil {
				return err
			}
			views[i] = wire.ConsumerOf(c, lag, time.Now())
			views[i].Group = names[c.GroupID]
			for _, st := range stores {
				if st.ID == c.StoreID {
					views[i].Store = st.Name
				}
			}
		}
		if a.global.json {
			return a.printJSON(views)
		}
		if len(views) == 0 {
			a.note("There are no consumers. Programs make them by the HTTP API: POST /v1/consumers")
			return nil
		}
		a.table(accessview.Consumers(views))
		return nil
	})
}

func newConsumersRemoveCommand(a *app) *cobra.Command {
	var group string
	cmd := &cobra.Command{
		Use:     "remove NAME",
		Short:   "Forget a consumer and its position",
		Example: `  waybill changes consumers remove erp`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.withStores(ctx, func(s *service.Service) error {
				var g storage.Group
				var err error
				if group != "" {
					if g, err = s.Group(ctx, a.local(), group); err != nil {
						return err
					}
				}
				c, err := s.Consumers.Find(ctx, g.ID, args[0])
				if err != nil {
					return err
				}
				if err := s.Consumers.Remove(ctx, c); err != nil {
					return err
				}
				if err := s.Did(ctx, a.local(), "remove-consumer", c.Name); err != nil {
					return err
				}
				if a.global.json {
					return a.printJSON(map[string]string{"removed": c.Name})
				}
				a.say("%s Removed %s", a.out.Good("✓"), a.out.Strong(c.Name))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&group, "group", "", "the `group` that it belongs to")
	return cmd
}

func newPositionsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "positions",
		Short: "List the positions that waybill changes --as keeps: the last change that each has taken",
		Long: `Lists the names that were given with waybill changes --as, and the number of the last
change that each has taken. They are files in the directory consumers of the data
directory; to forget one, remove its file.`,
		Example: `  waybill changes positions
  waybill changes positions --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.loadConfig(nil)
			if err != nil {
				return err
			}
			all, err := forward.Positions(cfg.Data)
			switch {
			case err != nil:
				return err
			case a.global.json:
				return a.printJSON(all)
			case len(all) == 0:
				a.note("No position is kept yet. waybill changes --as NAME keeps one, with --forward-to or --exec")
				return nil
			}
			var rows [][]string
			for _, p := range all {
				rows = append(rows, []string{p.Name, strconv.FormatInt(p.Seq, 10), terminal.Moment(p.At.Local())})
			}
			a.table([]terminal.Column{{Title: "name"}, {Title: "last change taken", Right: true}, {Title: "at"}}, rows)
			return nil
		},
	}
}
