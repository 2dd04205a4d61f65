package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

func newStoresPauseCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "pause STORE",
		Short:   "Send nothing to a store until it is resumed",
		Example: `  waybill stores pause my-shop`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStores(cmd.Context(), func(s *service.Service) error {
				st, err := s.Pause(cmd.Context(), args[0])
				return printStore(a, "Paused", st, err)
			})
		},
	}
}

func newStoresResumeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "resume STORE",
		Short:   "Let work on a paused store go on where it stopped",
		Example: `  waybill stores resume my-shop`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStores(cmd.Context(), func(s *service.Service) error {
				st, err := s.Resume(cmd.Context(), args[0])
				return printStore(a, "Resumed", st, err)
			})
		},
	}
}

func newStoresRemoveCommand(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove STORE",
		Short: "Forget a store, its key and its mirror; on the store itself only Waybill's webhooks go",
		Example: `  waybill stores remove my-shop
  waybill stores remove my-shop --yes`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStores(cmd.Context(), func(s *service.Service) error {
				if _, err := s.Store(cmd.Context(), args[0]); err != nil {
					return err
				}
				if err := a.prompt().Confirm(cmd.Context(), "Forget "+args[0]+" and everything mirrored from it?",
					yes); err != nil {
					return err
				}
				st, left, err := s.Remove(cmd.Context(), args[0])
				if left != "" {
					a.note("%s", left)
				}
				return printStore(a, "Removed", st, err)
			})
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

func printStore(a *app, done string, st storage.Store, err error) error {
	if err != nil {
		return err
	}
	if a.global.json {
		return a.printJSON(wire.StoreOf(st))
	}
	a.say("%s %s %s", a.out.Good("✓"), done, a.out.Strong(st.Name))
	return nil
}
