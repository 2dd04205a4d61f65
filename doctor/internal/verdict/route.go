package verdict

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// decideRoute names what is wrong with the way to the API: the address, redirects, permalinks, WooCommerce itself. It
// looks only at what anonymous requests got.
func (f *fronted) decideRoute() Answer {
	index := f.Get(evidence.Index)
	if evidence.Silent(index) || f.Front.ID != "" || index.Body.Garbled != "" {
		return Answer{}
	}
	if a := f.privateWPCom(); a.ID != "" {
		return a
	}
	if to, ok := evidence.IsRedirect(index); ok {
		if f.Known() && (f.Evidence.Root == "" || f.Evidence.Root == f.Target.Base+"/wp-json/") {
			return f.pastedAddress() // only the index is redirected, or only those without a key are
		}
		if a := f.redirected(index, to); a.ID != "" {
			return a
		}
	}
	if found := evidence.ReadIndex(index); found != nil {
		return f.indexFound(index, found)
	}
	if f.Known() && (f.Evidence.Root == "" || f.Evidence.Root == f.Target.Base+"/wp-json/") {
		return f.pastedAddress() // only the index is closed
	}
	if usual := f.Get(evidence.UsualRead); usual != nil && f.Known() && f.Evidence.Root != f.Target.Base+"/wp-json/" {
		return f.refusedAtUsual(index, usual)
	}
	if x := f.Get(evidence.WCNamespace); x != nil && x.Status == 404 && x.Body.Code == evidence.NoRoute {
		return Answer{ID: "woocommerce-inactive", Confidence: Likely,
			Shown: []string{evidence.Describe(index), evidence.Describe(x)},
			Why:   "WordPress knows no route of WooCommerce: the plugin is not active here"}
	}
	if index.Body.Kind == "json" &&
		(index.Body.Code != "" || f.Evidence.Root != "" && evidence.ReadIndex(index) == nil &&
			strings.HasSuffix(evidence.AnnouncedRoot(index), "/wp-json/")) {
		return Answer{} // refused to anonymous visitors, or emptied; the key decides
	}
	return f.indexMissing(index)
}

// refusedAtUsual finds that the API's usual address is closed, also to the key, and the one below index.php is open.
func (f *fronted) refusedAtUsual(index, usual *evidence.Exchange) Answer {
	a := Answer{
		ID: "path-refused", Confidence: Sure,
		Shown: []string{evidence.Describe(index), "with the key: " + evidence.Describe(usual),
			"the way round, at " + f.Evidence.Root + ": " + evidence.Describe(f.Get(evidence.ReadFirst))},
		Vars: map[string]string{"root": f.Evidence.Root, "status": fmt.Sprint(index.Status),
			"request": "GET " + evidence.ShortURL(index.Request.URL)},
		Why: fmt.Sprintf("the API's usual address is refused with status %d%s, also to the key, and the same API is "+
			"open at %s: something looks at the path", index.Status, pageOf(index), f.Evidence.Root),
	}
	who := f.WhoAnswered(usual)
	if strings.HasPrefix(who.ID, "waf-") || strings.HasPrefix(who.ID, "cf-") || who.Is("ua-blocked") ||
		who.Is("rest-disabled") {
		a.ID, a.Shown = who.ID, append(a.Shown, who.Shown...)
		a.Why = who.Why + "; the same API is open at " + f.Evidence.Root
	}
	return a
}

func (f *heard) privateWPCom() Answer {
	for _, x := range f.API() {
		if x.Body.Code == "unauthorized" && x.Status == 403 || x.Body.Code == "private_blog" ||
			evidence.HasMark(x, "wpcom") && x.Body.Code == "unauthorized" {
			return Answer{ID: "wpcom-hosted", Confidence: Sure, Shown: []string{evidence.Describe(x)},
				Why: "WordPress.com answers that the site is private"}
		}
	}
	if to, ok := evidence.IsRedirect(f.Get(evidence.Index)); ok && !f.Known() &&
		evidence.HasMark(f.Get(evidence.Index), "wpcom") {
		if u, err := url.Parse(to); err == nil &&
			(u.Hostname() == "wordpress.com" || strings.HasSuffix(u.Hostname(), ".wordpress.com")) {
			return Answer{ID: "wpcom-hosted", Confidence: Sure,
				Shown: []string{evidence.Describe(f.Get(evidence.Index))},
				Why:   "WordPress.com sends visitors of this site to its own login: the site is private"}
		}
	}
	if strings.HasSuffix(f.Hostname(), ".wordpress.com") && !f.Known() {
		return Answer{ID: "wpcom-hosted", Confidence: Likely, Shown: []string{evidence.Describe(f.Get(evidence.Index))},
			Why: "the address is one of WordPress.com, where plugins and their API depend on the plan and the " +
				"site's visibility"}
	}
	return Answer{}
}

