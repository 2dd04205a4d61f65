package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/storage"
)

func newVariationsCommand(a *app) *cobra.Command {
	return newWritesCommand(a, writable{
		resource: storage.Variations, one: "variation", many: "variations of a product", parent: "PRODUCT",
		create: `  waybill variations create my-shop 17 --file variation.json --wait
  waybill variations create my-shop 17 --set regular_price=20.00 --set attributes.0.name=Color --set attributes.0.option=Black`,
		update: `  waybill variations update my-shop 17 18 --set regular_price=21.00 --wait
  waybill variations update my-shop 17 --file prices.csv`,
	}, "")
}
