package evidence

import (
	"slices"

	"github.com/waybillhq/waybill/capability"
)

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
