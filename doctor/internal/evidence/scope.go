package evidence

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// ScopeNames are the scopes as a flag takes them.
func ScopeNames(t TargetFacts) string {
	names := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}

// Scope is something an integration wants to do, in the words that the whole of Waybill shares.
type Scope = capability.Scope

// The scopes, so that a program that asks the doctor need not name a second package.
const (
	OrdersRead        = capability.OrdersRead
	OrdersWrite       = capability.OrdersWrite
	OrdersDelete      = capability.OrdersDelete
	FulfillmentsRead  = capability.FulfillmentsRead
	FulfillmentsWrite = capability.FulfillmentsWrite
	ProductsRead      = capability.ProductsRead
	ProductsWrite     = capability.ProductsWrite
	ProductsDelete    = capability.ProductsDelete
	TermsRead         = capability.TermsRead
	TermsWrite        = capability.TermsWrite
	CustomersRead     = capability.CustomersRead
	CustomersWrite    = capability.CustomersWrite
	CustomersDelete   = capability.CustomersDelete
	CouponsRead       = capability.CouponsRead
	CouponsWrite      = capability.CouponsWrite
	WebhooksScope     = capability.WebhooksScope
	ReportsRead       = capability.ReportsRead
	ReviewsRead       = capability.ReviewsRead
	ShippingRead      = capability.ShippingRead
	SettingsScope     = capability.SettingsScope
)

// DefaultScopes are what an integration wants unless told otherwise (design.md section 8).
func DefaultScopes() []Scope { return slices.Clone(capability.DefaultScopes) }

// Wants reports whether any of the scopes is asked for.
func (t TargetFacts) Wants(scopes ...Scope) bool {
	return slices.ContainsFunc(scopes, func(s Scope) bool { return slices.Contains(t.Scopes, s) })
}

// Writes reports whether the integration changes anything on the store.
func (t TargetFacts) Writes() bool {
	return slices.ContainsFunc(t.Scopes, func(s Scope) bool {
		return strings.HasSuffix(string(s), ":write") || strings.HasSuffix(string(s), ":delete") || s == WebhooksScope
	})
}
