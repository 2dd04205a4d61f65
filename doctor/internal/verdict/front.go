package verdict

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// decideFront names what answers in place of the store: a firewall, a CDN, a maintenance page, a password in front of
// the site, a broken server. Only answers that a keyed request got, or that every request gets, count: what bothers
// anonymous visitors only does not bother an integration.
func (f *heard) decideFront() Answer {
	if f.Known() {
		return f.headerRefused()
	}
	for _, id := range []evidence.Probe{evidence.ReadFirst, evidence.ReadOAuth, evidence.WCIndex, evidence.Index,
		evidence.Anonymous, evidence.Home} {
		x := f.Get(id)
		if x == nil {
			continue
		}
		if a := f.WhoAnswered(x); a.ID != "" {
			return a
		}
		if id == evidence.ReadFirst && evidence.IsJSON(x) && x.Status < 500 && x.Body.Code != evidence.NoRoute {
			break // WordPress answered the keyed request
		}
	}
	return Answer{}
}

// headerRefused finds that something in front objects to the Authorization header itself and answers in the store's
// place, and the same key in the address is let in. A server that only loses the header (auth-header-stripped) hands
// the request on.
func (f *heard) headerRefused() Answer {
	read := f.Get(evidence.ReadFirst)
	if f.Evidence.Way != evidence.WayQuery || f.Target.SitePassword || read == nil || evidence.IsJSON(read) ||
		read.Status < 400 || read.Status >= 500 || read.Header.Get("Www-Authenticate") != "" {
		return Answer{}
	}
	a := f.WhoAnswered(read)
	if a.Confidence != Sure || a.Is("rate-limit") {
		a = Answer{ID: "waf-other", Confidence: Likely, Shown: []string{evidence.Describe(read)},
			Why: fmt.Sprintf("requests with an Authorization header are refused with status %d before WordPress "+
				"sees them; the same key in the address is let in", read.Status)}
	}
	a.Shown = append(a.Shown, "in the address: "+evidence.Describe(f.Get(evidence.QueryRight)))
	return a
}

// WhoAnswered reads one answer as a person would: the status that only one party sends, then known pages, then the
// plain status together with what the same request got in other clothes.
func (f *heard) WhoAnswered(x *evidence.Exchange) Answer {
	shown := []string{evidence.Describe(x)}
	sure := func(id, why string) Answer { return Answer{ID: id, Confidence: Sure, Why: why, Shown: shown} }
	likely := func(id, why string) Answer { return Answer{ID: id, Confidence: Likely, Why: why, Shown: shown} }
	if wantsClientCertificate(x) {
		return sure("waf-other", "the server lets in only who shows a certificate of his own (mTLS), as servers do "+
			"that want to be reached through their CDN and not past it (Cloudflare: Authenticated Origin Pulls)")
	}
	if x.Fault != nil && x.Status == 0 {
		return f.silence(x)
	}
	if x.Status >= 520 && x.Status <= 527 || x.Status == 530 {
		return sure("cf-origin-5xx",
			fmt.Sprintf("Cloudflare answers %d: it could not get an answer from the store's own server", x.Status))
	}
	if evidence.HasMark(x, "cf-challenge") && x.Body.Kind != "json" {
		return sure("cf-challenge", "Cloudflare asks for a proof that a person is browsing")
	}
	if x.Status >= 400 && x.Status < 500 && (evidence.HasMark(x, "cf-block") || evidence.HasMark(x, "cf-1015")) {
		return sure("cf-block", "Cloudflare refuses the request by a rule: "+evidence.Clip(x.Body.Snippet, 80))
	}
	if x.Status == http.StatusUnauthorized && x.Header.Get("Www-Authenticate") != "" && x.Body.Code == "" {
		return sure("staging-basic-auth", "the 401 carries WWW-Authenticate, which WooCommerce never sends for its "+
			"keys: it is the web server that asks for a password")
	}
	if a := f.robotsCache(x); a.ID != "" {
		return a
	}
	if x.Status == http.StatusTooManyRequests {
		return sure("rate-limit", "the server answers 429: too many requests")
	}
	if x.Body.Kind == "json" && !evidence.HasMark(x, "wp-fatal") {
		return f.stopped(x, sure, likely)
	}
	if evidence.SaysNothing(x) {
		return Answer{} // it came from WordPress (inPlace)
	}
	if x.Status == 455 {
		return sure("ua-blocked", "status 455 is how a host refuses clients by their name")
	}
	if x.Status == http.StatusOK && x.Body.Kind == "empty" && x.Fault == nil &&
		(x.Of(evidence.ReadFirst) || x.Of(evidence.ScopeWrite)) {
		return likely("php-fatal", "the answer is 200 without a body: PHP ends before WordPress writes one")
	}
	broken := x.Status >= 400 || x.Status == http.StatusAccepted || x.Body.Kind == "html" || x.Body.Kind == "text"
	if !broken {
		return Answer{}
	}
	if evidence.HasMark(x, "waf-page") { // block pages that some firewalls send with status 200
		return sure("waf-other", pageWords(x))
	}
	for _, mark := range evidence.Decisive {
		if evidence.HasMark(x, mark) &&
			(x.Status >= 400 || x.Status == http.StatusAccepted || mark == "cf-challenge" || mark == "waf-siteground" ||
				mark == "js-cookie-challenge" || mark == "waf-imunify360" || mark == "waf-other" &&
				x.Status != http.StatusOK) {
			return sure(mark, pageWords(x))
		}
	}
	if evidence.HasMark(x, "akamai-reference") && x.Header.Get("X-Amzn-Requestid") == "" &&
		strings.Contains(strings.ToLower(x.Body.Title+x.Body.Snippet), "access denied") {
		return sure("waf-other", pageWords(x))
	}
	if evidence.HasMark(x, "wp-fatal") && x.Status >= 500 {
		return sure("php-fatal", "WordPress reports a critical error")
	}
	return f.plainStatus(x, likely, sure)
}

// wantsClientCertificate says whether a server asks for a certificate of the client. nginx says so in a page; others
// end the handshake with the alert certificate_required (RFC 8446 section 6.2) or bad_certificate.
func wantsClientCertificate(x *evidence.Exchange) bool {
	if evidence.HasMark(x, "client-certificate") {
		return true
	}
	return x.Status == 0 && x.Fault != nil && x.Fault.Class == "tls" &&
		(strings.Contains(x.Fault.Err, "certificate required") || strings.Contains(x.Fault.Err, "bad certificate"))
}

func pageWords(x *evidence.Exchange) string {
	if x.Body.Title != "" {
		return fmt.Sprintf("the answer is the page “%s” (status %d)", evidence.Clip(x.Body.Title, 80), x.Status)
	}
	return fmt.Sprintf("status %d with a page that names it", x.Status)
}
