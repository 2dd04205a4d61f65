package catalogue

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// PermissionMap is what the key may do, endpoint by method, as far as the store said.
func (f *Case) PermissionMap() []Permission {
	var list []Permission
	for i := range f.Evidence.Exchanges {
		x := &f.Evidence.Exchanges[i]
		route, ok := evidence.Allowing.About(x), evidence.Allowing.Has(x)
		if !ok || f.AllowLost() || x.Status != http.StatusOK || x.Body.Kind != "json" {
			continue
		}
		list = append(list, Permission{Endpoint: "/" + route, Methods: evidence.NonNil(evidence.Allowed(x))})
	}
	for route, id := range evidence.ListsOf {
		if x := f.Get(id); evidence.SaysAllowed(x) && f.Get(evidence.Allowing.Of(route)) == nil {
			list = append(list, Permission{Endpoint: "/" + route, Methods: evidence.Allowed(x)})
		}
	}
	for _, kind := range []struct {
		list      evidence.Probe
		kind, one string
	}{
		{evidence.ListOrders, "orders", "orders/{id}"}, {evidence.ListProducts, "products", "products/{id}"},
		{evidence.ListVariations, "variations", "products/{id}/variations/{id}"},
		{evidence.ListCustomers, "customers", "customers/{id}"}, {evidence.ListCoupons, "coupons", "coupons/{id}"},
		{evidence.ListTerms, "terms", "products/categories/{id}"},
	} {
		list = append(list, f.recordPermissions(kind.list, kind.kind, kind.one)...)
	}
	for i := range list {
		list[i].Methods = f.methodsOfKey(list[i].Methods)
	}
	slices.SortStableFunc(list, func(a, b Permission) int { return strings.Compare(a.Endpoint, b.Endpoint) })
	return list
}

// methodsOfKey leaves out what the key's own permission forbids: the store says what its owner may do, and a key may
// be for reading or for writing only.
func (f *Case) methodsOfKey(methods []string) []string {
	refused := func(x *evidence.Exchange) bool {
		return x != nil && x.Status == http.StatusUnauthorized && x.Body.Code == evidence.AuthError
	}
	reads, writes := !refused(f.Get(evidence.ScopeRead)) &&
		f.Key.ID != "key-write-only", !refused(f.Get(evidence.ScopeWrite))
	return evidence.NonNil(slices.DeleteFunc(slices.Clone(methods), func(m string) bool {
		reading := m == http.MethodGet || m == http.MethodHead
		return reading && !reads || !reading && !writes
	}))
}

// recordPermissions sums single records up by what is allowed on them.
func (f *Case) recordPermissions(id evidence.Probe, kind, name string) []Permission {
	records, _ := evidence.ReadList(f.Get(id))
	groups := map[string]int{}
	example := map[string]evidence.Record{}
	var order []string
	for _, r := range records {
		methods := f.RecordMethods(kind, r)
		if len(methods) == 0 {
			continue
		}
		key := strings.Join(methods, ", ")
		if groups[key] == 0 {
			order = append(order, key)
			example[key] = r
		}
		groups[key]++
	}
	var list []Permission
	for _, key := range order {
		r := example[key]
		note := fmt.Sprintf("%d of %d seen, such as %d", groups[key], len(records), r.ID)
		if what := evidence.FirstOf(r.Role, r.Status); what != "" {
			note += " (" + what + ")"
		}
		list = append(list, Permission{Endpoint: "/" + name, Methods: strings.Split(key, ", "), Note: note})
	}
	return list
}
