package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// decideFront names what answers in place of the store: a firewall, a CDN, a maintenance page, a password in front of the
// site, a broken server. Only answers that a keyed request got, or that every request gets, count: what bothers anonymous
// visitors only does not bother an integration.
func (f *heard) decideFront() answer {
	if f.known() {
		return f.headerRefused()
	}
	for _, id := range []string{"read", "read.oauth", "wc.index", "index", "anon", "home"} {
		x := f.x(id)
		if x == nil {
			continue
		}
		if a := f.whoAnswered(x); a.id != "" {
			return a
		}
		if id == "read" && isJSON(x) && x.Status < 500 && x.Body.Code != noRoute {
			break // WordPress answered the keyed request
		}
	}
	return answer{}
}

// headerRefused: something in front objects to the Authorization header itself and answers in the store's place, and the
// same key in the address is let in. A server that only loses the header (auth-header-stripped) hands the request on.
func (f *heard) headerRefused() answer {
	read := f.x("read")
	if f.ev.Way != WayQuery || f.t.SitePassword || read == nil || isJSON(read) || read.Status < 400 || read.Status >= 500 || read.Header.Get("Www-Authenticate") != "" {
		return answer{}
	}
	a := f.whoAnswered(read)
	if a.confidence != Sure || a.is("rate-limit") {
		a = answer{id: "waf-other", confidence: Likely, shown: []string{describe(read)},
			why: fmt.Sprintf("requests with an Authorization header are refused with status %d before WordPress sees them; the same key in the address is let in", read.Status)}
	}
	a.shown = append(a.shown, "in the address: "+describe(f.x("query.right")))
	return a
}

// decisive marks name their cause alone, in the order in which one may hide another.
var decisive = []string{
	"cf-challenge", "waf-siteground", "waf-sucuri", "waf-wordfence", "waf-imunify360", "waf-bitninja", "waf-modsecurity",
	"js-cookie-challenge", "maintenance-core", "db-down", "waf-other",
}

// whoAnswered reads one answer as a person would: the status that only one party sends, then known pages, then the plain
// status together with what the same request got in other clothes.
func (f *heard) whoAnswered(x *Exchange) answer {
	shown := []string{describe(x)}
	sure := func(id, why string) answer { return answer{id: id, confidence: Sure, why: why, shown: shown} }
	likely := func(id, why string) answer { return answer{id: id, confidence: Likely, why: why, shown: shown} }
	if wantsClientCertificate(x) {
		return sure("waf-other", "the server lets in only who shows a certificate of his own (mTLS), as servers do that want to be reached through their CDN and not past it (Cloudflare: Authenticated Origin Pulls)")
	}
	if x.Fault != nil && x.Status == 0 {
		return f.silence(x)
	}
	if x.Status >= 520 && x.Status <= 527 || x.Status == 530 {
		return sure("cf-origin-5xx", fmt.Sprintf("Cloudflare answers %d: it could not get an answer from the store's own server", x.Status))
	}
	if hasMark(x, "cf-challenge") && x.Body.Kind != "json" {
		return sure("cf-challenge", "Cloudflare asks for a proof that a person is browsing")
	}
	if x.Status >= 400 && x.Status < 500 && (hasMark(x, "cf-block") || hasMark(x, "cf-1015")) {
		return sure("cf-block", "Cloudflare refuses the request by a rule: "+clip(x.Body.Snippet, 80))
	}
	if x.Status == http.StatusUnauthorized && x.Header.Get("Www-Authenticate") != "" && x.Body.Code == "" {
		return sure("staging-basic-auth", "the 401 carries WWW-Authenticate, which WooCommerce never sends for its keys: it is the web server that asks for a password")
	}
	if a := f.robotsCache(x); a.id != "" {
		return a
	}
	if x.Status == http.StatusTooManyRequests {
		return sure("rate-limit", "the server answers 429: too many requests")
	}
	if x.Body.Kind == "json" && !hasMark(x, "wp-fatal") {
		return f.stopped(x, sure, likely)
	}
	if x.Status == 455 {
		return sure("ua-blocked", "status 455 is how a host refuses clients by their name")
	}
	if x.Status == http.StatusOK && x.Body.Kind == "empty" && x.Fault == nil && (x.ID == "read" || x.ID == "scope.write") {
		return likely("php-fatal", "the answer is 200 without a body: PHP ends before WordPress writes one")
	}
	broken := x.Status >= 400 || x.Status == http.StatusAccepted || x.Body.Kind == "html" || x.Body.Kind == "text"
	if !broken {
		return answer{}
	}
	if hasMark(x, "waf-page") { // block pages that some firewalls send with status 200
		return sure("waf-other", pageWords(x))
	}
	for _, mark := range decisive {
		if hasMark(x, mark) && (x.Status >= 400 || x.Status == http.StatusAccepted || mark == "cf-challenge" || mark == "waf-siteground" || mark == "js-cookie-challenge" || mark == "waf-imunify360" || mark == "waf-other" && x.Status != http.StatusOK) {
			return sure(mark, pageWords(x))
		}
	}
	if hasMark(x, "akamai-reference") && x.Header.Get("X-Amzn-Requestid") == "" && strings.Contains(strings.ToLower(x.Body.Title+x.Body.Snippet), "access denied") {
		return sure("waf-other", pageWords(x))
	}
	if hasMark(x, "wp-fatal") && x.Status >= 500 {
		return sure("php-fatal", "WordPress reports a critical error")
	}
	return f.plainStatus(x, likely, sure)
}

