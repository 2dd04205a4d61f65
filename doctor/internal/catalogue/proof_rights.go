package catalogue

import (
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// verbsOf are the methods that a missing permission may concern, by the id of the check; of others all of them.
var verbsOf = map[string][]string{
	"cap-read-private": {http.MethodGet}, "cap-create-missing": {http.MethodPost},
	"cap-others":           {http.MethodPut, http.MethodPost},
	"cap-hpos-placeholder": {http.MethodPut}, "cap-hpos-mixed": {http.MethodPut}, "cap-order-status": {http.MethodPut},
	"cap-published": {http.MethodPut}, "cap-private": {http.MethodPut},
	"cap-delete": {http.MethodDelete},
}

// refusedDoor is where the Allow header shows the refusal that a finding names, and the method that lacks in it.
func (f *Case) refusedDoor(id string, h *hit) (endpoint, verb string) {
	endpoint, verb = h.vars["endpoint"], h.vars["verb"]
	wanted := verbsOf[id]
	if wanted == nil {
		wanted = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}
	}
	for _, line := range h.shown {
		route, allow, ok := doorIn(line)
		if !ok || endpoint != "" && route != endpoint {
			continue
		}
		for _, method := range wanted {
			if !strings.Contains(allow, method) && verb == "" && fits(route, method) {
				endpoint, verb = route, method
			}
		}
	}
	if endpoint == "" || verb == "" {
		for _, p := range verdict.Proves {
			if f.Refuses(p.Route, p.Method) && (endpoint == "" || endpoint == p.Route) &&
				slices.Contains(wanted, p.Method) {
				return p.Route, p.Method
			}
		}
	}
	return evidence.FirstOf(endpoint, "orders"), evidence.FirstOf(verb, wanted[0])
}

// doorIn reads a line of evidence: “Allow on /orders: GET”, “product 5 (publish): Allow GET”.
func doorIn(line string) (route, allow string, ok bool) {
	if rest, found := strings.CutPrefix(line, "Allow on /"); found {
		route, allow, _ = strings.Cut(rest, ": ")
		return route, allow, true
	}
	if rest, found := strings.CutPrefix(line, "Allow is empty on "); found {
		route, _, _ = strings.Cut(rest, ",")
		return route, "", true
	}
	for _, kind := range []string{"order", "product", "coupon"} {
		if rest, found := strings.CutPrefix(line, kind+" "); found {
			id, _, _ := strings.Cut(rest, " ")
			_, allow, found = strings.Cut(rest, ": Allow ")
			return kind + "s/" + strings.TrimSuffix(id, ":"), allow, found
		}
	}
	return "", "", false
}

// fits says whether a method is one for a route: a collection is read and added to, a record changed and deleted.
func fits(route, method string) bool {
	last := route[strings.LastIndexByte(route, '/')+1:]
	record := last != "" && last[0] >= '0' && last[0] <= '9'
	switch method {
	case http.MethodPost:
		return !record
	case http.MethodPut, http.MethodDelete:
		return record
	}
	return !strings.HasSuffix(route, "/batch")
}

// capabilityProof asks WordPress which capabilities the key's owner holds, where no record and no collection shows
// that one is missing: in a store without orders, or about orders that are yet to come.
func (f *Case) capabilityProof(c Check, h *hit) (Fix, bool) {
	caps := f.Owner.Missing(strings.Fields(h.vars["caps"])...)
	shown := slices.ContainsFunc(h.shown, func(line string) bool { _, _, door := doorIn(line); return door })
	if c.Area != AreaPermissions || !f.Owner.Known || len(caps) == 0 || shown || h.vars["endpoint"] != "" {
		return Fix{}, false
	}
	x := f.Get(evidence.OwnerSelf)
	command, ok := f.bodyOf(x)
	return prove(command+" | grep -o '\""+caps[0]+"\":true'", "nothing", "“"+caps[0]+"”"), ok
}
