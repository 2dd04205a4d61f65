package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/storage"
)

func newCouponsCommand(a *app) *cobra.Command {
	w := writable{
		resource: storage.Coupons, one: "coupon", many: "coupons", trash: true,
		create: `  waybill coupons create my-shop --set code=SPRING --set discount_type=percent --set amount=10 --wait`,
		update: `  waybill coupons update my-shop 31 --set amount=15 --wait`,
	}
	return newWritesCommand(a, w, `
  waybill sql "SELECT * FROM coupons"`)
}
