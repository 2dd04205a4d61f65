package volatile

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// acted are words in the names of members that integrations act on. Such members are never left out.
var acted = []string{
	"id", "status", "total", "price", "amount", "tax", "subtotal", "discount", "quantity",
	"stock", "sku", "number", "currency", "date", "email", "sales",
	"count", "parent", "customer", "paid", "set", "method", "code",
}

// mutable says whether the values at a place may be left out.
func mutable(p jsonvalue.Place) bool {
	if p.Shape || p.Path == "" {
		return false
	}
	if len(p.Query) > 0 {
		return true
	}
	parts := strings.Split(p.Path, "/")
	if len(parts) > 3 && parts[1] == "meta_data" {
		return true // a plugin's own member, whatever its name
	}
	last := parts[len(parts)-1]
	if last == "*" && len(parts) > 1 {
		last = parts[len(parts)-2]
	}
	return !slices.ContainsFunc(
		strings.Split(strings.ToLower(last), "_"),
		func(word string) bool { return slices.Contains(acted, word) },
	)
}
