package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/stores"
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

func runStoresRekey(ctx context.Context, a *app, opts *rekeyOptions) error {
	scopes, err := wantedScopes(opts.scopes)
	if err != nil {
		return err
	}
	return a.withService(ctx, nil, func(s *service.Service) error {
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
	var lost bool
	cmd := &cobra.Command{
		Use:   "rotate-master-key",
		Short: "Encrypt all stored keys anew with a new master key",
		Long: `Makes a new master key in the data directory's key file and encrypts all stored
keys with it. A master key given in WAYBILL_MASTER_KEY is rotated by setting that
variable to the new key and WAYBILL_MASTER_KEY_PREVIOUS to the old one.

Machines that share a database must share the master key. With --lost the key of
this machine becomes the one, because the earlier one is gone: the stores whose
keys it does not open need new ones then (waybill stores rekey).`,
		Example: `  waybill stores rotate-master-key`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts, err := a.serviceOptions(nil)
			if err != nil {
				return err
			}
			opts.KeyLost = lost
			return runService(cmd.Context(), opts, func(s *service.Service) error {
				if lost {
					return sayKeyTaken(cmd.Context(), a, s)
				}
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
	return cmd
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
		return a.printJSON(map[string]any{"lost": true, "rekey": names})
	}
	a.say("%s The master key of this machine is the one now", a.out.Good("✓"))
	for _, name := range names {
		a.say("  %s needs its key again: waybill stores rekey %s", name, name)
	}
	return nil
}
