package evidence

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// ListsOf are the probes that list a route's records. WordPress sends the Allow header with every answer of a route,
// so a list says which methods are permitted as well (docs/woocommerce/permissions.md#allow-header).
var ListsOf = map[string]Probe{
	"orders": ListOrders, "products": ListProducts, "customers": ListCustomers, "coupons": ListCoupons,
	"webhooks":      ListWebhooks,
	"reports/sales": ListReports, "products/reviews": ListReviews, "products/categories": ListTerms,
	"shipping/zones": ListShipping, "settings": ListSettings, "products/attributes": Doors.Of("attributes.get"),
	// the refusal of a body carries the header too
	"orders/batch": BodyType, "products/batch": Doors.Of("products.batch"), "coupons/batch": Doors.Of("coupons.batch"),
}

// SaysAllowed reports that the answer to a list carries the header. A caller who may do nothing gets none, and neither
// does one whose header got lost: those are asked for with OPTIONS.
func SaysAllowed(x *Exchange) bool { return IsJSON(x) && len(Allowed(x)) > 0 }

// AllowOf is the exchange that tells which methods a key may use on a route: the question for them, or the list of its
// records; nil when neither was answered.
func AllowOf(list []Exchange, route string) *Exchange {
	if x := Find(list, Allowing.Of(route)); x != nil {
		return x
	}
	if x := Find(list, ListsOf[route]); SaysAllowed(x) {
		return x
	}
	return nil
}

// Allowed reads an Allow header.
func Allowed(x *Exchange) []string {
	if x == nil {
		return nil
	}
	var methods []string
	for _, line := range x.Header.Values("Allow") {
		for _, m := range strings.Split(line, ",") {
			if m = strings.TrimSpace(m); m != "" {
				methods = append(methods, strings.ToUpper(m))
			}
		}
	}
	return methods
}

// Methods are those the store says the key may use on a collection; known is false when it did not say.
func (f *View) Methods(route string) (list []string, known bool) {
	x := AllowOf(f.Evidence.Exchanges, route)
	if f.AllowLost() {
		return f.answeredMethods(route)
	}
	if x == nil || x.Body.Kind != "json" || x.Status != http.StatusOK && !SaysAllowed(x) || NotRegistered(x) {
		return nil, false
	}
	return Allowed(x), true
}

// AllowLost reports that something on the way takes the Allow header away: a list came with its records, so that
// reading it is permitted, and WordPress names in the header what is. No answer then says what is not permitted.
func (f *View) AllowLost() bool {
	lost := false
	for _, x := range f.Standing() {
		if len(Allowed(x)) > 0 {
			return false
		}
		lost = lost || Lists.Has(x) && x.Request.Method == http.MethodGet && Proven(x) && x.Records() > 0
	}
	return lost
}

// answeredMethods are those that were seen to be permitted where nothing says which are: a list that was given, and a
// create that was refused for what it names, which WooCommerce looks at after the permission.
func (f *View) answeredMethods(route string) (list []string, known bool) {
	if x := f.Get(ListsOf[route]); x != nil && x.Request.Method == http.MethodGet && Proven(x) {
		list = append(list, http.MethodGet)
	}
	for _, d := range AllDoors {
		if x := f.Get(d.Probe()); d.Method == http.MethodPost && d.Above == route && d.Route == route && x != nil &&
			strings.HasSuffix(x.Body.Code, "_exists") {
			list = append(list, http.MethodPost)
		}
	}
	return list, len(list) > 0
}

// NotRegistered reports that WordPress does not have a route: it answers OPTIONS with 200 and an empty list then.
func NotRegistered(options *Exchange) bool {
	if options == nil || options.Body.Kind != "json" {
		return false
	}
	return options.Body.Code == NoRoute || options.Status == http.StatusOK && options.Body.Count == 0 &&
		len(Allowed(options)) == 0
}

// May reports whether a method is permitted on a collection; no is true only when the store said so.
func (f *View) May(route, method string) (yes, no bool) {
	list, known := f.Methods(route)
	if !known {
		return false, false
	}
	yes = slices.Contains(list, method)
	return yes, !yes && !f.AllowLost()
}

// Refuses reports that the store said a method is not permitted on a collection.
func (f *View) Refuses(route, method string) bool {
	_, no := f.May(route, method)
	return no
}

// Permits reports that the store said a method is permitted on a collection.
func (f *View) Permits(route, method string) bool {
	yes, _ := f.May(route, method)
	return yes
}

// MayRecord is what the store says about one record, in the list or asked for the record itself.
func (f *View) MayRecord(kind string, l Record, method string) bool {
	return slices.Contains(f.RecordMethods(kind, l), method)
}

// RecordMethods are those the store says the key may use on one record; none when it did not say.
func (f *View) RecordMethods(kind string, l Record) []string {
	if len(l.Links.Self) > 0 && len(l.Links.Self[0].TargetHints.Allow) > 0 {
		return l.Links.Self[0].TargetHints.Allow
	}
	return Allowed(f.Get(Allowing.Of(fmt.Sprintf("%s/%d", kind, l.ID))))
}

// RecordsBy sorts the records of a list by whether a method is permitted on them. Records about which the store said
// nothing are left out.
func (f *View) RecordsBy(kind, method string, lists ...Probe) (open, shut []Record) {
	seen := map[int64]bool{}
	for _, id := range lists {
		records, _ := ReadList(f.Get(id))
		for _, r := range records {
			methods := f.RecordMethods(kind, r)
			if seen[r.ID] || len(methods) == 0 {
				continue
			}
			seen[r.ID] = true
			if slices.Contains(methods, method) {
				open = append(open, r)
			} else {
				shut = append(shut, r)
			}
		}
	}
	return open, shut
}
