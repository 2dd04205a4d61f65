package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/recordview"
	"github.com/waybillhq/waybill/internal/storage"
)

func newProductsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "products",
		Short: "List products of the mirror, and change products of the store",
		Example: `  waybill products list --search hat
  waybill products get 99 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRecordListCommand(a, recordview.Products(a.out)),
		newRecordGetCommand(a, recordview.Products(a.out)))
	cmd.AddCommand(newProductWriteCommands(a)...)
	return cmd
}

var productWrites = writable{
	resource: storage.Products, one: "product", many: "products", trash: true, named: "SKU",
	create: `  waybill products create my-shop --file product.json --wait
  waybill products create my-shop --set name=Mug --set regular_price=9.50 --set sku=MUG-1
  waybill products create my-shop --set name=Mug --set images.0.src=https://cdn.example/mug.png`,
	update: `  waybill products update my-shop 17 --set regular_price=9.90 --wait
  waybill products update my-shop MUG-1 --set regular_price=9.90 --wait
  waybill products update my-shop --file prices.csv --map 'Article=sku' --map 'Price=regular_price'`,
}

// newProductWriteCommands are the commands that write products, below "waybill products".
func newProductWriteCommands(a *app) []*cobra.Command {
	return []*cobra.Command{
		newCreateCommand(a, productWrites), newUpdateCommand(a, productWrites), newStockCommand(a),
		newDeleteCommand(a, productWrites), newRestoreCommand(a, productWrites, "publish"),
	}
}
