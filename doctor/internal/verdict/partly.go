package verdict

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// decidePartly names what refuses, redirects or hides some of the requests that were asked for while others pass.
func (f *keyed) decidePartly() Answer {
	if !f.Known() || f.Front.ID != "" || f.Key.ID != "" {
		return Answer{}
	}
	var passed *evidence.Exchange
	for _, x := range f.Standing() {
		if evidence.Proven(x) && (passed == nil || evidence.FirstReads.Has(x)) {
			passed = x
		}
	}
	if passed == nil {
		passed = f.Get(evidence.WhoAsks) // a route that exists nowhere was answered
	}
	for _, x := range f.Standing() {
		if x.Request.Method == http.MethodOptions && f.optionsRefused() {
			continue // no client but this one asks for what is allowed
		}
		if evidence.Proven(x) || evidence.SaysNothing(x) ||
			!f.Wanted(x) || x.Body.Cut || x.Body.Garbled != "" || x.Status < 300 ||
			x.Status >= 500 || f.WhoAnswered(x).Confidence == Sure || f.ownRule(x) {
			continue
		}
		if a := f.partlyRefused(x, passed); a.ID != "" {
			return a
		}
	}
	return Answer{}
}

// optionsRefused says whether not one question for the methods that are allowed was answered.
func (f *keyed) optionsRefused() bool {
	return !slices.ContainsFunc(f.With(evidence.Allowing), evidence.IsJSON)
}

// ownRule says whether a check of its own looks at why this request is refused.
func (f *keyed) ownRule(x *evidence.Exchange) bool {
	switch {
	case evidence.Verbs.Has(x), x.Of(evidence.LongURI) && !evidence.IsJSON(x), x.Of(evidence.BodyLarge),
		x.Of(evidence.BodyMarkup) && evidence.IsJSON(f.Get(evidence.BodyPlain)):
		return true
	case evidence.IsWrite(x) && !evidence.Verbs.Has(x) && !evidence.IsJSON(x):
		// Every write is refused, or this method everywhere: that is no rule for a path.
		put, post := f.Get(evidence.VerbPut), f.Get(evidence.ScopeWrite)
		_, redirected := evidence.IsRedirect(post)
		alone := x.Request.Method == http.MethodPost &&
			(x.Status == http.StatusMethodNotAllowed || x.Status == http.StatusNotImplemented) && post != nil &&
			post.Status == x.Status
		return redirected || alone || put != nil && put.Status == x.Status && !evidence.IsJSON(put)
	}
	return false
}

// partlyRefused says what came in the place of an answer.
func (f *keyed) partlyRefused(x, passed *evidence.Exchange) Answer {
	shown := []string{evidence.Describe(x), "others pass: " + evidence.Describe(passed)}
	route := strings.TrimPrefix(evidence.PathOf(evidence.WithoutArgs(x.Request.URL)),
		evidence.PathOf(f.Evidence.Root)+"wc/v3/")
	vars := map[string]string{"endpoint": route, "status": fmt.Sprint(x.Status),
		"request": x.Request.Method + " " + evidence.RequestURI(x.Request.URL), "who": "a rule or a snippet"}
	say := func(id, why string) Answer {
		return Answer{ID: id, Confidence: Likely, Shown: shown, Vars: vars, Why: why}
	}
	to, redirected := evidence.IsRedirect(x)
	switch {
	case redirected:
		return say("path-refused",
			fmt.Sprintf("%s /%s is redirected to %s, and other requests with the same key are answered",
				x.Request.Method, route, evidence.WithoutArgs(to)))
	case evidence.IsJSON(x) && x.Status == http.StatusUnauthorized &&
		strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_") && evidence.Cached(x):
		shown[0] += " " + evidence.CacheSign(x)
		a := say("cache-401", "a cache answers requests of the key with a refusal meant for somebody without a key")
		a.Confidence = Sure
		return a
	case evidence.IsJSON(x) && x.Status == http.StatusUnauthorized &&
		strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_"):
		return say("path-refused", fmt.Sprintf("%s /%s is refused with status 401 as if no key had come, and the "+
			"store knows the key from other requests: for want of a capability it would answer 403, so something "+
			"else answers here, such as a snippet, or a cache with what it kept for a stranger", x.Request.Method,
			route))
	case evidence.IsJSON(x) && x.Body.Code == evidence.NoRoute && x.Status == http.StatusNotFound &&
		alwaysThere(x, route):
		if whole := f.wholeRouteGone(route); whole != nil {
			shown[0] = evidence.Describe(whole)
			vars["endpoint"], _, _ = strings.Cut(route, "/")
			return say("endpoint-removed", fmt.Sprintf("WordPress says that it has no route /%s, and other parts "+
				"of the "+
				"API are there: a plugin or a snippet has taken away all of it", vars["endpoint"]))
		}
		vars["endpoint"], _, _ = strings.Cut(route, "/"+evidence.NowhereID)
		return say("endpoint-removed", fmt.Sprintf("WordPress says that it has no %s of /%s, and other parts of the "+
			"API are there: a plugin or a snippet has taken it away", x.Request.Method, readable.Replace(route)))
	case evidence.IsJSON(x):
		return Answer{} // a refusal with a code says who it comes from
	case x.Status == http.StatusNotFound:
		return say("endpoint-removed",
			"the web server itself answers 404 for "+route+", other parts of the API pass: a rule hides it")
	case x.Status == http.StatusNotAcceptable:
		a := say("waf-modsecurity", "this request is refused with 406 Not Acceptable before WordPress sees it, "+
			"others pass: the usual mark of a ModSecurity rule")
		a.Vars["who"] = "a filter of the web server"
		return a
	}
	return say("path-refused", fmt.Sprintf("%s /%s is refused with status %d%s, and other requests with the same "+
		"key are answered: a rule or a snippet looks at the path, the method or the arguments", x.Request.Method, route,
		x.Status, pageOf(x)))
}

// readable writes the number of no record as documentation does.
var readable = strings.NewReplacer(evidence.NowhereID, "ID")

// wholeRouteGone is the answer that the collection itself is no route, which says more than one of its parts; nil when
// the collection is there.
func (f *keyed) wholeRouteGone(route string) *evidence.Exchange {
	collection, _, _ := strings.Cut(route, "/")
	gone := func(x *evidence.Exchange) bool {
		return x != nil && x.Status == http.StatusNotFound && x.Body.Code == evidence.NoRoute
	}
	if x := f.Get(evidence.Lists.Of(collection)); gone(x) {
		return x
	}
	if x := f.Get(evidence.ReadFirst); gone(x) && evidence.PrimaryOf(f.Target).Name() == collection {
		return x
	}
	return nil
}

// alwaysThere says whether a route belongs to every WooCommerce. Fulfilments stand behind a feature, shipping can be
// switched off, and some routes came later.
func alwaysThere(x *evidence.Exchange, route string) bool {
	return evidence.Doors.Has(x) && !strings.Contains(route, "fulfillments") && !strings.HasPrefix(route, "shipping") &&
		!strings.HasPrefix(route, "products/brands")
}

func pageOf(x *evidence.Exchange) string {
	if x.Body.Title != "" {
		return " and the page “" + evidence.Clip(x.Body.Title, 60) + "”"
	}
	return ""
}
