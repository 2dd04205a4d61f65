package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/service"
)

func newStoresPauseCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "pause STORE",
		Short:             "Send nothing to a store until it is resumed",
		Example:           `  waybill stores pause my-shop`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), nil, func(s *service.Service) error {
				st, err := s.Pause(cmd.Context(), args[0])
				return printStore(a, "Paused", st, err)
			})
		},
	}
}

func newStoresResumeCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "resume STORE",
		Short:             "Let work on a paused store go on where it stopped",
		Example:           `  waybill stores resume my-shop`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withService(cmd.Context(), nil, func(s *service.Service) error {
				st, err := s.Resume(cmd.Context(), args[0])
				return printStore(a, "Resumed", st, err)
			})
		},
	}
}
