package receipts

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// exitOverdue is the exit status where receipts are missing, or were not taken.
const exitOverdue = problem.ExitDifferent

func newAddCommand(a *program.App) *cobra.Command {
	var by receiverFlags
	var store, reference string
	cmd := &cobra.Command{
		Use:   "add RECEIVER ORDER...",
		Short: "Note that a receiver has orders",
		Long: `Gives receipts in a receiver's place, where somebody has looked. ORDER is the number that
people see, or the id.

Exit status: 0 when all were kept, 10 when one was refused.`,
		Example: `  waybill receipts add erp --store shop --reference SO-1001 4711
  waybill receipts add erp --store shop 4711 4712 4713`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if reference != "" && len(args) > 2 {
				return oneReference()
			}
			var view wire.ReceiptsGiven
			err := a.Open(ctx, func(s *service.Service) (err error) {
				receiver, err := by.find(ctx, a, s, args[0])
				if err != nil {
					return err
				}
				view, err = give(ctx, a, s, receiver, store, reference, args[1:])
				return err
			})
			if err != nil {
				return err
			}
			return say(a, view)
		},
	}
	by.add(cmd.Flags())
	cmd.Flags().StringVar(&store, "store", "", "the `STORE` of the orders; needed where there are several")
	cmd.Flags().StringVar(&reference, "reference", "", "what the receiver calls the order: its `number` of it")
	return cmd
}

func give(ctx context.Context, a *program.App, s *service.Service, by receipts.Receiver, store, reference string,
	words []string,
) (wire.ReceiptsGiven, error) {
	st, err := s.Store(ctx, store)
	if err != nil {
		return wire.ReceiptsGiven{}, err
	}
	given := make([]receipts.Given, len(words))
	for i, word := range words {
		id, err := s.Order(ctx, st, word, records.ByEither)
		if err != nil {
			return wire.ReceiptsGiven{}, err
		}
		given[i] = receipts.Given{StoreID: st.ID, Ref: storage.Ref{Resource: storage.Orders, ID: id},
			Reference: reference}
	}
	outcomes, err := s.Receipts.Give(ctx, by, given)
	if err != nil {
		return wire.ReceiptsGiven{}, err
	}
	view := wire.ReceiptsGivenOf(outcomes, map[int64]string{st.ID: st.Name})
	return view, s.Did(ctx, a.Caller(), "give-receipts", st.Name)
}

func say(a *program.App, view wire.ReceiptsGiven) error {
	if a.JSON() {
		if err := a.PrintJSON(view); err != nil {
			return err
		}
	} else {
		for _, r := range view.Receipts {
			mark := a.Out().Good("✓")
			if r.Why != "" {
				mark = a.Out().Warn("!")
			}
			text := storage.Ref{Resource: r.Resource, ID: r.RecordID}.String()
			if r.Why != "" {
				text = r.Why
			}
			a.Say("%s %s", mark, a.Out().Safe(text))
		}
	}
	if view.Refused > 0 {
		return a.Exit(exitOverdue)
	}
	return nil
}
