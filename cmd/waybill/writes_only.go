package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// The resources here have commands to write them and none to read them: waybill sql and waybill export show what the
// mirror holds of them.

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
