package intent

import (
	"github.com/waybillhq/waybill/internal/storage"
)

// Scope returns the scope that an integration needs to make a write, as package doctor and roles name scopes.
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