// indexFound decides about an API that answers at the usual place: whether it is WooCommerce's, and whether it is
// whole.
func (f *heard) indexFound(x *evidence.Exchange, index *evidence.RestIndex) Answer {
	if f.DroppedQuery() {
		return Answer{
			ID: "query-string-dropped", Confidence: Sure, Shown: []string{evidence.Describe(x)},
			Why: "arguments in addresses do not reach WordPress: the index came back whole although a few fields " +
				"were asked for",
		}
	}
	if !index.HasWooCommerce() {
		if a := f.shopElsewhere(); a.ID != "" {
			return a
		}
		return Answer{
			ID: "woocommerce-inactive", Confidence: Sure,
			Shown: []string{evidence.Describe(x) + " with the namespaces " + strings.Join(index.Namespaces, ", ")},
			Why:   "this WordPress offers no wc/ namespace: WooCommerce is not active here",
		}
	}
	if !slices.Contains(index.Namespaces, "wc/v3") {
		return Answer{
			ID: "wc-namespace-old", Confidence: Sure,
			Shown: []string{evidence.Describe(x) + " with the namespaces " + strings.Join(index.Namespaces, ", ")},
			Why:   "the store offers an older version of the API and not wc/v3",
		}
	}
	if a := f.emptyNamespace(index); a.ID != "" {
		return a
	}
	if a := f.otherPrefix(x); a.ID != "" {
		return a
	}
	return f.pastedAddress()
}

// emptyNamespace finds that single routes keep wc/v3 listed after its resources were taken away (measured: the filter
// woocommerce_rest_api_get_rest_namespaces leaves wc/v3/orders/statuses). One resource alone is endpoint-removed.
func (f *heard) emptyNamespace(index *evidence.RestIndex) Answer {
	if !slices.Contains(index.Namespaces, "wc/v2") && !slices.Contains(index.Namespaces, "wc/v1") {
		return Answer{}
	}
	var gone []string
	for _, id := range []evidence.Probe{evidence.ListOrders, evidence.ListProducts, evidence.ListCustomers,
		evidence.ListCoupons} {
		switch x := f.Get(id); {
		case x == nil:
		case x.Status == 404 && x.Body.Code == evidence.NoRoute:
			gone = append(gone, evidence.Describe(x))
		default:
			return Answer{}
		}
	}
	if len(gone) < 2 {
		return Answer{}
	}
	return Answer{ID: "wc-namespace-old", Confidence: Likely, Shown: gone,
		Why: "wc/v3 has none of its resources, and older versions of the API are there"}
}

// DroppedQuery says whether the index was asked for a few fields and came back whole.
func (f *heard) DroppedQuery() bool {
	x := f.Get(evidence.Index)
	return evidence.ReadIndex(x) != nil && x.Body.Extra >= 4
}

// otherPrefix finds that the old prefix still answers and the store announces another one. WooCommerce takes keys only
// below the announced one.
func (f *heard) otherPrefix(x *evidence.Exchange) Answer {
	link, ok := evidence.RootFromLink(evidence.AnnouncedRoot(x))
	if !ok || link.Query || f.Known() || !evidence.SameHost(link.Address, f.Target.Base) {
		return Answer{}
	}
	if path := evidence.PathOf(link.Address); path != evidence.PathOf(f.Target.Base)+"/wp-json/" &&
		!strings.HasSuffix(path, "/index.php/wp-json/") && strings.HasPrefix(path, evidence.PathOf(f.Target.Base)+"/") {
		return Answer{
			ID: "rest-prefix-changed", Confidence: Likely,
			Shown: []string{evidence.Describe(x) + ", which announces " + link.Address},
			Why:   "the store announces the API at " + link.Address + " and takes keys only there",
			Vars:  map[string]string{"root": link.Address},
		}
	}
	return Answer{}
}

// pastedAddress finds that everything works with the address that the doctor made of the one given, and would not with
// the one given.
func (f *heard) pastedAddress() Answer {
	p := f.Target.Pasted
	say := func(id, why string) Answer {
		return Answer{ID: id, Confidence: Sure, Why: why,
			Shown: []string{"given: " + f.Target.Given, "the shop's address: " + f.Target.Base},
			Vars:  map[string]string{"home": f.Target.Base}}
	}
	switch {
	case p.Legacy:
		return say("legacy-api-removed",
			"the address ends in /wc-api/…, the API that WooCommerce removed in version 9.0")
	case p.Encoded:
		return say("url-encoded-route",
			"slashes in the address are written as %2F; WordPress does not find a route spelled so")
	case p.UpperCase:
		return say("url-case", "the path of the API is in capital letters; WordPress compares it letter by letter")
	case p.DoubleSlash:
		return say("url-double-slash",
			"the address has two slashes in a row; WordPress does not find a route spelled so")
	case p.RestRoute:
		return say("rest-route-ignores-keys",
			"the address uses ?rest_route=, and WooCommerce does not look at keys in that form")
	case p.Version != "" && p.Version != "v3":
		return say("client-wrong-api-version", "the address names wc/"+p.Version+"; today's API is wc/v3")
	case p.API != "" || p.Admin || p.IndexPHP || p.KeyInURL:
		return say("url-contains-api-path",
			"the address holds more than the shop's home: "+evidence.FirstOf(p.API, "a page of wp-admin", "arguments"))
	}
	return Answer{}
}
