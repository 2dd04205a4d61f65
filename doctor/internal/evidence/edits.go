package evidence

import (
	"net/http"
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
	{"orders", ListOrders, OrdersWrite, "status", noValue}, {"products", ListProducts, ProductsWrite, "status", noValue},
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

// Editable is the record to try the change on: the first one that the store says may be changed. Where a list says
// nothing of its records it is the first of them.
func (f *View) Editable(e Edit) (Record, bool) {
	records, _ := ReadList(f.Get(e.List))
	for _, r := range records {
		if slices.Contains(f.RecordMethods(e.Kind, r), http.MethodPut) {
			return r, true
		}
	}
	if len(records) == 0 || Hinted(records) {
		return Record{}, false
	}
	return records[0], len(f.RecordMethods(e.Kind, records[0])) == 0
}

// ShutForPut reports that the store says of a record that it may be changed, and of the same record, asked with the
// method of a change, that it may not.
func (f *View) ShutForPut(e Edit) (Record, bool) {
	x := f.Get(e.Probe())
	r, found := f.Editable(e)
	shut := found && x != nil && isInvalidJSON(x) && !slices.Contains(Allowed(x), http.MethodPut) && !f.AllowLost() &&
		slices.Contains(f.RecordMethods(e.Kind, r), http.MethodPut)
	return r, shut
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
