package verdict

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// stopped finds that WordPress or a plugin ends the request with a message and a status of 500 and above. To a request
// that accepts JSON, wp_die says so in JSON, with the code wp_die; the message is in the store's language.
func (f *heard) stopped(x *evidence.Exchange, sure, likely func(id, why string) Answer) Answer {
	if x.Status < http.StatusInternalServerError || evidence.IsStoreCode(x.Body.Code) || evidence.RefusedWith500(x) {
		return Answer{} // an error with a code of its own is a refusal, whatever its status
	}
	home := f.Get(evidence.Home)
	everywhere := home != nil && home.Status == x.Status
	said := fmt.Sprintf("status %d and the message “%s”", x.Status,
		evidence.Clip(evidence.Squeeze(evidence.AnyTag.ReplaceAllString(x.Body.Message, " ")), 100))
	switch {
	case evidence.HasMark(x, "db-down") || evidence.HasMark(home, "db-down") && everywhere:
		return sure("db-down", "WordPress answers every request with "+said)
	case evidence.HasMark(x, "maintenance-core") || x.Status == http.StatusServiceUnavailable &&
		x.Body.Code == "wp_die" && x.Header.Get("Retry-After") == "600":
		return sure("maintenance-core", "WordPress itself answers with "+said)
	case x.Status == http.StatusServiceUnavailable &&
		(everywhere || evidence.HasMark(x, "coming-soon") || strings.Contains(x.Body.Code, "maintenance")):
		return likely("maintenance-plugin", "a plugin inside WordPress answers with "+said)
	case x.Status == http.StatusServiceUnavailable:
		return likely("rest-disabled", "a plugin or snippet inside WordPress closes the REST API with "+said)
	case x.Body.Code == "wp_die" && !everywhere:
		return likely("rest-disabled",
			"a plugin or snippet inside WordPress ends requests to the REST API (wp_die) with "+said)
	}
	return likely("php-fatal", "WordPress ends requests with "+said)
}

// robotsCache finds that a program gets what a cache kept, a browser's name gets the store's own answer.
func (f *heard) robotsCache(x *evidence.Exchange) Answer {
	browser := f.Get(evidence.IndexBrowser)
	if !x.Of(evidence.Index) || evidence.ReadIndex(browser) == nil || evidence.ReadIndex(x) != nil ||
		!evidence.Cached(x) && (x.Status != http.StatusOK || !evidence.HasMark(x, "wordpress")) {
		return Answer{}
	}
	return Answer{
		ID: "ua-bot-cache", Confidence: Sure,
		Shown: []string{strings.TrimSpace(evidence.Describe(x) + " " + evidence.CacheSign(x)),
			"as a browser: " + evidence.Describe(browser)},
		Why: "this client's name gets an old answer from a cache, and a browser's name gets the store's own",
	}
}

