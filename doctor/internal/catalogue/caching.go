package catalogue

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func cachingChecks() []Check {
	exclude := []Fix{
		menu("In the cache plugin: exclude /wp-json/ (LiteSpeed Cache > Cache > “Cache REST API”: off; W3 Total " +
			"Cache > Page Cache > Never cache: wp-json; WP Rocket > Advanced > Never cache URLs: /wp-json/(.*))."),
		menu("In the CDN: a rule “URI Path starts with /wp-json/” with “Bypass cache”."),
		nginx("set $skip 0;\nif ($request_uri ~ \"^/wp-json/\") { set $skip 1; }\nfastcgi_cache_bypass $skip;\n" +
			"fastcgi_no_cache $skip;"),
	}
	return []Check{
		{
			ID: "cache-401", Area: AreaCaching, Severity: Problem, Stage: StageKey,
			Title: "A cache answers the key with a refusal it kept from somebody else",
			See: "401 with a right key, with signs of a cache (Age, X-Cache: HIT); with another argument in the " +
				"address the key works.",
			Tell: "The same request with &_=1 added is let in.", Cause: "Refusals to anonymous visitors carry no " +
				"Cache-Control, so a cache may keep them, and does not look at Authorization.",
			Fixes: append(append([]Fix(nil), exclude...), nginx("add_header Vary Authorization;   # at least")),
			find: func(f *Case) *hit {
				if h := hitOf(f.Key, "cache-401"); h != nil {
					return h
				}
				return hitOf(f.Partly, "cache-401")
			},
		},
		{
			ID: "cache-plugin-broken-json", Area: AreaCaching, Severity: Problem, Stage: StageLetIn,
			Title: "A cache gives out the answer to another request",
			See:   "The second of two equal requests holds the records of another route.",
			Tell:  "The links of the records in the answer name another kind of record.",
			Cause: "A REST cache plugin that does not tell addresses apart.",
			Fixes: append([]Fix{menu("Plugins: deactivate the REST cache plugin."),
				wpcli("wp plugin list --status=active; wp cache flush"),
				prove("for i in 1 2; do {keyed} '{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id,_links'; "+
					"done | tr -d '\\\\' | grep -o '/wc/v3/[a-z]*/[0-9]' | sort -u", "no “/wc/v3/{resource}/”",
					"“/wc/v3/{resource}/”")}, exclude...),
			find: func(f *Case) *hit { return hitOf(f.MixedAnswers(), "cache-plugin-broken-json") },
		},
		{
			ID: "cache-rest", Area: AreaCaching, Severity: Problem, Stage: StageLetIn,
			Title: "A cache answers for the API, so an integration sees old data",
			See: "Signs of a cache (Age, X-Cache, x-litespeed-cache: hit, cf-cache-status: HIT) on the API, or " +
				"the same request gets older data than one with a new argument.",
			Tell:  "The same request with &_=1 added gets newer data.",
			Cause: "LiteSpeed's “Cache REST API”, Varnish, a CDN rule or a page cache plugin.",
			Fixes: append(append([]Fix(nil), exclude...), cacheProof("{cachesign}")),
			Under: []string{"cache-plugin-broken-json", "cache-401"},
			find:  findCache,
		},
		{
			ID: "anonymous-read", Area: AreaCaching, Severity: Problem, Stage: StageRoot,
			Title: "Strangers can read what only a key may read",
			See:   "The same request without a key gets data, and not 401.",
			Tell: "When a cache gives the key's answers to everybody, it shows in a header (cache-rest). When " +
				"whoever asks is taken for a user it is auth-hook-conflict.",
			Cause: "A cache that keeps answers without looking at the key, or a snippet that answers the permission " +
				"check with yes (a filter on woocommerce_rest_check_permissions).",
			Fixes: append([]Fix{
				askedWhoLetsIn,
			}, exclude...),
			find: findAnonymousRead,
		},
		{
			ID: "cache-woocommerce", Area: AreaCaching, Severity: Warning, Stage: StageLetIn,
			Title: "WooCommerce's own cache answers for products, variations, taxes and data",
			See: "The header X-WC-Cache with HIT or MISS. A list of products stays as it was for up to an hour, " +
				"whatever changes meanwhile.",
			Tell: "X-WC-Cache: HEADERS or SKIP keeps nothing. Other caches have other headers (cache-rest).",
			Cause: "The experimental feature “REST API Caching” is on (since WooCommerce 10.5) and its backend " +
				"caching too, with a persistent object cache. Orders are never kept.",
			Fixes: []Fix{
				menu("WooCommerce > Settings > Advanced > REST API caching > “Enable backend caching”: off. Or " +
					"switch the feature off: WooCommerce > Settings > Advanced > Features > “REST API Caching”."),
				wpcli("wp option update woocommerce_rest_api_enable_backend_caching no"),
				waybill("Waybill passes this cache by (_skip_cache=true), so its mirror is right; other clients " +
					"should do the same."),
				prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/products?per_page=1' | grep -i '^x-wc-cache'",
					"“MISS” or “HIT”", "nothing or “HEADERS” or “SKIP”"),
			},
			find: findStoreCache,
		},
	}
}

