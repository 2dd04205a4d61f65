package evidence

import (
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
		return f.primaryScopes() // of other records the read says only that the key is let in
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
	case string(Editing):
		return editScopes(rest)
	case string(Doors):
		door, _ := DoorOf(Probe(x.ID))
		return door.Scopes
	}
	for _, r := range resources {
		if !strings.HasPrefix(rest, r.name) {
			continue
		}
		if kind == "allow" && strings.HasSuffix(rest, "/batch") {
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

// primaryScopes are those of the records that the key is tried on.
func (f *View) primaryScopes() []Scope {
	primary := PrimaryOf(f.Target)
	for _, r := range resources {
		if r.name == primary.Name() {
			return []Scope{r.read, r.write, r.removal} // whoever writes reads first
		}
	}
	return []Scope{primary.scope}
}

func (f *View) writingScopes() []Scope {
	return slices.DeleteFunc(slices.Clone(f.Target.Scopes),
		func(s Scope) bool { return !(TargetFacts{Scopes: []Scope{s}}).Writes() })
}

// Wanted reports whether a request stands for something that was asked for.
func (f *View) Wanted(x *Exchange) bool {
	return slices.ContainsFunc(f.ScopesOf(x), func(s Scope) bool { return s != "" && f.Target.Wants(s) })
}

// standsForUse says whether the probe stands for something that an integration does.
func standsForUse(id string) bool {
	t, _ := traitOf(id)
	return t.stands
}
