package capability

import (
	"fmt"
	"slices"
	"strings"
)

// Scope is what an integration wants to do, in the words that doctor and role share.
type Scope string

// The scopes. Write means create and update. Deletion is a scope of its own where an integration may want it. A role
// for writing or deleting may read as well; see [WithReading].
const (
	OrdersRead   Scope = "orders:read"   // orders, one order, notes, refunds
	OrdersWrite  Scope = "orders:write"  // create and update orders, alone and in batches; notes; refunds
	OrdersDelete Scope = "orders:delete" // orders, notes, refunds
	// FulfillmentsRead and FulfillmentsWrite ask for manage_woocommerce, which opens the shop's settings. So neither
	// the default nor "orders:*" brings them.
	FulfillmentsRead  Scope = "fulfillments:read"
	FulfillmentsWrite Scope = "fulfillments:write" // create and update fulfilments, and their meta data
	ProductsRead      Scope = "products:read"      // variations too
	ProductsWrite     Scope = "products:write"
	ProductsDelete    Scope = "products:delete"
	TermsRead         Scope = "terms:read" // categories, tags, brands, shipping classes, attributes and their terms
	TermsWrite        Scope = "terms:write"
	CustomersRead     Scope = "customers:read"
	CustomersWrite    Scope = "customers:write" // one at a time: batches need promote_users
	CustomersDelete   Scope = "customers:delete"
	CouponsRead       Scope = "coupons:read"
	CouponsWrite      Scope = "coupons:write"
	WebhooksScope     Scope = "webhooks"
	ReportsRead       Scope = "reports:read"
	ReviewsRead       Scope = "reviews:read"
	ShippingRead      Scope = "shipping:read" // zones, their locations and methods
	SettingsScope     Scope = "settings"      // system status and settings
)

// Scopes are all scopes, in the order of documentation.
var Scopes = []Scope{
	OrdersRead, OrdersWrite, OrdersDelete, FulfillmentsRead, FulfillmentsWrite, ProductsRead, ProductsWrite,
	ProductsDelete, TermsRead, TermsWrite,
	CustomersRead, CustomersWrite, CustomersDelete, CouponsRead, CouponsWrite, WebhooksScope, ReportsRead, ReviewsRead,
	ShippingRead, SettingsScope,
}

// DefaultScopes are the scopes of a caller who names none.
var DefaultScopes = []Scope{OrdersRead, OrdersWrite, ProductsRead, CustomersRead}

// ParseScopes reads a list separated by commas or blanks. "orders:*" stands for every scope that begins with "orders:".
// An empty list gives [DefaultScopes]. The result has no doubles and the order of [Scopes].
func ParseScopes(text string) ([]Scope, error) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })
	if len(words) == 0 {
		return slices.Clone(DefaultScopes), nil
	}
	wanted := map[Scope]bool{}
	for _, word := range words {
		word = strings.ToLower(word)
		found := false
		for _, scope := range Scopes {
			if string(scope) == word || strings.HasSuffix(word, ":*") &&
				strings.HasPrefix(string(scope), word[:len(word)-1]) {
				wanted[scope], found = true, true
			}
		}
		if !found {
			return nil, &UnknownScopeError{Word: word}
		}
	}
	var scopes []Scope
	for _, scope := range Scopes {
		if wanted[scope] {
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}

// UnknownScopeError is a word that is no scope.
type UnknownScopeError struct{ Word string }

func (e *UnknownScopeError) Error() string {
	return fmt.Sprintf("capability: unknown scope %q; the scopes are %s", e.Word, JoinScopes(Scopes))
}

// readings names, for a scope, the reading that it does not work without. Waybill writes exactly once: it reads back
// what it wrote, looks for a write whose answer got lost, and reads a record before it changes or deletes it.
var readings = map[Scope]Scope{
	OrdersWrite: OrdersRead, OrdersDelete: OrdersRead, FulfillmentsWrite: FulfillmentsRead,
	ProductsWrite: ProductsRead, ProductsDelete: ProductsRead, TermsWrite: TermsRead,
	CustomersWrite: CustomersRead, CustomersDelete: CustomersRead, CouponsWrite: CouponsRead,
}

// WithReading adds to the scopes the reading that writing and deleting need.
func WithReading(scopes []Scope) []Scope {
	var all []Scope
	for _, scope := range scopes {
		for _, one := range []Scope{readings[scope], scope} {
			if one != "" && !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	return all
}

// JoinScopes writes scopes as ParseScopes reads them.
func JoinScopes(scopes []Scope) string {
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = string(scope)
	}
	return strings.Join(words, ", ")
}

// scopeOperations says which operations a scope is.
var scopeOperations = map[Scope][]Operation{
	OrdersRead: ops([]Resource{Orders, OrderNotes, Refunds}, List, Get),
	OrdersWrite: slices.Concat(ops([]Resource{Orders}, Create, Update), ops([]Resource{OrderNotes, Refunds}, Create),
		batches([]Resource{Orders}, Create, Update)),
	// Refunds and notes are deleted by the rules of their order.
	FulfillmentsRead:  ops([]Resource{Fulfillments}, List, Get, GetMeta),
	FulfillmentsWrite: ops([]Resource{Fulfillments}, Create, Update, UpdateMeta),
	OrdersDelete:      ops([]Resource{Orders, OrderNotes, Refunds}, Delete),
	ProductsRead: slices.Concat(ops([]Resource{Products, Variations}, List, Get),
		ops([]Resource{Variations}, ListAll), ops([]Resource{Products}, Related)),
	ProductsWrite: slices.Concat(ops([]Resource{Products, Variations}, Create, Update),
		batches([]Resource{Products, Variations}, Create, Update)),
	ProductsDelete:  ops([]Resource{Products, Variations}, Delete),
	TermsRead:       ops(termResources, List, Get),
	TermsWrite:      slices.Concat(ops(termResources, Create, Update), batches(termResources, Create, Update)),
	CustomersRead:   ops([]Resource{Customers}, List, Get, Downloads),
	CustomersWrite:  ops([]Resource{Customers}, Create, Update),
	CustomersDelete: ops([]Resource{Customers}, Delete),
	CouponsRead:     ops([]Resource{Coupons}, List, Get),
	CouponsWrite: slices.Concat(ops([]Resource{Coupons}, Create, Update), batches([]Resource{Coupons}, Create,
		Update)),
	WebhooksScope: slices.Concat(ops([]Resource{Webhooks}, List, Get, Create, Update, Delete),
		batches([]Resource{Webhooks}, Create, Update, Delete)),
	ReportsRead: ops([]Resource{Reports, Analytics}, Read),
	ReviewsRead: ops([]Resource{Reviews}, List, Get),
	ShippingRead: slices.Concat(ops([]Resource{ShippingZones, ShippingZoneMethods, ShippingMethods}, List, Get),
		ops([]Resource{ShippingZoneLocations}, List)),
	SettingsScope: slices.Concat(ops([]Resource{SystemStatus}, Get), ops([]Resource{Settings}, Groups, Group, Get,
		Update)),
}

var termResources = []Resource{Categories, Tags, Brands, ShippingClasses, Attributes, AttributeTerms}

func ops(resources []Resource, actions ...Action) []Operation {
	var all []Operation
	for _, resource := range resources {
		for _, action := range actions {
			all = append(all, Operation{Resource: resource, Action: action})
		}
	}
	return all
}

func batches(resources []Resource, actions ...Action) []Operation {
	all := ops(resources, actions...)
	for i := range all {
		all[i].InBatch = true
	}
	return all
}
