package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/storage"
)

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
