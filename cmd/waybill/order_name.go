package main

import (
	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// orderFlags say what the word stands for that names an order.
type orderFlags struct{ id, number bool }

func (f *orderFlags) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.id, "id", false, "the order is named by its id, whatever numbers the shop gives")
	cmd.Flags().BoolVar(&f.number, "number", false,
		"the order is named by the number that people see, which a plugin may give")
	cmd.MarkFlagsMutuallyExclusive("id", "number")
}

// ofOrders says whether records are orders, or belong to one that names them.
func ofOrders(r storage.Resource) bool {
	return r == storage.Orders || r == storage.OrderNotes || r == storage.Refunds || r == storage.Fulfillments
}

func (f orderFlags) by() service.NamedBy {
	switch {
	case f.id:
		return service.ByID
	case f.number:
		return service.ByNumber
	}
	return service.ByEither
}
