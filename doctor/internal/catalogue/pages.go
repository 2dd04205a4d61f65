package catalogue

import (
	"fmt"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

var pagesUnheeded = Check{
	ID: "pages-unheeded", Area: AreaData, Severity: Problem, Stage: StageLetIn,
	Title: "Whatever page of a list is asked for, the store gives the first one",
	See: "The second page holds the record that the first one begins with. Integrations copy the first page and " +
		"take it for everything, or read on for ever. Waybill ends such a sync with pages_unheeded.",
	Tell: "X-WP-Total counts all records all the same. The same page asked for with OPTIONS and _method=GET, which " +
		"no cache keeps, tells a cache from a plugin.",
	Cause: "A cache that leaves page and offset out of the addresses it compares, or a plugin or snippet that pages " +
		"lists by its own.",
	Fixes: []Fix{ofCachedPages[0], ofCachedPages[1], ofCachedPages[2], inPlaceOfPages, askedWhoPages},
	Under: []string{"query-string-dropped", "cache-plugin-broken-json"},
	find:  findUnheeded,
}

// ofCachedPages let a cache tell pages apart, or keep nothing of the API.
var ofCachedPages = []Fix{
	menu("In the cache plugin or the CDN: take page and offset out of the arguments that it ignores; or exclude " +
		"/wp-json/ from it."),
	nginx("# the key of the cache needs the arguments:\n" +
		"fastcgi_cache_key \"$scheme$request_method$host$request_uri\";"),
	host("“{host}/wp-json/wc/v3/{resource}?page=2 is answered with the first page. Please let the cache tell the " +
		"arguments page and offset apart, or keep nothing of /wp-json/.”"),
}

// askedWhoPages looks for code that changes the question that WooCommerce asks the database.
var askedWhoPages = wpcli("grep -rnE \"rest_[a-z_]*_(query|prepare_object_query)|posts_per_page|'paged'|'offset'\" " +
	"--include=*.php wp-content/mu-plugins wp-content/themes wp-content/plugins/*/ | grep -v woocommerce/ | head -40")

var inPlaceOfPages = menu("On a copy of the shop: switch plugins that touch lists of {resource} off one after the " +
	"other, until ?page=2 gives another page.")

// findUnheeded finds that a later page holds what the list begins with.
func findUnheeded(f *Case) *hit {
	for _, list := range evidence.Paged {
		first := f.Get(evidence.Lists.Of(list.Name))
		for _, id := range []evidence.Probe{evidence.DeepPage(list.Name, 2), evidence.DeepOffset(list.Name)} {
			later := f.Get(id)
			if !evidence.Unheeded(first, later) {
				continue
			}
			h := &hit{confidence: verdict.Sure, vars: map[string]string{"resource": list.Route},
				shown: []string{evidence.Describe(first), evidence.Describe(later)}}
			what, ask := "the second page", "page=2"
			if id == evidence.DeepOffset(list.Name) {
				what, ask = fmt.Sprintf("what stands from place %d on", evidence.PageSize), "offset=1"
			}
			h.why = what + " of " + list.Route + " holds the record that the list begins with"
			if total := evidence.Total(first); total >= 0 {
				h.why += fmt.Sprintf(", and the store counts %d", total)
			}
			f.whoIsDeaf(h, list.Name, later)
			h.proof = prove("a='{home}/wp-json/wc/v3/{resource}?per_page=1&_fields=id'; [ \"$({keyed} \"$a\")\" = "+
				"\"$({keyed} \"$a&"+ask+"\")\" ] && echo same || echo another", "“same”", "“another” (or nothing behind "+
				"the first record)")
			return h
		}
	}
	return nil
}

// whoIsDeaf tells whether the store or a cache passes over the page: where no cache can answer, the store itself is
// heard.
func (f *Case) whoIsDeaf(h *hit, name string, later *evidence.Exchange) {
	own := f.Get(evidence.Position.Of(name))
	if own != nil {
		h.shown = append(h.shown, "in a way that no cache keeps: "+evidence.Describe(own))
	}
	switch sign := evidence.CacheSign(later); {
	case sign != "":
		h.why += "; a cache gave it (" + sign + ")"
		h.under, h.fixes = []string{"cache-rest"}, ofCachedPages
	case f.deafCache(name):
		h.why += "; it comes from a cache: a request that no cache keeps gets the right page"
		h.fixes = ofCachedPages
	case evidence.Unheeded(f.Get(evidence.Lists.Of(name)), own):
		h.why += "; it comes from a plugin: a request that no cache keeps is answered so, too"
		h.fixes = []Fix{askedWhoPages, inPlaceOfPages}
	}
}

// deafCache says whether the store itself gives another page where no cache can answer.
func (f *Case) deafCache(name string) bool {
	list, own := f.Get(evidence.Lists.Of(name)), f.Get(evidence.Position.Of(name))
	return evidence.Unheeded(list, f.Get(evidence.DeepPage(name, 2))) && evidence.IsList(own) &&
		!evidence.Unheeded(list, own)
}

// cutPages finds that pages are shorter than asked for, and the list says itself that there are more of them.
func (f *Case) cutPages() *hit {
	for _, list := range evidence.Paged {
		x := f.Get(evidence.Lists.Of(list.Name))
		if !evidence.CutShort(x) {
			continue
		}
		total := evidence.Total(x)
		return &hit{confidence: verdict.Sure, severity: Warning,
			title: "The store gives fewer records a page than it is asked for",
			why: fmt.Sprintf("asked for %d %s, the store gives %d of %d a page and counts %d pages",
				evidence.PageSize, list.Route, x.Body.Count, total, evidence.PagesShown(x)),
			shown: []string{evidence.Describe(x)}, vars: map[string]string{"resource": list.Route},
			fixes: []Fix{askedWhoPages,
				client("Read on until a page is empty, or as many pages as X-WP-TotalPages says. Do not reckon the " +
					"number of pages from the total."),
				waybill("Waybill reads on in pages of the size that the store gives.")},
			proof: prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/{resource}?per_page=100&_fields=id' | grep "+
				"-i '^x-wp-totalpages'", fmt.Sprintf("“x-wp-totalpages: %d”", evidence.PagesShown(x)),
				fmt.Sprintf("“x-wp-totalpages: %d”", (total+evidence.PageSize-1)/evidence.PageSize))}
	}
	return nil
}
