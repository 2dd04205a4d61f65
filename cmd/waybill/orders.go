package main

import (
	"encoding/json"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/recordview"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

func newOrdersCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "orders",
		Short: "List orders of the mirror, and change orders of the store",
		Example: `  waybill orders list --status processing
  waybill orders get 4711`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRecordListCommand(a, recordview.Orders(a.out)), newRecordGetCommand(a, recordview.Orders(a.out)))
	cmd.AddCommand(newOrderWriteCommands(a)...)
	return cmd
}

var orderWrites = writable{
	resource: storage.Orders, one: "order", many: "orders", trash: true,
	create: `  waybill orders create my-shop --file order.json --wait
  waybill orders create my-shop --file orders.jsonl
  waybill orders create my-shop --file orders.csv --map 'Mail=billing.email' --map 'Item=line_items.0.sku'
  jq -c '.[]' export.json | waybill orders create my-shop --file - --dry-run`,
	update: `  waybill orders update my-shop 4711 --set billing.city=Oakland --wait
  waybill orders update my-shop 4711 --set line_items.0.id=17 --set line_items.0.quantity=0
  waybill orders update my-shop --file changes.jsonl --policy reject`,
}

// newOrderWriteCommands are the commands that write orders, below "waybill orders".
func newOrderWriteCommands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newCreateCommand(a, orderWrites), newUpdateCommand(a, orderWrites), newOrderStatusCommand(a),
		newDeleteCommand(a, orderWrites), newRestoreCommand(a, orderWrites, "pending"), newNoteCommand(a),
		newRefundCommand(a),
	}
}

func newOrderStatusCommand(a *app) *cobra.Command {
	return newOneCommand(a, one{
		use: "status STORE ID STATUS", args: 1, resource: storage.Orders, update: true,
		short: "Set the status of an order",
		example: `  waybill orders status my-shop 4711 completed --wait
  waybill orders status my-shop 4711 on-hold --policy reject`,
		write: func(id int64, args []string) (outbox.Write, error) { return statusWrite(id, args[0]) },
	})
}

func newNoteCommand(a *app) *cobra.Command {
	var customer bool
	return newOneCommand(a, one{
		use: "note STORE ID TEXT", args: 1, resource: storage.OrderNotes,
		short: "Add a note to an order",
		example: `  waybill orders note my-shop 4711 "Picked by Sam" --wait
  waybill orders note my-shop 4711 "On its way" --customer`,
		flags: func(flags *pflag.FlagSet) {
			flags.BoolVar(&customer, "customer", false, "a note to the customer: the store sends it by e-mail")
		},
		write: func(id int64, args []string) (outbox.Write, error) {
			body, err := json.Marshal(map[string]any{"note": args[0], "customer_note": customer})
			return outbox.Write{Action: outbox.Create, ParentID: id, Body: body}, err
		},
	})
}

func newRefundCommand(a *app) *cobra.Command {
	var amount, reason, lines string
	var gateway, restock bool
	return newOneCommand(a, one{
		use: "refund STORE ID", resource: storage.Refunds,
		short: "Refund an order, or a part of it",
		example: `  waybill orders refund my-shop 4711 --amount 12.50 --reason "Arrived late" --wait
  waybill orders refund my-shop 4711 --lines '[{"id":17,"quantity":1,"refund_total":12.5}]' --restock`,
		flags: func(flags *pflag.FlagSet) {
			flags.StringVar(&amount, "amount", "", "`amount` to refund, in the order's currency")
			flags.StringVar(&reason, "reason", "", "`reason` as the customer may read it")
			flags.StringVar(&lines, "lines", "", "`JSON` list of lines: id, quantity, refund_total, refund_tax")
			flags.BoolVar(&gateway, "gateway", false, "pay the money back through the payment gateway")
			flags.BoolVar(&restock, "restock", false, "put the items of the lines back into stock")
		},
		write: func(id int64, _ []string) (outbox.Write, error) {
			// api_refund defaults to true on the store and fails without a gateway
			// (docs/woocommerce/orders.md#refunds).
			body := map[string]any{"api_refund": gateway, "api_restock": restock}
			if amount != "" {
				body["amount"] = amount
			}
			if reason != "" {
				body["reason"] = reason
			}
			if lines != "" {
				if !json.Valid([]byte(lines)) {
					return outbox.Write{}, problem.New(problem.InputInvalid,
						"--lines is not valid JSON; nothing was accepted").
						Next(`A list of lines looks like [{"id":17,"quantity":1,"refund_total":12.5}]`)
				}
				body["line_items"] = json.RawMessage(lines)
			}
			raw, err := json.Marshal(body)
			return outbox.Write{Action: outbox.Create, ParentID: id, Body: raw}, err
		},
	})
}
