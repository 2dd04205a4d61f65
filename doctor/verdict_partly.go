package doctor

import (
	"fmt"
	"net/http"
	"strings"
)

// The key is let in, and some of what the integration asks for does not reach WooCommerce: a firewall with rules for paths
// and arguments, a plugin that closes a part. Without these a store that refuses one list would pass for healthy.

// partlyClosed: the key is let in, and some of what the integration needs is refused with a code of nobody known.
func (f *facts) partlyClosed() *hit {
	if f.key.id != "" {
		return nil // what takes the key for its own explains what it answers
	}
	for _, x := range f.api() {
		part, _, _ := strings.Cut(x.ID, ".")
		switch {
		case x.Request.Auth == authNone || !foreignRefusal(x) || x.Status == http.StatusNotFound:
			continue
		case x.ID == "scope.write" && !f.t.writes(), part != "read" && part != "list" && part != "page" && part != "scope":
			continue
		}
		why := "some of the API is refused with “" + x.Body.Code + "”, which is no code of WooCommerce: a plugin or a snippet closes it"
		if x.ID == "scope.write" {
			why = "every write is refused with “" + x.Body.Code + "”, which is no code of WooCommerce: a plugin or a snippet lets the API be read only"
		}
		return &hit{confidence: Likely, why: why, shown: []string{describe(x)}, vars: map[string]string{"code": x.Body.Code}}
	}
	return nil
}

// needed are the keyed reads an integration makes; what only this doctor asks for may fail.
func (f *facts) needed() []*Exchange {
	var list []*Exchange
	for _, x := range f.api() {
		part, _, _ := strings.Cut(x.ID, ".")
		if x.Request.Auth != authNone && (part == "read" || part == "list" || part == "page" || x.ID == "filter" || x.ID == "statuses") {
			list = append(list, x)
		}
	}
	return append(list, f.batchDoors()...)
}

// batchDoors are the batch routes that are wanted and that a page answers for, to OPTIONS and not only to a body.
func (f *facts) batchDoors() []*Exchange {
	var list []*Exchange
	for _, x := range f.with("allow.") {
		if strings.HasSuffix(x.ID, "/batch") && isJSON(f.x(strings.TrimSuffix(x.ID, "/batch"))) {
			list = append(list, x)
		}
	}
	return list
}

// decidePartly names the page that comes in place of one of the reads while others pass.
func (f *facts) decidePartly() answer {
	if !f.known() || f.front.id != "" || f.key.id != "" {
		return answer{}
	}
	var passed *Exchange
	for _, x := range f.needed() {
		if letIn(x) {
			passed = x
		}
	}
	if passed == nil {
		passed = f.x("who") // a route that exists nowhere was answered
	}
	for _, x := range f.needed() {
		if isJSON(x) || x.Status < 400 || x.Status >= 500 || f.whoAnswered(x).confidence == Sure {
			continue
		}
		shown := []string{describe(x), "others pass: " + describe(passed)}
		route := strings.TrimPrefix(pathOf(withoutArgs(x.Request.URL)), pathOf(f.ev.Root)+"wc/v3/")
		if x.Status == http.StatusNotFound {
			return answer{id: "endpoint-removed", confidence: Likely, shown: shown, vars: map[string]string{"endpoint": route},
				why: "the web server itself answers 404 for " + route + ", other parts of the API pass: a rule hides it"}
		}
		return answer{id: "waf-modsecurity", confidence: Likely, shown: shown, vars: map[string]string{"who": "a filter of the web server"},
			why: fmt.Sprintf("this request is refused with status %d before WordPress sees it, others pass: the mark of a filter rule for its path or arguments", x.Status)}
	}
	return answer{}
}
