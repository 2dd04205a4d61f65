package probe

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// A door is the very address and method that a write uses, tried with a request that WooCommerce refuses before it does
// anything: a rule or a snippet that looks at the path and the method meets it as it meets a real write. The Allow
// header tells what the key may do, and nothing of what stands in the way.
//
//   - A create that names an id is refused with …_exists, as the first thing after the permission (measured on 8.4,
//     10.0.2 and 11.0.1). The id stands in the body and in the address, and it is sent only where bodies were seen to
//     arrive as JSON: an empty create would make a record.
//   - A change of a record that does not exist is refused with …_invalid_id.

func (c *collection) doorProbes(t evidence.TargetFacts) []probe {
	if x := c.get(evidence.BodyType); x == nil || !evidence.Proven(x) {
		return nil
	}
	var probes []probe
	post := func(resource string) {
		if allow := c.allowOf(resource); evidence.IsJSON(allow) && allow.Status == http.StatusOK &&
			!slices.Contains(evidence.Allowed(allow), http.MethodPost) {
			return // WooCommerce itself says no
		}
		probes = append(probes, c.keyed(probe{
			id:      evidence.Doors.Of(resource + ".post"),
			purpose: "a create that names an id, which WooCommerce refuses: shows whether creates arrive",
			method:  http.MethodPost,
			url:     c.root.URL("wc/v3/" + resource), route: "wc/v3/" + resource, args: url.Values{"id": {"1"}},
			body: existingID,
		}))
	}
	touch := func(resource, method, what string) {
		if !evidence.IsJSON(c.get(evidence.Verbs.Of(strings.ToLower(method)))) {
			return // the method is not let through anywhere
		}
		route := "wc/v3/" + resource + "/" + nowhereID
		probes = append(probes, c.keyed(probe{
			id:      evidence.Doors.Of(resource + "." + strings.ToLower(method)),
			purpose: what + " of a record that does not exist: shows whether such requests arrive", method: method,
			url: c.root.URL(route), route: route, body: map[string]string{http.MethodPut: "{}"}[method],
		}))
	}
	for _, r := range []struct {
		resource      string
		write, remove evidence.Scope
	}{{"orders", evidence.OrdersWrite, evidence.OrdersDelete}, {"products", evidence.ProductsWrite, ""}} {
		if t.Wants(r.write) {
			post(r.resource)
			touch(r.resource, http.MethodPut, "a change")
		}
		if r.remove != "" && t.Wants(r.remove) {
			touch(r.resource, http.MethodDelete, "a deletion")
		}
	}
	return probes
}
