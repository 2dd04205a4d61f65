package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/wire"
)

type rekeyOptions struct {
	store       string
	scopes      string
	credentials credentialFlags
}

func newStoresRekeyCommand(a *app) *cobra.Command {
	var opts rekeyOptions
	cmd := &cobra.Command{
		Use:   "rekey STORE",
		Short: "Replace the API key of a store; its mirror stays as it is",
		Example: `  export WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_…
  waybill stores rekey my-shop`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.store = args[0]
			return runStoresRekey(cmd.Context(), a, &opts)
		},
	}
	opts.credentials.register(cmd.Flags())
	cmd.Flags().StringVar(&opts.scopes, "for", "",
		"`scopes` the store is used for: the key must read the first of them (default orders:read)")
	must(cmd.RegisterFlagCompletionFunc("for", completeScopes))
	return cmd
}

func newStoresMoveCommand(a *app) *cobra.Command {
	var sure bool
	cmd := &cobra.Command{
		Use:   "move STORE URL",
		Short: "Follow a shop to its new address; mirror, changes and writes stay",
		Long: `Gives a connected store the address to which its shop has moved. Nothing is copied anew,
nothing that was written is forgotten or made again, and what waits goes to the new address.

That it is the same shop is shown first: the key works there, the newest order that the
mirror knows is the same there, and the old address is no shop of its own any more. Where an
earlier copy of the shop or a second shop answers, nothing is changed; --sure takes your word
for that, though never for another shop.`,
		Example: `  waybill stores move my-shop https://new.example`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStores(cmd.Context(), func(s *service.Service) error {
				st, err := s.Move(cmd.Context(), args[0], args[1], sure)
				if err != nil {
					return err
				}
				if a.global.json {
					return a.printJSON(wire.StoreOf(st))
				}
				a.say("%s %s is asked at %s from now on", a.out.Good("✓"), st.Name, st.HomeURL)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&sure, "sure", false,
		"also where the old address still answers, or the newest order is gone")
	return cmd
}

func runStoresRekey(ctx context.Context, a *app, opts *rekeyOptions) error {
	scopes, err := wantedScopes(opts.scopes)
	if err != nil {
		return err
	}
	return a.withStores(ctx, func(s *service.Service) error {
		if _, err := s.Store(ctx, opts.store); err != nil {
			return err
		}
		key, secret, err := opts.credentials.find(ctx, a)
		if err != nil {
			return err
		}
		connected, err := s.Rekey(ctx, opts.store, stores.Connection{Key: key, Secret: secret,
			Environment: opts.credentials.fromEnv, Scopes: scopes})
		if err != nil {
			return err
		}
		return printConnected(a, "New key for", connected, nil)
	})
}

func newStoresRotateCommand(a *app) *cobra.Command {
	var lost, yes bool
	cmd := &cobra.Command{
		Use:   "rotate-master-key",
		Short: "Encrypt all stored keys anew with a new master key",
		Long: `Makes a new master key in the data directory's key file and encrypts all stored
keys with it. A master key given in WAYBILL_MASTER_KEY is rotated by setting that
variable to the new key and WAYBILL_MASTER_KEY_PREVIOUS to the old one.

Machines that share a database must share the master key. With --lost the key of
this machine becomes the one, because the earlier one is gone: the stores whose
keys it does not open are named, and need new ones then (waybill stores rekey).
Where it opens all of them, nothing is lost and nothing is changed.`,
		Example: `  waybill stores rotate-master-key
  waybill stores rotate-master-key --lost`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts, err := a.serviceOptions(nil)
			if err != nil {
				return err
			}
			opts.Connected = true
			if lost {
				return runTakeKey(cmd.Context(), a, opts, yes)
			}
			return runService(cmd.Context(), opts, func(s *service.Service) error {
				if err := s.RotateMasterKey(cmd.Context()); err != nil {
					return err
				}
				if a.global.json {
					return a.printJSON(map[string]bool{"rotated": true})
				}
				a.say("%s All stored keys are encrypted with a new master key", a.out.Good("✓"))
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&lost, "lost", false, "the earlier master key is lost: take the one of this machine")
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "with --lost: do not ask")
	return cmd
}

// runTakeKey makes the master key of this machine the one that counts, if it does not open all keys anyway. What the
// lost key has sealed can be read by nobody afterwards, so a person agrees to it first.
func runTakeKey(ctx context.Context, a *app, opts service.Options, yes bool) error {
	closed, err := closedStores(ctx, a)
	if err != nil {
		return err
	}
	if len(closed) == 0 {
		if a.global.json {
			return a.printJSON(keyTaken{Rekey: closed})
		}
		a.say("%s Nothing is lost: the master key here opens the key of every store. Nothing was changed", a.out.Good("✓"))
		return nil
	}
	if err := a.prompt().Confirm(ctx, "The master key here does not open the keys of "+strings.Join(closed, ", ")+
		". Give them up, and give each store its key again?", yes); err != nil {
		return err
	}
	opts.KeyLost = true
	return runService(ctx, opts, func(s *service.Service) error { return sayKeyTaken(ctx, a, s) })
}

// closedStores names the stores whose keys the master key here does not open; where there is none here, that is all.
func closedStores(ctx context.Context, a *app) ([]string, error) {
	names := []string{}
	err := a.beside(ctx, nil, func(s *service.Asker) error {
		closed, err := s.Closed(ctx)
		for _, st := range closed {
			names = append(names, st.Name)
		}
		return err
	})
	if problem.Is(err, problem.MasterKeyMissing) {
		return strings.Split(problem.From(err).Details["stores"], ", "), nil
	}
	return names, err
}

// keyTaken says whether a master key was lost, and which stores need their keys again.
type keyTaken struct {
	Lost  bool     `json:"lost"`
	Rekey []string `json:"rekey"`
}

// sayKeyTaken says which stores need new keys, now that the master key of this machine is the one.
func sayKeyTaken(ctx context.Context, a *app, s *service.Service) error {
	closed, err := s.Closed(ctx)
	if err != nil {
		return err
	}
	names := make([]string, len(closed))
	for i, st := range closed {
		names[i] = st.Name
	}
	if a.global.json {
		return a.printJSON(keyTaken{true, names})
	}
	a.say("%s The master key of this machine is the one now", a.out.Good("✓"))
	for _, name := range names {
		a.say("  %s needs its key again: waybill stores rekey %s", name, name)
	}
	return nil
}

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
	return a.withStores(ctx, func(s *service.Service) error {
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
		a.note("waybill serve makes them when serve.public_url says where shops reach it.")
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