// findCache finds a cache. How it was found decides how to see that it is gone.
func findCache(f *Case) *hit {
	h := hitOf(f.StaleRead(), "cache-rest")
	if h == nil || h.vars["cachesign"] != "" {
		return h
	}
	if seen, ok := keptProofs[h.vars["kept"]]; ok {
		h.proof = seen
		if slices.ContainsFunc(evidence.Paged, func(l evidence.PagedList) bool { return f.deafCache(l.Name) }) {
			h.under = []string{pagesUnheeded.ID}
		}
		h.refit = func(own []Fix) []Fix { return append(slices.Clone(own), lateSync) }
		return h
	}
	if f.KeptForStrangers() {
		h.proof = prove("curl -sS -o /dev/null -w '%{http_code}\\n' '"+f.Get(evidence.Anonymous).Request.URL+"'",
			"200 (without a key)", "401") // at this very address, which the cache has kept
		return h
	}
	if fix, ok := f.again(h.shown); ok { // it answers strangers
		h.proof = fix
		return h
	}
	ask := func(more string) string {
		return "$({keyed} '{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id" + more + "')"
	}
	h.proof = prove("[ \""+ask("")+"\" = \""+ask("&_='$RANDOM'")+"\" ] && echo same || echo older",
		"“older” (the answer without the new argument)", "“same”")
	return h
}

// keptProofs ask an address twice, the second time with a header that WordPress answers to.
var keptProofs = map[string]Fix{
	"origin": keptProof("-o /dev/null -D - -H 'Origin: https://check.example'",
		"grep -io '^access-control-allow-origin: https://check.example'", "access-control-allow-origin"),
	"method": keptProof("-H 'X-HTTP-Method-Override: OPTIONS'", "grep -o '\"namespace\"'", "namespace"),
}

func keptProof(header, look, shown string) Fix {
	return prove("u='{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id,namespace,x'$RANDOM$RANDOM; {keyed} -o "+
		"/dev/null \"$u\"; {keyed} "+header+" \"$u\" | "+look, "nothing", "“"+shown+"”")
}

var lateSync = waybill("What decides is read by Waybill in a way that no cache keeps, so nothing is written twice. A " +
	"sync sees changes as late as the cache lets it.")

// askedWhoLetsIn is a command that looks for code which answers the permission check, or decides who is asking.
var askedWhoLetsIn = wpcli("grep -rn 'woocommerce_rest_check_permissions\\|wp_set_current_user\\|" +
	"determine_current_user' --include=*.php wp-content/mu-plugins wp-content/themes wp-content/plugins/*/ | grep -v " +
	"woocommerce/ | head -40")

// findAnonymousRead finds that the store gives records without a key, to which it must say 401.
func findAnonymousRead(f *Case) *hit {
	if f.Key.Is("auth-hook-conflict") || f.DroppedQuery() {
		// whoever asks is taken for a user there, or the arguments that tell the two requests apart do not arrive
		return nil
	}
	for _, id := range []evidence.Probe{evidence.Anonymous, evidence.CacheLeak, evidence.WCIndex, evidence.AnonOrder} {
		x := f.Get(id)
		if x == nil || x.Request.Auth != evidence.AuthNone || x.Status != http.StatusOK || x.Body.Kind != "json" ||
			x.Body.Code != "" || !gaveRecords(x) {
			continue
		}
		h := &hit{confidence: verdict.Sure, shown: []string{"without a key: " + evidence.Describe(x)},
			why: fmt.Sprintf("a request without a key got %d of the shop's records, where WooCommerce answers 401",
				x.Body.Count)}
		switch {
		case id == evidence.AnonOrder:
			h.why = "a request without a key got an order, where WooCommerce answers 401"
		case x.Body.Count == 0:
			h.why = "a request without a key was answered with a list, where WooCommerce answers 401; the list is " +
				"empty today"
		}
		// At this very address: a cache has kept the answer to it, and to no other.
		h.proof = prove("curl -sS -o /dev/null -w '%{http_code}\\n' '"+x.Request.URL+"'", "200 (without a key)", "401")
		if sign := evidence.CacheSign(x); sign == "" && id != evidence.CacheLeak && !f.KeptForStrangers() {
			// No cache kept this answer: code in the shop gives it.
			h.fixes = []Fix{
				menu("On a copy of the shop: switch plugins that touch the REST API off one after the other, until " +
					"a request without a key gets 401."),
				askedWhoLetsIn,
			}
		} else if h.under = []string{"cache-rest", "cache-401"}; sign != "" {
			h.shown[0] += " " + sign
			h.why += "; a cache gave it what it had kept for the key (" + sign + ")"
		}
		return h
	}
	return nil
}

// gaveRecords: the answer holds a record, or is a list that says how many it has. A refusal that a snippet gives with
// status 200 holds nothing once the fields are taken away that were not asked for
// (docs/woocommerce/answers.md#fields-of-an-object).
func gaveRecords(x *evidence.Exchange) bool {
	if !x.Of(evidence.AnonOrder) {
		return x.Records() > 0 || x.Body.Count == 0 && evidence.Total(x) >= 0
	}
	var order evidence.Record
	evidence.ReadJSON(x, &order)
	return order.ID > 0
}

// findStoreCache finds WooCommerce's own cache, which says in each answer what it did.
func findStoreCache(f *Case) *hit {
	for _, x := range f.Standing() {
		if did := strings.ToUpper(x.Header.Get("X-Wc-Cache")); strings.Contains(did, "HIT") ||
			strings.Contains(did, "MISS") || x.Header.Get("X-Wc-Date") != "" {
			return &hit{confidence: verdict.Sure, shown: []string{evidence.Describe(x) + " X-WC-Cache: " + did},
				why: "WooCommerce keeps answers to requests like this one for up to an hour and gives them out " +
					"again (X-WC-Cache: " + did + ")"}
		}
	}
	return nil
}
