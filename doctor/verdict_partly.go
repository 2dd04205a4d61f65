package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The key is let in, and some of what the integration asks for does not reach WooCommerce: a firewall with rules for paths
// and arguments, a plugin that closes a part. Without these a store that refuses one list would pass for healthy.

// partlyClosed: the key is let in, and some of what the integration needs is refused with a code of nobody known.
func (f *Case) partlyClosed() *hit {
	if f.key.id != "" {
		return nil // what takes the key for its own explains what it answers
	}
	for _, x := range f.standing() {
		if !foreignRefusal(x) || x.Status == http.StatusNotFound || !f.wanted(x) {
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

// decidePartly names what refuses, redirects or hides some of the requests that were asked for while others pass.
func (f *keyed) decidePartly() answer {
	if !f.known() || f.front.id != "" || f.key.id != "" {
		return answer{}
	}
	var passed *Exchange
	for _, x := range f.standing() {
		if proven(x) && (passed == nil || kindOf(x.ID) == "read") {
			passed = x
		}
	}
	if passed == nil {
		passed = f.x("who") // a route that exists nowhere was answered
	}
	for _, x := range f.standing() {
		if x.Request.Method == http.MethodOptions && f.optionsRefused() {
			continue // no client but this one asks for what is allowed
		}
		if proven(x) || !f.wanted(x) || x.Body.Cut || x.Body.Garbled != "" || x.Status < 300 || x.Status >= 500 || f.whoAnswered(x).confidence == Sure || f.ownRule(x) {
			continue
		}
		if a := f.partlyRefused(x, passed); a.id != "" {
			return a
		}
	}
	return answer{}
}

// optionsRefused: not one question for the methods that are allowed was answered.
func (f *keyed) optionsRefused() bool {
	return !slices.ContainsFunc(f.with("allow."), isJSON)
}

// ownRule: a check of its own looks at why this request is refused.
func (f *keyed) ownRule(x *Exchange) bool {
	switch {
	case kindOf(x.ID) == "verb", x.ID == "uri.long" && !isJSON(x), x.ID == "body.large", x.ID == "body.markup" && isJSON(f.x("body.plain")):
		return true
	case isWrite(x) && kindOf(x.ID) != "verb" && !isJSON(x):
		// Every write is refused, or this method everywhere: that is no rule for a path.
		put, post := f.x("verb.put"), f.x("scope.write")
		_, redirected := isRedirect(post)
		alone := x.Request.Method == http.MethodPost && (x.Status == http.StatusMethodNotAllowed || x.Status == http.StatusNotImplemented) && post != nil && post.Status == x.Status
		return redirected || alone || put != nil && put.Status == x.Status && !isJSON(put)
	}
	return false
}

// partlyRefused says what came in the place of an answer.
func (f *keyed) partlyRefused(x, passed *Exchange) answer {
	shown := []string{describe(x), "others pass: " + describe(passed)}
	route := strings.TrimPrefix(pathOf(withoutArgs(x.Request.URL)), pathOf(f.ev.Root)+"wc/v3/")
	vars := map[string]string{"endpoint": route, "status": fmt.Sprint(x.Status), "request": x.Request.Method + " " + requestURI(x.Request.URL), "who": "a rule or a snippet"}
	say := func(id, why string) answer {
		return answer{id: id, confidence: Likely, shown: shown, vars: vars, why: why}
	}
	to, redirected := isRedirect(x)
	switch {
	case redirected:
		return say("path-refused", fmt.Sprintf("%s /%s is redirected to %s, and other requests with the same key are answered", x.Request.Method, route, withoutArgs(to)))
	case isJSON(x) && x.Status == http.StatusUnauthorized && strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_") && cached(x):
		shown[0] += " " + cacheSign(x)
		a := say("cache-401", "a cache answers requests of the key with a refusal meant for somebody without a key")
		a.confidence = Sure
		return a
	case isJSON(x) && x.Status == http.StatusUnauthorized && strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_"):
		return say("path-refused", fmt.Sprintf("%s /%s is refused with status 401 as if no key had come, and the store knows the key from other requests: for want of a capability it would answer 403, so something else answers here, such as a snippet, or a cache with what it kept for a stranger", x.Request.Method, route))
	case isJSON(x):
		return answer{} // a refusal with a code says who it comes from
	case x.Status == http.StatusNotFound:
		return say("endpoint-removed", "the web server itself answers 404 for "+route+", other parts of the API pass: a rule hides it")
	case x.Status == http.StatusNotAcceptable:
		a := say("waf-modsecurity", "this request is refused with 406 Not Acceptable before WordPress sees it, others pass: the usual mark of a ModSecurity rule")
		a.vars["who"] = "a filter of the web server"
		return a
	}
	return say("path-refused", fmt.Sprintf("%s /%s is refused with status %d%s, and other requests with the same key are answered: a rule or a snippet looks at the path, the method or the arguments", x.Request.Method, route, x.Status, pageOf(x)))
}

func pageOf(x *Exchange) string {
	if x.Body.Title != "" {
		return " and the page “" + clip(x.Body.Title, 60) + "”"
	}
	return ""
}
