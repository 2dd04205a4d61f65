package doctor

import "github.com/waybillhq/waybill/doctor/internal/evidence"

// Scope is something an integration wants to do, in the words that the whole of Waybill shares.
type Scope = evidence.Scope

// The scopes, so that a program that asks the doctor need not name a second package.
const (
	OrdersRead        = evidence.OrdersRead
	OrdersWrite       = evidence.OrdersWrite
	OrdersDelete      = evidence.OrdersDelete
	FulfillmentsRead  = evidence.FulfillmentsRead
	FulfillmentsWrite = evidence.FulfillmentsWrite
	ProductsRead      = evidence.ProductsRead
	ProductsWrite     = evidence.ProductsWrite
	ProductsDelete    = evidence.ProductsDelete
	TermsRead         = evidence.TermsRead
	TermsWrite        = evidence.TermsWrite
	CustomersRead     = evidence.CustomersRead
	CustomersWrite    = evidence.CustomersWrite
	CustomersDelete   = evidence.CustomersDelete
	CouponsRead       = evidence.CouponsRead
	CouponsWrite      = evidence.CouponsWrite
	WebhooksScope     = evidence.WebhooksScope
	ReportsRead       = evidence.ReportsRead
	ReviewsRead       = evidence.ReviewsRead
	ShippingRead      = evidence.ShippingRead
	SettingsScope     = evidence.SettingsScope
)

// DefaultScopes are the scopes of a run whose caller names none.
func DefaultScopes() []Scope { return evidence.DefaultScopes() }

// FirstRead is the read that a key for these scopes is tried on: the scope that allows it, and its route below wc/v3.
func FirstRead(scopes []Scope) (scope Scope, route string) { return evidence.FirstRead(scopes) }