// wantsClientCertificate: nginx says so in a page, others end the handshake with the alert certificate_required (RFC 8446
// section 6.2) or bad_certificate.
func wantsClientCertificate(x *Exchange) bool {
	if hasMark(x, "client-certificate") {
		return true
	}
	return x.Status == 0 && x.Fault != nil && x.Fault.Class == "tls" && (strings.Contains(x.Fault.Err, "certificate required") || strings.Contains(x.Fault.Err, "bad certificate"))
}

// stopped: WordPress or a plugin ends the request with a message and a status of 500 and above. To a request that accepts
// JSON, wp_die says so in JSON, with the code wp_die; the message is in the store's language.
func (f *heard) stopped(x *Exchange, sure, likely func(id, why string) answer) answer {
	if x.Status < http.StatusInternalServerError || isStoreCode(x.Body.Code) || refusedWith500(x) {
		return answer{} // an error with a code of its own is a refusal, whatever its status
	}
	home := f.x("home")
	everywhere := home != nil && home.Status == x.Status
	said := fmt.Sprintf("status %d and the message “%s”", x.Status, clip(squeeze(anyTag.ReplaceAllString(x.Body.Message, " ")), 100))
	switch {
	case hasMark(x, "db-down") || hasMark(home, "db-down") && everywhere:
		return sure("db-down", "WordPress answers every request with "+said)
	case hasMark(x, "maintenance-core") || x.Status == http.StatusServiceUnavailable && x.Body.Code == "wp_die" && x.Header.Get("Retry-After") == "600":
		return sure("maintenance-core", "WordPress itself answers with "+said)
	case x.Status == http.StatusServiceUnavailable && (everywhere || hasMark(x, "coming-soon") || strings.Contains(x.Body.Code, "maintenance")):
		return likely("maintenance-plugin", "a plugin inside WordPress answers with "+said)
	case x.Status == http.StatusServiceUnavailable:
		return likely("rest-disabled", "a plugin or snippet inside WordPress closes the REST API with "+said)
	case x.Body.Code == "wp_die" && !everywhere:
		return likely("rest-disabled", "a plugin or snippet inside WordPress ends requests to the REST API (wp_die) with "+said)
	}
	return likely("php-fatal", "WordPress ends requests with "+said)
}

// robotsCache: a program gets what a cache kept, a browser's name gets the store's own answer.
func (f *heard) robotsCache(x *Exchange) answer {
	browser := f.x("index.browser")
	if x.ID != "index" || readIndex(browser) == nil || readIndex(x) != nil || !cached(x) && (x.Status != http.StatusOK || !hasMark(x, "wordpress")) {
		return answer{}
	}
	return answer{
		id: "ua-bot-cache", confidence: Sure, shown: []string{strings.TrimSpace(describe(x) + " " + cacheSign(x)), "as a browser: " + describe(browser)},
		why: "this client's name gets an old answer from a cache, and a browser's name gets the store's own",
	}
}

func pageWords(x *Exchange) string {
	if x.Body.Title != "" {
		return fmt.Sprintf("the answer is the page “%s” (status %d)", clip(x.Body.Title, 80), x.Status)
	}
	return fmt.Sprintf("status %d with a page that names it", x.Status)
}

