package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/outbox"
)

func newWebhooksCommand(a *app) *cobra.Command {
	return newWritesCommand(a, writable{
		resource: outbox.Webhooks, one: "webhook", many: "webhooks of the store",
		create: `  waybill webhooks create my-shop --set topic=order.created --set delivery_url=https://erp.example/hook --wait`,
		update: `  waybill webhooks update my-shop 3 --set status=active --wait`,
	}, "")
}
