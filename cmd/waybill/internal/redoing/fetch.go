package redoing

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/redo"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Fetch is waybill fetch.
func Fetch(a *program.App) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "fetch STORE RESOURCE ID...",
		Short: "Read records from a shop now, before anything else",
		Long: `Has records read from the shop anew: orders, products, customers or coupons. The process that
works for the shop does it at once. Where there is none, the shop is synced here, which reads
them first.`,
		Example: `  waybill fetch my-shop orders 4711
  waybill fetch my-shop orders 4711 4712 --dry-run`,
		Args: cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			resources, err := argument.Resources(args[1:2])
			if err != nil {
				return err
			}
			if !redo.Fetchable(resources[0]) {
				return notFetchable(resources[0])
			}
			refs := make([]storage.Ref, len(args)-2)
			for i, text := range args[2:] {
				id, err := argument.RecordNumber(text)
				if err != nil {
					return err
				}
				refs[i] = storage.Ref{Resource: resources[0], ID: id}
			}
			return a.Open(ctx, func(s *service.Service) error { return fetch(ctx, a, s, args[0], refs, dryRun) })
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say how much it is and what it costs the shop, and do nothing")
	return cmd
}

func fetch(
	ctx context.Context, a *program.App, s *service.Service, store string, refs []storage.Ref, dryRun bool,
) error {
	st, err := s.Store(ctx, store)
	if err != nil {
		return err
	}
	plan, err := s.Redo.Fetch(ctx, st, refs, dryRun)
	if err != nil {
		return err
	}
	if !dryRun {
		if err := s.Did(ctx, a.Caller(), "fetch", st.Name); err != nil {
			return err
		}
		// A process that works for the shop does it meanwhile; this waits for that one, or does it.
		if _, err := s.SyncOnce(ctx, st, nil); err != nil {
			return err
		}
	}
	view := wire.RedoneOf(plan, dryRun)
	if a.JSON() {
		return a.PrintJSON(view)
	}
	SayRedone(a, view, "read", fmt.Sprintf("it takes at least %d requests to the shop", view.Requests))
	return nil
}
