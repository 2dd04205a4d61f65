package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

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

var customerWrites = writable{
	resource: storage.Customers, one: "customer", many: "customers", named: "e-mail address",
	create: `  waybill customers create my-shop --set email=ann@shop.example --set first_name=Ann --wait`,
	update: `  waybill customers update my-shop 12 --set billing.phone=555-0100 --wait
  waybill customers update my-shop ann@shop.example --set last_name=Bell --wait`,
}

// newCustomerWriteCommands are the commands that write customers, below "waybill customers".
func newCustomerWriteCommands(a *app) []*cobra.Command {
	return []*cobra.Command{newCreateCommand(a, customerWrites), newUpdateCommand(a, customerWrites),
		newDeleteCommand(a, customerWrites)}
}

func newCouponsCommand(a *app) *cobra.Command {
	w := writable{
		resource: storage.Coupons, one: "coupon", many: "coupons", trash: true,
		create: `  waybill coupons create my-shop --set code=SPRING --set discount_type=percent --set amount=10 --wait`,
		update: `  waybill coupons update my-shop 31 --set amount=15 --wait`,
	}
	return newWritesCommand(a, w, `
  waybill sql "SELECT * FROM coupons"`)
}

func newVariationsCommand(a *app) *cobra.Command {
	return newWritesCommand(a, writable{
		resource: storage.Variations, one: "variation", many: "variations of a product", parent: "PRODUCT",
		create: `  waybill variations create my-shop 17 --file variation.json --wait
  waybill variations create my-shop 17 --set regular_price=20.00 --set attributes.0.name=Color --set attributes.0.option=Black`,
		update: `  waybill variations update my-shop 17 18 --set regular_price=21.00 --wait
  waybill variations update my-shop 17 --file prices.csv`,
	}, "")
}

func newCategoriesCommand(a *app) *cobra.Command {
	return newWritesCommand(a, writable{
		resource: storage.Categories, command: "categories", one: "category", many: "product categories",
		create: `  waybill categories create my-shop --set name=Mugs --set parent=15 --wait`,
		update: `  waybill categories update my-shop 16 --set description='What holds tea' --wait`,
	}, "")
}

func newTagsCommand(a *app) *cobra.Command {
	return newWritesCommand(a, writable{
		resource: storage.Tags, command: "tags", one: "tag", many: "product tags",
		create: `  waybill tags create my-shop --set name=New --wait`,
		update: `  waybill tags update my-shop 21 --set name=Newest --wait`,
	}, "")
}

func newWebhooksCommand(a *app) *cobra.Command {
	return newWritesCommand(a, writable{
		resource: outbox.Webhooks, one: "webhook", many: "webhooks of the store",
		create: `  waybill webhooks create my-shop --set topic=order.created --set delivery_url=https://erp.example/hook --wait`,
		update: `  waybill webhooks update my-shop 3 --set status=active --wait`,
	}, "")
}

// newWritesCommand is a command with nothing but create, update and delete below it.
func newWritesCommand(a *app, w writable, more string) *cobra.Command {
	cmd := &cobra.Command{
		Use:     w.name(),
		Short:   "Create, change and delete " + w.many,
		Example: w.create + more,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newCreateCommand(a, w), newUpdateCommand(a, w), newDeleteCommand(a, w))
	return cmd
}
