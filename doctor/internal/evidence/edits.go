package evidence

import (
	"slices"
)

// An Edit is a change of a record that is there, sent with its own method and refused unread: its body is no JSON, and
// an argument has a value that the store does not take, in case the type of the body gets lost. WordPress asks every
// permission all the same to tell in the refusal what is allowed, so a rule that looks at the method shows there
// (docs/woocommerce/authentication.md#safe-doors).
type Edit struct {
	Kind  string // "orders": a collection
	List  Probe  // where its records are found
	Scope Scope
	// Arg and Value are refused by the schema of the record.
	Arg, Value string
}

// Edits are the kinds of records that are tried so.
var Edits = []Edit{
	{"orders", ListOrders, OrdersWrite, "status", noValue},
	{"products", ListProducts, ProductsWrite, "status", noValue},
	// who changes the e-mail of somebody who is no customer is refused for that
	{"customers", ListCustomers, CustomersWrite, "billing", noValue},
	{"coupons", ListCoupons, CouponsWrite, "discount_type", noValue},
}

// noValue is neither a status, nor a type of discount, nor an address.
const noValue = "waybill-doctor"

// Probe is the name under which the change is tried.
func (e Edit) Probe() Probe { return Editing.Of(e.Kind) }

// EditsOf are those of a scope.
func EditsOf(scope Scope) []Edit {
	return slices.DeleteFunc(slices.Clone(Edits), func(e Edit) bool { return e.Scope != scope })
}

// editScopes are those that the change of a kind of record stands for.
func editScopes(kind string) []Scope {
	for _, e := range Edits {
		if e.Kind == kind {
			return []Scope{e.Scope}
		}
	}
	return nil
}
