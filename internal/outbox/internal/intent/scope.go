package intent

import (
	"github.com/waybillhq/waybill/internal/storage"
)

// Scope is what an integration must be allowed in order to make a write, in the words of the doctor and of roles.
func Scope(w Write) string {
	subject := map[storage.Resource]string{
		storage.Orders: "orders", storage.OrderNotes: "orders", storage.Refunds: "orders", storage.Products: "products",
		storage.Variations: "products",
		storage.Customers:  "customers", storage.Coupons: "coupons", storage.Categories: "terms", storage.Tags: "terms",
	}[w.Resource]
	switch {
	case w.Resource == Webhooks:
		return "webhooks"
	case w.Action == Delete && subject != "coupons" && subject != "terms":
		return subject + ":delete"
	}
	return subject + ":write"
}
