package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

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
be told whether the change is in effect, the write is parked with both quantities.`,
		Example: `  waybill products stock my-shop MUG-1=12 SHIRT-M=0 --wait
  waybill products stock my-shop MUG-1=+5 SHIRT-M=-2 --wait
  waybill products stock my-shop --file stock.csv --map 'Article=sku' --map 'On hand=stock_quantity'
  waybill products stock my-shop --file - < stock.jsonl`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			rows, err := stockRows(a, args[1:], input, flags.key)
			if err != nil {
				return err
			}
			return runWrites(cmd.Context(), a, args[0], flags, rows)
		},
	}
	flags.register(cmd.Flags(), true)
	input.RegisterFile(cmd.Flags())
	return cmd
}

func stockRows(a *app, pairs []string, input rowinput.Flags, key string) ([]intake.Row, error) {
	if (len(pairs) == 0) == (input.File == "") {
		return nil, problem.New(problem.Usage, "give the quantities either as SKU=QUANTITY or with --file").
			Next("Example: waybill products stock my-shop MUG-1=12")
	}
	if input.File == "" {
		return pairRows(pairs, key)
	}
	rows, err := input.Read(a.stdin, intake.Options{Action: outbox.Update, Resource: storage.Products, Key: key})
	if err != nil {
		return nil, err
	}
	for i := range rows {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(rows[i].Body, &fields); err != nil {
			return nil, err
		}
		missing := ""
		if rows[i].Name == "" && rows[i].RecordID == 0 {
			missing = "sku"
		} else if fields["stock_quantity"] == nil && fields["inventory_delta"] == nil {
			missing = "stock_quantity"
		}
		if missing != "" {
			return nil, problem.New(problem.InputInvalid, "row %d: %s is missing; nothing was accepted", i+1, missing).
				Next("A column of another name is taken with --map 'COLUMN=%s'", missing).Detail("row",
				strconv.Itoa(i+1))
		}
		if fields["manage_stock"] == nil && fields["inventory_delta"] == nil {
			// Without it the store takes the quantity and ignores it (docs/woocommerce/catalogue.md#stock-not-managed).
			fields["manage_stock"] = json.RawMessage("true")
		}
		if rows[i].Body, err = json.Marshal(fields); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func pairRows(pairs []string, key string) ([]intake.Row, error) {
	rows := make([]intake.Row, len(pairs))
	for i, pair := range pairs {
		at := strings.LastIndex(pair, "=")
		if at <= 0 {
			return nil, problem.New(problem.Usage, "%q is not SKU=QUANTITY", pair)
		}
		body, err := stockBody(pair[at+1:])
		if err != nil {
			return nil, problem.New(problem.Usage, "%q: %q is not a quantity, like 12 or +5", pair[:at], pair[at+1:])
		}
		rows[i] = intake.Row{Name: pair[:at], Write: outbox.Write{Action: outbox.Update, Resource: storage.Products,
			Body: body}}
		if key != "" && len(pairs) > 1 {
			rows[i].Key = fmt.Sprintf("%s#%d", key, i+1)
		}
	}
	return rows, nil
}

var quantityText = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// stockBody sets a quantity, or changes it where it carries a sign.
func stockBody(text string) (json.RawMessage, error) {
	digits := strings.TrimLeft(text, "+-")
	if !quantityText.MatchString(text) {
		return nil, strconv.ErrSyntax
	}
	if digits = strings.TrimLeft(digits, "0"); digits == "" || digits[0] == '.' {
		digits = "0" + digits
	}
	if text[0] == '-' {
		digits = "-" + digits
	}
	quantity := json.Number(digits) // every digit as it was typed
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return json.Marshal(map[string]any{"inventory_delta": quantity})
	}
	return json.Marshal(map[string]any{"manage_stock": true, "stock_quantity": quantity})
}