// plainStatus decides about a page without a known sign, by what the same request gets in other clothes.
func (f *heard) plainStatus(x *evidence.Exchange, likely, sure func(id, why string) Answer) Answer {
	if browser := f.BrowserPasses(); browser != nil && x.Status != http.StatusNotAcceptable {
		a := sure("ua-blocked",
			"the same request under a browser's name is answered: the name of the client is what is objected to")
		a.Shown = append(a.Shown, "as a browser: "+evidence.Describe(browser))
		return a
	}
	if x.Status == http.StatusNotAcceptable {
		if f.BrowserPasses() != nil {
			return sure("ua-blocked", "406 to this client's name, an answer to a browser's")
		}
		if f.passes(evidence.IndexAccept) != nil {
			return sure("accept-header-406", "406 unless the request accepts anything (Accept: */*)")
		}
		return likely("waf-modsecurity",
			"406 Not Acceptable from the web server, whatever is asked for: the usual mark of a ModSecurity rule")
	}
	if browser := f.Get(evidence.IndexBrowser); x.Status == http.StatusForbidden && f.namedOtherwise(browser) {
		a := likely("ua-blocked",
			"the refusal goes by the name of the client: under a browser's name the same request gets further, to "+
				evidence.Describe(browser))
		return a
	}
	home := f.Get(evidence.Home)
	if index := f.Get(evidence.Index); x.Of(evidence.Home) && index != nil && index.Status > 0 &&
		index.Status != x.Status {
		return Answer{} // a server without a home page answers other addresses all the same
	}
	if plain := evidence.ReadIndex(f.Get(evidence.HTTPIndex)); plain != nil && plain.HasWooCommerce() {
		return Answer{} // the refusal is another virtual host's (tls-default-vhost)
	}
	if x.Of(evidence.Index) && evidence.LostInRewriting(x, home) &&
		evidence.ReadIndex(f.Get(evidence.IndexRestRoute)) != nil {
		return Answer{} // PHP is well, the address does not reach it (rewrite-missing)
	}
	everywhere := home != nil && home.Status == x.Status && home.Body.Kind != "json"
	switch {
	case x.Status == http.StatusServiceUnavailable && evidence.IsServerPage(x):
		return likely("gateway-timeout", "the web server itself answers 503: what runs PHP is not available")
	case x.Status == http.StatusServiceUnavailable && (everywhere || evidence.HasMark(x, "coming-soon")):
		return likely("maintenance-plugin", "every page answers 503")
	case x.Status == http.StatusOK && x.Body.Kind == "html" &&
		(evidence.HasMark(x, "coming-soon") && evidence.HasMark(home, "coming-soon") &&
			!evidence.HasMark(home, "wc-coming-soon")) && !evidence.IsJSON(f.Get(evidence.IndexRestRoute)):
		return likely("maintenance-plugin", "the API answers with the same “coming soon” page as the site")
	case x.Status == 508, x.Status == 509:
		return likely("gateway-timeout",
			fmt.Sprintf("status %d is how a host answers when the shop has used up what its plan gives", x.Status))
	case x.Status == http.StatusServiceUnavailable:
		return likely("gateway-timeout",
			"status 503 for the API: what runs PHP is not available or has no process free")
	case x.Status == http.StatusNotFound && x.Of(evidence.ReadFirst) &&
		evidence.ReadIndex(f.Get(evidence.Index)) != nil && f.PhpMade(x):
		return likely("rest-hidden", "WooCommerce's routes answer 404 with a page that PHP makes, and the index of "+
			"the API is open: a plugin hides them")
	case x.Status == http.StatusNotFound && x.Of(evidence.ReadFirst) &&
		evidence.ReadIndex(f.Get(evidence.Index)) != nil:
		return likely("rest-hidden", "WooCommerce's routes answer 404 with a page of the web server, and the index "+
			"of the API is open: a rule hides them")
	case x.Status == http.StatusBadGateway, x.Status == http.StatusGatewayTimeout:
		return sure("gateway-timeout", fmt.Sprintf("the web server gave up waiting for PHP: status %d", x.Status))
	case x.Status == http.StatusForbidden && evidence.HasMark(x, "sucuri-front") && !evidence.IsServerPage(x):
		return likely("waf-sucuri", "403 from a page that neither the web server nor WordPress makes, and Sucuri "+
			"stands in front of the shop (X-Sucuri-ID)")
	case x.Status == http.StatusForbidden && evidence.HasMark(x, "cloudflare") && !evidence.IsServerPage(x) &&
		!fromWordPress(x):
		return likely("cf-block", "403 from a page that neither the web server nor WordPress makes, and Cloudflare "+
			"stands in front of the shop (Cf-Ray)")
	case x.Status == http.StatusUnauthorized && everywhere && !evidence.HasMark(home, "wordpress"):
		return likely("staging-basic-auth",
			"every page answers 401, and none of them comes from WordPress: something in front asks who is there")
	case x.Status == http.StatusUnavailableForLegalReasons:
		return sure("ip-or-geo-block", "status 451 is how a server refuses a country")
	case x.Status == http.StatusForbidden && everywhere:
		return likely("ip-or-geo-block",
			"the web server refuses every page, also to a browser's name: it goes by address or country")
	case x.Status == http.StatusForbidden && f.PhpMade(x):
		return likely("rest-disabled", "the API is refused with a page that PHP makes, and the site itself is open: "+
			"a plugin or snippet inside WordPress ends the request")
	case x.Status == http.StatusForbidden, x.Status == http.StatusTeapot,
		x.Status == http.StatusUnauthorized && x.Of(evidence.ReadFirst):
		return likely("path-refused", fmt.Sprintf("the API is refused with a plain %d, whatever the client calls "+
			"itself, and the site itself is open: a rule for this path, which may go by the client's address besides",
			x.Status))
	case x.Status == http.StatusNotImplemented:
		return likely("waf-modsecurity", "501 from the web server for a plain read: the usual mark of a filter rule")
	case x.Status >= 500 && !x.Of(evidence.Home):
		return likely("php-fatal",
			fmt.Sprintf("status %d with %s: PHP stopped before WordPress could answer", x.Status, orEmpty(x.Body.Kind)))
	}
	return Answer{}
}