// plainStatus: a page without a known sign; the same request in other clothes tells.
func (f *heard) plainStatus(x *Exchange, likely, sure func(id, why string) answer) answer {
	if browser := f.browserPasses(); browser != nil && x.Status != http.StatusNotAcceptable {
		a := sure("ua-blocked", "the same request under a browser's name is answered: the name of the client is what is objected to")
		a.shown = append(a.shown, "as a browser: "+describe(browser))
		return a
	}
	if x.Status == http.StatusNotAcceptable {
		if f.browserPasses() != nil {
			return sure("ua-blocked", "406 to this client's name, an answer to a browser's")
		}
		if f.passes("index.accept") != nil {
			return sure("accept-header-406", "406 unless the request accepts anything (Accept: */*)")
		}
		return likely("waf-modsecurity", "406 Not Acceptable from the web server, whatever is asked for: the usual mark of a ModSecurity rule")
	}
	if browser := f.x("index.browser"); x.Status == http.StatusForbidden && f.namedOtherwise(browser) {
		a := likely("ua-blocked", "the refusal goes by the name of the client: under a browser's name the same request gets further, to "+describe(browser))
		return a
	}
	home := f.x("home")
	if index := f.x("index"); x.ID == "home" && index != nil && index.Status > 0 && index.Status != x.Status {
		return answer{} // a server without a home page answers other addresses all the same
	}
	if plain := readIndex(f.x("http.index")); plain != nil && plain.hasWooCommerce() {
		return answer{} // the refusal is another virtual host's (tls-default-vhost)
	}
	if x.ID == "index" && lostInRewriting(x, home) && readIndex(f.x("index.rest_route")) != nil {
		return answer{} // PHP is well, the address does not reach it (rewrite-missing)
	}
	everywhere := home != nil && home.Status == x.Status && home.Body.Kind != "json"
	switch {
	case x.Status == http.StatusServiceUnavailable && isServerPage(x):
		return likely("gateway-timeout", "the web server itself answers 503: what runs PHP is not available")
	case x.Status == http.StatusServiceUnavailable && (everywhere || hasMark(x, "coming-soon")):
		return likely("maintenance-plugin", "every page answers 503")
	case x.Status == http.StatusOK && x.Body.Kind == "html" && (hasMark(x, "coming-soon") && hasMark(home, "coming-soon") && !hasMark(home, "wc-coming-soon")) && !isJSON(f.x("index.rest_route")):
		return likely("maintenance-plugin", "the API answers with the same “coming soon” page as the site")
	case x.Status == 508, x.Status == 509:
		return likely("gateway-timeout", fmt.Sprintf("status %d is how a host answers when the shop has used up what its plan gives", x.Status))
	case x.Status == http.StatusServiceUnavailable:
		return likely("gateway-timeout", "status 503 for the API: what runs PHP is not available or has no process free")
	case x.Status == http.StatusNotFound && x.ID == "read" && readIndex(f.x("index")) != nil && f.phpMade(x):
		return likely("rest-hidden", "WooCommerce's routes answer 404 with a page that PHP makes, and the index of the API is open: a plugin hides them")
	case x.Status == http.StatusNotFound && x.ID == "read" && readIndex(f.x("index")) != nil:
		return likely("rest-hidden", "WooCommerce's routes answer 404 with a page of the web server, and the index of the API is open: a rule hides them")
	case x.Status == http.StatusBadGateway, x.Status == http.StatusGatewayTimeout:
		return sure("gateway-timeout", fmt.Sprintf("the web server gave up waiting for PHP: status %d", x.Status))
	case x.Status == http.StatusForbidden && hasMark(x, "sucuri-front") && !isServerPage(x):
		return likely("waf-sucuri", "403 from a page that neither the web server nor WordPress makes, and Sucuri stands in front of the shop (X-Sucuri-Id)")
	case x.Status == http.StatusForbidden && hasMark(x, "cloudflare") && !isServerPage(x) && !fromWordPress(x):
		return likely("cf-block", "403 from a page that neither the web server nor WordPress makes, and Cloudflare stands in front of the shop (Cf-Ray)")
	case x.Status == http.StatusUnauthorized && everywhere && !hasMark(home, "wordpress"):
		return likely("staging-basic-auth", "every page answers 401, and none of them comes from WordPress: something in front asks who is there")
	case x.Status == http.StatusUnavailableForLegalReasons:
		return sure("ip-or-geo-block", "status 451 is how a server refuses a country")
	case x.Status == http.StatusForbidden && everywhere:
		return likely("ip-or-geo-block", "the web server refuses every page, also to a browser's name: it goes by address or country")
	case x.Status == http.StatusForbidden && f.phpMade(x):
		return likely("rest-disabled", "the API is refused with a page that PHP makes, and the site itself is open: a plugin or snippet inside WordPress ends the request")
	case x.Status == http.StatusForbidden, x.Status == http.StatusTeapot, x.Status == http.StatusUnauthorized && x.ID == "read":
		return likely("path-refused", fmt.Sprintf("the API is refused with a plain %d, whatever the client calls itself, and the site itself is open: a rule for this path, which may go by the client's address besides", x.Status))
	case x.Status == http.StatusNotImplemented:
		return likely("waf-modsecurity", "501 from the web server for a plain read: the usual mark of a filter rule")
	case x.Status >= 500 && x.ID != "home":
		return likely("php-fatal", fmt.Sprintf("status %d with %s: PHP stopped before WordPress could answer", x.Status, orEmpty(x.Body.Kind)))
	}
	return answer{}
}

