package doctor

func cachingChecks() []Check {
	exclude := []Fix{
		menu("In the cache plugin: exclude /wp-json/ (LiteSpeed Cache > Cache > “Cache REST API”: off; W3 Total Cache > Page Cache > Never cache: wp-json; WP Rocket > Advanced > Never cache URLs: /wp-json/(.*))."),
		menu("In the CDN: a rule “URI Path starts with /wp-json/” with “Bypass cache”."),
		nginx("set $skip 0;\nif ($request_uri ~ \"^/wp-json/\") { set $skip 1; }\nfastcgi_cache_bypass $skip;\nfastcgi_no_cache $skip;"),
	}
	return []Check{
		{
			ID: "cache-401", Area: AreaCaching, Severity: Problem, Stage: StageKey,
			Title: "A cache answers the key with a refusal it kept from somebody else",
			See:   "401 with a right key, with signs of a cache (Age, X-Cache: HIT); with another argument in the address the key works.",
			Tell:  "Ask again with &_=1.", Cause: "Refusals to anonymous visitors carry no Cache-Control, so a cache may keep them, and does not look at Authorization.",
			Fixes: append(append([]Fix(nil), exclude...), nginx("add_header Vary Authorization;   # at least")),
			find: func(f *facts) *hit {
				if h := hitOf(f.key, "cache-401"); h != nil {
					return h
				}
				return hitOf(f.partly, "cache-401")
			},
		},
		{
			ID: "cache-plugin-broken-json", Area: AreaCaching, Severity: Problem, Stage: StageLetIn,
			Title: "A cache gives out the answer to another request",
			See:   "The second of two equal requests holds the records of another route.", Tell: "The records' own links name another kind.",
			Cause: "A REST cache plugin that does not tell addresses apart.",
			Fixes: append([]Fix{menu("Plugins: deactivate the REST cache plugin."), wpcli("wp plugin list --status=active; wp cache flush"),
				prove("for i in 1 2; do {keyed} '{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id,_links'; done | tr -d '\\\\' | grep -o '/wc/v3/[a-z]*/[0-9]' | sort -u", "no “/wc/v3/{resource}/”", "“/wc/v3/{resource}/”")}, exclude...),
			find: func(f *facts) *hit { return hitOf(f.mixedAnswers(), "cache-plugin-broken-json") },
		},
		{
			ID: "cache-rest", Area: AreaCaching, Severity: Problem, Stage: StageLetIn,
			Title: "A cache answers for the API, so an integration sees old data",
			See:   "Signs of a cache (Age, X-Cache, x-litespeed-cache: hit, cf-cache-status: HIT) on the API, or the same request gets older data than one with a new argument.",
			Tell:  "Ask with &_=1: fresh data.", Cause: "LiteSpeed's “Cache REST API”, Varnish, a CDN rule or a page cache plugin.",
			Fixes: append(append([]Fix(nil), exclude...), cacheProof("{cachesign}")),
			Under: []string{"cache-plugin-broken-json"},
			find:  findCache,
		},
	}
}

// findCache: how the cache was found decides how to see that it is gone.
func findCache(f *facts) *hit {
	h := hitOf(f.staleRead(), "cache-rest")
	if h == nil || h.vars["cachesign"] != "" {
		return h
	}
	if fix, ok := f.again(h.shown); ok { // it answers strangers
		h.proof = fix
		return h
	}
	ask := func(more string) string {
		return "$({keyed} '{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id" + more + "')"
	}
	h.proof = prove("[ \""+ask("")+"\" = \""+ask("&_='$RANDOM'")+"\" ] && echo same || echo older", "“older” (the answer without the new argument)", "“same”")
	return h
}
