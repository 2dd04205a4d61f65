package verdict

import (
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// decideRights names what the key's owner lacks for the wanted scopes.
func (f *keyed) decideRights() rights {
	r := rights{Held: capability.Set{}, Lacks: capability.Set{}}
	if !f.Known() {
		return r
	}
	for _, p := range Proves {
		capName := f.capabilityBehind(p.capability)
		switch yes, no := f.May(p.Route, p.Method); {
		case yes:
			r.Asked = true
			r.Held.Add(capName)
		case no:
			r.Asked = true
			r.Lacks.Add(capName)
		}
	}
	r.Admin = slices.Contains(evidence.Allowed(f.Get(evidence.OracleAdmin)), http.MethodPost) || f.Owner.Known &&
		f.Owner.Caps.Has("manage_options")
	if x := f.Get(evidence.OracleManage); x != nil && x.Status == http.StatusOK && !evidence.NotRegistered(x) {
		r.managesKnown, r.manages = true, slices.Contains(evidence.Allowed(x), http.MethodGet)
	}
	r.ShopManager = f.isShopManager()
	return r
}

// isShopManager says whether the key behaves as one of the role shop_manager: WooCommerce lets its users edit customers
// and refuses them all others (docs/woocommerce/permissions.md#fact-4). No other role behaves so.
func (f *keyed) isShopManager() bool {
	if f.Owner.Known {
		return f.Owner.Is("shop_manager")
	}
	if multisite, known := f.Multisite(); known && multisite {
		return false
	}
	users, _ := evidence.ReadList(f.Get(evidence.ListCustomers))
	customers, others := 0, 0
	for _, u := range users {
		editable := f.MayRecord("customers", u, http.MethodPut)
		switch {
		case u.Role == "customer" && editable:
			customers++
		case u.Role != "customer" && editable:
			others++
		}
	}
	// He may edit himself besides.
	return customers > 0 && others <= 1 && len(users) > customers+others
}

// rightsCauses lists the causes, the one that explains most first.
func (f *granted) rightsCauses() []Answer {
	if !f.Rights.Asked {
		return f.refusedWithoutMap()
	}
	parts := slices.Concat(f.orderCauses(), f.productCauses(), f.termCauses(), f.customerCauses(), f.couponCauses(),
		f.managerCauses(), f.rightsToCome())
	whole := f.wholeCause(parts)
	if whole.ID == "" {
		return slices.Concat(parts, f.rightsLater(parts), f.refusedByMethod(), f.noteOfCutRole())
	}
	for i := range parts {
		parts[i].Also = append(parts[i].Also, whole.ID)
	}
	return append([]Answer{whole}, parts...)
}

// refusedWithoutMap finds that the store refuses a caller it knows and does not say what it would allow (something
// takes the Allow header away, or OPTIONS is blocked).
func (f *granted) refusedWithoutMap() []Answer {
	var causes []Answer
	for _, one := range []struct {
		list           evidence.Probe
		id, name, caps string
	}{
		{evidence.ListOrders, "cap-read-private", "orders", "read_private_shop_orders"},
		{evidence.ListProducts, "cap-read-private", "products", "read_private_products"},
		{evidence.ListCustomers, "cap-customers", "customers", "list_users"},
		{evidence.ListCoupons, "cap-read-private", "coupons", "read_private_shop_coupons"},
	} {
		if x := f.Get(one.list); x != nil && x.Status == http.StatusForbidden &&
			strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot") {
			causes = append(causes,
				Answer{ID: one.id, Confidence: Possible, Shown: []string{evidence.Describe(x)},
					Why: "the key's owner may not read " + one.name, Vars: map[string]string{"caps": one.caps}})
		}
	}
	return causes
}
