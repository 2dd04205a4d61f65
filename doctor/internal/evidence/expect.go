package evidence

import (
	"net/http"
	"slices"
	"strings"
)

// What a healthy store answers to each request that brings the key. A scope works only when every request that stands
// for it got the answer that proves it, and an answer that proves nothing must be explained by some finding.

// Proven reports whether an answer is what a healthy store gives to the request. What only this doctor asks for may be
// answered in any way, as long as it is JSON.
func Proven(x *Exchange) bool {
	if !IsJSON(x) || x.Fault != nil {
		return false
	}
	t, _ := traitOf(x.ID)
	return t.answer == nil || t.answer(x)
}

// ExpectedWords say what a healthy store answers.
func ExpectedWords(x *Exchange) string {
	t, _ := traitOf(x.ID)
	return FirstOf(t.words, dataWords)
}

const (
	dataWords    = "200 and data"
	noRouteWords = "404 rest_no_route"
)

// isData: a list of records, or what else was asked for.
func isData(x *Exchange) bool {
	return isWhole(x) && (x.Body.Count >= 0 || x.Of(QueryRight) || !isCollection(x))
}

// isWhole: data and no error.
func isWhole(x *Exchange) bool { return x.Status == http.StatusOK && x.Body.Code == "" }

// isRefunds: a route of its own since WooCommerce 9.0.
func isRefunds(x *Exchange) bool { return x.Body.Code == NoRoute || isData(x) }

func isNotes(x *Exchange) bool { return deletedSince(x) || isData(x) }

func isRecord(x *Exchange) bool {
	return deletedSince(x) || isWhole(x) && x.Body.Count < 0 && len(x.Body.JSON) > 2
}

// deletedSince: the record was deleted since it was listed.
func deletedSince(x *Exchange) bool {
	return x.Status == http.StatusNotFound && strings.HasPrefix(x.Body.Code, "woocommerce_rest_") &&
		strings.HasSuffix(x.Body.Code, "_invalid_id")
}

// isStatuses: a route of its own since WooCommerce 9.6; before, it was taken for the id of an order.
func isStatuses(x *Exchange) bool {
	return x.Status == http.StatusOK && x.Body.Count >= 0 ||
		x.Status == http.StatusNotFound &&
			(x.Body.Code == NoRoute || strings.HasPrefix(x.Body.Code, "woocommerce_rest_"))
}

func isNoRoute(x *Exchange) bool { return x.Status == http.StatusNotFound && x.Body.Code == NoRoute }

func isInvalidJSON(x *Exchange) bool {
	return x.Status == http.StatusBadRequest && x.Body.Code == "rest_invalid_json"
}

func isAllowance(x *Exchange) bool { return x.Status == http.StatusOK }

// doorOpen: WooCommerce's own refusal came, which stands behind every permission.
func doorOpen(x *Exchange) bool {
	return (x.Status == http.StatusBadRequest || x.Status == http.StatusNotFound) &&
		strings.HasPrefix(x.Body.Code, "woocommerce_rest_") &&
		(strings.HasSuffix(x.Body.Code, "_exists") || strings.HasSuffix(x.Body.Code, "_invalid_id"))
}

// isCollection: the answer to the request is a list of records.
func isCollection(x *Exchange) bool {
	return !slices.ContainsFunc([]string{"/reports", "/shipping_methods", "/settings"}, func(route string) bool {
		return strings.HasSuffix(WithoutArgs(x.Request.URL), route)
	})
}

// Standing lists the exchanges that stand for something an integration does and were answered or failed.
func (f *View) Standing() []*Exchange {
	var list []*Exchange
	for i := range f.Evidence.Exchanges {
		x := &f.Evidence.Exchanges[i]
		keyed := x.Request.Auth == AuthHeader || x.Request.Auth == AuthQuery || x.Request.Auth == AuthOAuth
		if keyed && standsForUse(x.ID) && !Unsent(x) {
			list = append(list, x)
		}
	}
	return list
}

// resources are the words in probes' names and the scopes of what they ask for.
var resources = []struct {
	name                 string
	read, write, removal Scope
}{
	{"products/categories", TermsRead, TermsWrite, TermsWrite},
	{"products/attributes", TermsRead, TermsWrite, TermsWrite}, {"products/tags", TermsRead, TermsWrite, TermsWrite},
	{"products/reviews", ReviewsRead, "", ""}, {"terms", TermsRead, TermsWrite, TermsWrite},
	{"reviews", ReviewsRead, "", ""},
	{"fulfillments", FulfillmentsRead, FulfillmentsWrite, FulfillmentsWrite},
	{"orders", OrdersRead, OrdersWrite, OrdersDelete}, {"refunds", OrdersRead, OrdersWrite, OrdersDelete},
	{"notes", OrdersRead, OrdersWrite, OrdersDelete},
	{"products", ProductsRead, ProductsWrite, ProductsDelete},
	{"variations", ProductsRead, ProductsWrite, ProductsDelete},
	{"customers", CustomersRead, CustomersWrite, CustomersDelete}, {"coupons", CouponsRead, CouponsWrite, CouponsWrite},
	{"webhooks", WebhooksScope, WebhooksScope, WebhooksScope}, {"reports", ReportsRead, "", ""},
	{"shipping", ShippingRead, "", ""}, {"settings", SettingsScope, SettingsScope, ""},
}

// ScopesOf are the scopes that a request stands for; nil where it stands for none that can be asked for.
func (f *View) ScopesOf(x *Exchange) []Scope {
	kind, rest, _ := strings.Cut(x.ID, ".")
	switch kind {
	case "read", "query", "uri":
		return f.scopesLike(":read", PrimaryOf(f.Target).scope)
	case "filter", "statuses":
		return []Scope{OrdersRead, OrdersWrite}
	case "status":
		return []Scope{SettingsScope}
	case "scope":
		if rest == "read" {
			return f.scopesLike(":read", ReportsRead, SettingsScope, WebhooksScope)
		}
		return f.writingScopes()
	case "verb", "body":
		return f.writingScopes()
	}
	for _, r := range resources {
		if !strings.HasPrefix(rest, r.name) {
			continue
		}
		switch {
		case kind == "door" && strings.HasSuffix(rest, ".delete"):
			return []Scope{r.removal}
		case kind == "door", kind == "allow" && strings.HasSuffix(rest, "/batch"):
			return []Scope{r.write}
		}
		return []Scope{r.read, r.write, r.removal} // whoever writes reads first
	}
	return nil
}

func (f *View) scopesLike(suffix string, more ...Scope) []Scope {
	var list []Scope
	for _, s := range f.Target.Scopes {
		if strings.HasSuffix(string(s), suffix) || slices.Contains(more, s) {
			list = append(list, s)
		}
	}
	return list
}

func (f *View) writingScopes() []Scope {
	return slices.DeleteFunc(slices.Clone(f.Target.Scopes),
		func(s Scope) bool { return !(TargetFacts{Scopes: []Scope{s}}).Writes() })
}

// Wanted reports whether a request stands for something that was asked for.
func (f *View) Wanted(x *Exchange) bool {
	return slices.ContainsFunc(f.ScopesOf(x), func(s Scope) bool { return s != "" && f.Target.Wants(s) })
}

// standsForUse: the probe stands for something that an integration does.
func standsForUse(id string) bool {
	t, _ := traitOf(id)
	return t.stands
}
