package main

import (
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/rowinput"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

func newStockCommand(a *app) *cobra.Command {
	var flags writeFlags
	var input rowinput.Flags
	cmd := &cobra.Command{
		Use:   "stock STORE [SKU=QUANTITY…]",
		Short: "Set or change stock quantities by SKU, of products and variations",
		Long: `Sets the stock of products and variations found by their SKU in the mirror, and
then on the store, and switches stock management on for them. Many at once travel
in batches. A file has a column or member for sku and one for stock_quantity.

SKU=12 is what was counted: it wins over a sale in between, and over every older
quantity of the product that still waits. SKU=+5 and SKU=-2 change what the store
has (in a file: inventory_delta), exactly once: when an answer is lost and it cannot
be told whether the change is in effect, the write is parked with both quantities.
The same change of the same product again is taken for a repetition and not sent: the
command says so and exits with 0. For a second real one --again sends another, and so does an --idempotency-key of its own, such as the
number of the delivery.`,
		Example: `  waybill products stock my-shop MUG-1=12 SHIRT-M=0 --wait
  waybill products stock my-shop MUG-1=+5 SHIRT-M=-2 --wait
  waybill products stock my-shop --file stock.csv --map 'Article=sku' --map 'On hand=stock_quantity'
  waybill products stock my-shop --file - < stock.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			rows, err := stockRows(a, args[1:], input, flags.key)
			if err != nil {
				return err
			}
			if err := intake.OneCountEach(rows); err != nil {
				return problem.New(problem.InputInvalid, "%v; nothing was accepted", err).
					Next("Leave one of them, or write their sum")
			}
			flags.shown = input.IsTable()
			return runWrites(cmd.Context(), a, args[0], flags, rows)
		},
	}
	flags.register(cmd.Flags(), true)
	flags.registerYes(cmd.Flags())
	flags.registerAgain(cmd.Flags())
	input.RegisterFile(cmd.Flags())
	return cmd
}

func stockRows(a *app, pairs []string, input rowinput.Flags, key string) ([]intake.Row, error) {
	if (len(pairs) == 0) == (input.File == "") {
		return nil, problem.New(problem.Usage, "give the quantities either as SKU=QUANTITY or with --file").
			Next("Example: waybill products stock my-shop MUG-1=12")
	}
	if input.File == "" {
		rows, err := intake.Quantities(pairs, key)
		if err != nil {
			return nil, problem.New(problem.Usage, "%v", err)
		}
		return rows, nil
	}
	rows, err := input.Read(a.stdin, intake.Options{Action: outbox.Update, Resource: storage.Products, Key: key})
	if err != nil {
		return nil, err
	}
	err = intake.ManageStock(rows)
	var missing *intake.MissingField
	if errors.As(err, &missing) {
		return nil, problem.New(problem.InputInvalid, "%v; nothing was accepted", missing).
			Next("A column of another name is taken with --map 'COLUMN=%s'", missing.Field).
			Detail("row", strconv.Itoa(missing.Row))
	}
	return rows, err
}