// namedOtherwise says whether a browser's name got past what refused ours, though not to the API: another fault waits
// behind. A challenge or a refusal of its own says nothing about names.
func (f *heard) namedOtherwise(browser *evidence.Exchange) bool {
	return browser != nil && browser.Status > 0 && browser.Status != http.StatusForbidden &&
		browser.Status != http.StatusTooManyRequests &&
		browser.Status != http.StatusAccepted && !evidence.HasMark(browser, evidence.Decisive...)
}

func orEmpty(kind string) string {
	if kind == "empty" || kind == "" {
		return "an empty body"
	}
	return "a " + kind + " body"
}

// BrowserPasses is the answer that a browser's name got where this client's own name, asking for the same thing
// without a key, was refused; nil when the name makes no difference.
func (f *heard) BrowserPasses() *evidence.Exchange { return f.passes(evidence.IndexBrowser) }

func (f *heard) passes(id evidence.Probe) *evidence.Exchange {
	other := f.Get(id)
	if !evidence.IsJSON(other) || evidence.ForeignRefusal(other) {
		return nil
	}
	for _, own := range []evidence.Probe{evidence.Index, evidence.Anonymous} {
		if x := f.Get(own); x != nil && evidence.WithoutArgs(x.Request.URL) == evidence.WithoutArgs(other.Request.URL) {
			if evidence.IsJSON(x) && !evidence.ForeignRefusal(x) {
				return nil
			}
			return other
		}
	}
	return nil
}

// PhpMade says whether PHP made a page. PHP sends its pages as text/html with charset UTF-8 unless told otherwise; web
// servers send their own error pages without a charset (nginx) or with iso-8859-1 (Apache).
func (f *heard) PhpMade(x *evidence.Exchange) bool {
	kind := strings.ToLower(strings.ReplaceAll(x.Header.Get("Content-Type"), " ", ""))
	home := f.Get(evidence.Home)
	return strings.HasPrefix(kind, "text/html;charset=utf-8") && !evidence.IsServerPage(x) &&
		!strings.Contains(strings.ToLower(x.Body.Snippet), "server at") &&
		home != nil && home.Status == http.StatusOK &&
		(evidence.HasMark(home, "wordpress") || evidence.AnnouncedRoot(home) != "")
}

// fromWordPress reports an answer that WordPress had a hand in: PHP's own header, its headers of REST answers, or its
// page for messages (wp_die).
func fromWordPress(x *evidence.Exchange) bool {
	return evidence.AnnouncedRoot(x) != "" || x.Header.Get("X-Wp-Total") != "" || x.Header.Get("X-Powered-By") != "" ||
		evidence.HasMark(x, "wp-message", "wordpress")
}

// silence finds that a connection came about and no answer.
func (f *heard) silence(x *evidence.Exchange) Answer {
	others := 0
	for _, one := range f.API() {
		if one.Status > 0 {
			others++
		}
	}
	shown := []string{evidence.Describe(x)}
	switch x.Fault.Class {
	case "timeout":
		return Answer{ID: "client-timeout", Confidence: Likely, Shown: shown,
			Why: fmt.Sprintf("no answer within %.0f seconds", x.Elapsed.Seconds())}
	case "closed", "reset":
		if browser := f.BrowserPasses(); browser != nil {
			return Answer{ID: "ua-blocked", Confidence: Sure,
				Shown: append(shown, "as a browser: "+evidence.Describe(browser)),
				Why:   "the connection is closed on this client's name and not on a browser's"}
		}
		if others == 0 {
			return Answer{ID: "tcp-blocked", Confidence: Likely, Shown: shown,
				Why: "the connection is accepted and then closed without an answer"}
		}
	}
	return Answer{}
}
