package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/recordview"
	"github.com/waybillhq/waybill/internal/storage"
)

func newCustomersCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "customers",
		Short: "List customers of the mirror, and change customers of the store",
		Example: `  waybill customers list --search anna@
  waybill customers get 17`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRecordListCommand(a, recordview.Customers(a.out)),
		newRecordGetCommand(a, recordview.Customers(a.out)))
	cmd.AddCommand(newCustomerWriteCommands(a)...)
	return cmd
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
