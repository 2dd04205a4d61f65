package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// Scope is something an integration wants to do.
type Scope string

// The scopes, as everywhere in Waybill.
const (
	OrdersRead      Scope = "orders:read"
	OrdersWrite     Scope = "orders:write"
	OrdersDelete    Scope = "orders:delete"
	ProductsRead    Scope = "products:read"
	ProductsWrite   Scope = "products:write"
	ProductsDelete  Scope = "products:delete"
	TermsRead       Scope = "terms:read"
	TermsWrite      Scope = "terms:write"
	CustomersRead   Scope = "customers:read"
	CustomersWrite  Scope = "customers:write"
	CustomersDelete Scope = "customers:delete"
	CouponsRead     Scope = "coupons:read"
	CouponsWrite    Scope = "coupons:write"
	WebhooksScope   Scope = "webhooks"
	ReportsRead     Scope = "reports:read"
	ReviewsRead     Scope = "reviews:read"
	ShippingRead    Scope = "shipping:read"
	SettingsScope   Scope = "settings"
)

// DefaultScopes are what an integration wants unless told otherwise (design.md section 8).
func DefaultScopes() []Scope { return []Scope{OrdersRead, OrdersWrite, ProductsRead, CustomersRead} }

// AllScopes lists every scope in the order of the documentation.
func AllScopes() []Scope {
	return []Scope{
		OrdersRead, OrdersWrite, OrdersDelete, ProductsRead, ProductsWrite, ProductsDelete, TermsRead, TermsWrite,
		CustomersRead, CustomersWrite, CustomersDelete, CouponsRead, CouponsWrite, WebhooksScope, ReportsRead,
		ReviewsRead, ShippingRead, SettingsScope,
	}
}

// ParseScopes reads a list such as "orders:read,orders:write"; "" gives DefaultScopes. "orders" stands for all scopes of
// orders.
func ParseScopes(text string) ([]Scope, error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	if len(fields) == 0 {
		return DefaultScopes(), nil
	}
	var scopes []Scope
	for _, field := range fields {
		found := matchScopes(strings.ToLower(field))
		if len(found) == 0 {
			return nil, fmt.Errorf("doctor: unknown scope %q; the scopes are %s", field, scopeList(AllScopes()))
		}
		for _, scope := range found {
			if !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
	}
	return scopes, nil
}

func matchScopes(name string) []Scope {
	if name == "webhooks:read" || name == "webhooks:write" || name == "settings:read" || name == "settings:write" {
		name, _, _ = strings.Cut(name, ":")
	}
	if name == "all" {
		return AllScopes()
	}
	var found []Scope
	for _, scope := range AllScopes() {
		if string(scope) == name || strings.HasPrefix(string(scope), name+":") {
			found = append(found, scope)
		}
	}
	return found
}

func scopeList(scopes []Scope) string {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	return strings.Join(names, ", ")
}

// wants reports whether any of the scopes is asked for.
func (t TargetFacts) wants(scopes ...Scope) bool {
	for _, scope := range scopes {
		if slices.Contains(t.Scopes, scope) {
			return true
		}
	}
	return false
}

// writes reports whether the integration changes anything on the store.
func (t TargetFacts) writes() bool {
	return slices.ContainsFunc(t.Scopes, func(s Scope) bool {
		return strings.HasSuffix(string(s), ":write") || strings.HasSuffix(string(s), ":delete") || s == WebhooksScope
	})
}
