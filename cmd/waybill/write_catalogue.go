package main

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// newProductWriteCommands are the commands that write products, below "waybill products".
func newProductWriteCommands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newCreateCommand(a, storage.Products, "product", `  waybill products create my-shop --file product.json --wait
  waybill products create my-shop --set name=Mug --set regular_price=9.50 --set sku=MUG-1`),
		newUpdateCommand(a, storage.Products, "product", `  waybill products update my-shop 17 --set regular_price=9.90 --wait
  waybill products update my-shop --file prices.csv --map 'Nr=id' --map 'Price=regular_price'`),
		newStockCommand(a),
		newDeleteCommand(a, storage.Products, "product", true),
	}
}

// newCustomerWriteCommands are the commands that write customers, below "waybill customers".
func newCustomerWriteCommands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newCreateCommand(a, storage.Customers, "customer", `  waybill customers create my-shop --set email=ann@shop.example --set first_name=Ann --wait`),
		newUpdateCommand(a, storage.Customers, "customer", `  waybill customers update my-shop 12 --set billing.phone=555-0100 --wait`),
		newDeleteCommand(a, storage.Customers, "customer", false),
	}
}

func newCouponsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "coupons",
		Short: "Create, change and delete coupons",
		Example: `  waybill coupons create my-shop --set code=SPRING --set discount_type=percent --set amount=10 --wait
  waybill sql "SELECT * FROM coupons"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newCreateCommand(a, storage.Coupons, "coupon", `  waybill coupons create my-shop --set code=SPRING --set discount_type=percent --set amount=10 --wait`),
		newUpdateCommand(a, storage.Coupons, "coupon", `  waybill coupons update my-shop 31 --set amount=15 --wait`),
		newDeleteCommand(a, storage.Coupons, "coupon", true),
	)
	return cmd
}

func newStockCommand(a *app) *cobra.Command {
	var flags writeFlags
	cmd := &cobra.Command{
		Use:   "stock STORE SKU=QUANTITY…",
		Short: "Set stock quantities by SKU, of products and variations",
		Long: `Sets the stock of products and variations found by their SKU in the mirror, and
switches stock management on for them. Many at once travel in batches.`,
		Example: `  waybill products stock my-shop MUG-1=12 SHIRT-M=0 --wait
  waybill products stock my-shop $(cat stock.txt)`,
		Args:              cobra.MinimumNArgs(2),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			var writes []outbox.Write
			err := a.withReader(cmd.Context(), func(r *service.Reader) error {
				st, err := r.Store(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				for _, pair := range args[1:] {
					w, err := stockWrite(cmd, r, st, pair)
					if err != nil {
						return err
					}
					writes = append(writes, w)
				}
				return nil
			})
			if err != nil {
				return err
			}
			for i := range writes {
				if flags.key != "" && len(writes) > 1 {
					writes[i].Key = flags.key + "#" + strconv.Itoa(i+1)
				}
			}
			return runWrites(cmd.Context(), a, args[0], flags, writes)
		},
	}
	flags.register(cmd.Flags(), true)
	return cmd
}

func stockWrite(cmd *cobra.Command, r *service.Reader, st storage.Store, pair string) (outbox.Write, error) {
	at := strings.LastIndex(pair, "=")
	if at <= 0 {
		return outbox.Write{}, problem.New(problem.Usage, "%q is not SKU=QUANTITY", pair)
	}
	sku := pair[:at]
	quantity, err := strconv.ParseFloat(pair[at+1:], 64)
	if err != nil {
		return outbox.Write{}, problem.New(problem.Usage, "%q: %q is not a quantity", sku, pair[at+1:])
	}
	record, err := r.BySKU(cmd.Context(), st, sku)
	if err != nil {
		return outbox.Write{}, err
	}
	body, err := json.Marshal(map[string]any{"manage_stock": true, "stock_quantity": quantity})
	return outbox.Write{Action: outbox.Update, Resource: record.Resource, RecordID: record.ID, ParentID: record.ParentID, Body: body}, err
}
