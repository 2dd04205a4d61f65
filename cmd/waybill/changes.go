package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/jsontext"
	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type changesOptions struct {
	store     string
	after     int64
	follow    bool
	limit     int
	resources []string
}

func newChangesCommand(a *app) *cobra.Command {
	var opts changesOptions
	cmd := &cobra.Command{
		Use:   "changes [STORE]",
		Short: "Read the log of what was seen to change",
		Long: `Prints what changed on stores, in order. Each change has a number that grows and is
never used twice: keep the last one you have handled and ask for those --after it.

With --json the result is a list; with --json --follow one JSON object a line.`,
		Example: `  waybill changes
  waybill changes my-shop --after 1234 --json
  waybill changes --follow --resource orders`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.store = storeArg(args)
			return runChanges(cmd.Context(), a, &opts)
		},
	}
	flags := cmd.Flags()
	flags.Int64Var(&opts.after, "after", 0, "only changes with a greater `number`")
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
		if opts.store != "" {
			st, err := r.Store(ctx, opts.store)
			if err != nil {
				return err
			}
			q.StoreID = st.ID
		}
		print, finish := changePrinter(a, opts.follow)
		if err := r.EachChange(ctx, q, opts.follow, print); err != nil {
			return err
		}
		return finish()
	})
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

func paintKind(t terminal.Terminal, kind storage.Kind) string {
	text := terminal.PadRight(string(kind), len(storage.Restored))
	switch kind {
	case storage.Created, storage.Restored:
		return t.Good(text)
	case storage.Trashed, storage.Deleted:
		return t.Bad(text)
	}
	return t.Accent(text)
}