// namedOtherwise: a browser's name got past what refused ours, though not to the API: another fault waits behind. A
// challenge or a refusal of its own says nothing about names.
func (f *heard) namedOtherwise(browser *Exchange) bool {
	return browser != nil && browser.Status > 0 && browser.Status != http.StatusForbidden && browser.Status != http.StatusTooManyRequests &&
		browser.Status != http.StatusAccepted && !hasMark(browser, decisive...)
}

func orEmpty(kind string) string {
	if kind == "empty" || kind == "" {
		return "an empty body"
	}
	return "a " + kind + " body"
}

// browserPasses is the answer that a browser's name got where this client's own name, asking for the same thing without a
// key, was refused; nil when the name makes no difference.
func (f *heard) browserPasses() *Exchange { return f.passes("index.browser") }

func (f *heard) passes(id string) *Exchange {
	other := f.x(id)
	if !isJSON(other) || foreignRefusal(other) {
		return nil
	}
	for _, own := range []string{"index", "anon"} {
		if x := f.x(own); x != nil && withoutArgs(x.Request.URL) == withoutArgs(other.Request.URL) {
			if isJSON(x) && !foreignRefusal(x) {
				return nil
			}
			return other
		}
	}
	return nil
}

// phpMade: PHP sends its pages as text/html with charset UTF-8 unless told otherwise, web servers send their own error pages
// without a charset (nginx) or with iso-8859-1 (Apache).
func (f *heard) phpMade(x *Exchange) bool {
	kind := strings.ToLower(strings.ReplaceAll(x.Header.Get("Content-Type"), " ", ""))
	home := f.x("home")
	return strings.HasPrefix(kind, "text/html;charset=utf-8") && !isServerPage(x) && !strings.Contains(strings.ToLower(x.Body.Snippet), "server at") &&
		home != nil && home.Status == http.StatusOK && (hasMark(home, "wordpress") || announcedRoot(home) != "")
}

// fromWordPress reports an answer that WordPress had a hand in: PHP's own header, its headers of REST answers, or its page
// for messages (wp_die).
func fromWordPress(x *Exchange) bool {
	return announcedRoot(x) != "" || x.Header.Get("X-Wp-Total") != "" || x.Header.Get("X-Powered-By") != "" || hasMark(x, "wp-message", "wordpress")
}

// isServerPage reports an error page that the web server makes itself.
func isServerPage(x *Exchange) bool {
	return hasMark(x, "nginx-page", "openresty-page", "apache-404", "nginx-404", "litespeed-page", "iis-404")
}

// silence: a connection came about and no answer.
func (f *heard) silence(x *Exchange) answer {
	others := 0
	for _, one := range f.api() {
		if one.Status > 0 {
			others++
		}
	}
	shown := []string{describe(x)}
	switch x.Fault.Class {
	case "timeout":
		return answer{id: "client-timeout", confidence: Likely, shown: shown, why: fmt.Sprintf("no answer within %.0f seconds", x.Elapsed.Seconds())}
	case "closed", "reset":
		if browser := f.browserPasses(); browser != nil {
			return answer{id: "ua-blocked", confidence: Sure, shown: append(shown, "as a browser: "+describe(browser)), why: "the connection is closed on this client's name and not on a browser's"}
		}
		if others == 0 {
			return answer{id: "tcp-blocked", confidence: Likely, shown: shown, why: "the connection is accepted and then closed without an answer"}
		}
	}
	return answer{}
}

// wooCodes are error codes that WordPress and WooCommerce themselves answer with.
func isStoreCode(code string) bool {
	if strings.HasPrefix(code, "woocommerce_") || strings.HasPrefix(code, "wc_") {
		return true
	}
	return slices.Contains([]string{
		noRoute, "rest_invalid_param", "rest_missing_callback_param", "rest_invalid_json", "rest_forbidden_context", "rest_invalid_handler",
		"rest_encode_error", "internal_server_error", "db_error", "rest_type_invalid",
	}, code)
}
