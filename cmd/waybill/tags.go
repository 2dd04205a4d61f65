package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/storage"
)

func newTagsCommand(a *app) *cobra.Command {
	return newWritesCommand(a, writable{
		resource: storage.Tags, command: "tags", one: "tag", many: "product tags",
		create: `  waybill tags create my-shop --set name=New --wait`,
		update: `  waybill tags update my-shop 21 --set name=Newest --wait`,
	}, "")
}
