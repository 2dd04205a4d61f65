package verdict

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// headerLost finds that the same key works in the address and not in the header.
func (f *routed) headerLost(read *evidence.Exchange) Answer {
	shown := []string{"in the header: " + evidence.Describe(read),
		"in the address: " + evidence.Describe(f.Get(evidence.QueryRight))}
	if wrong := f.Get(evidence.HeaderWrong); wrong != nil {
		shown = append(shown, "wrong secret in the header: "+evidence.Describe(wrong))
	}
	if evidence.IsLoginCode(read.Body.Code) {
		return Answer{ID: "invalid-username-global", Confidence: Likely, Shown: shown,
			Why: "WordPress takes the key in the header for a user name (" + read.Body.Code +
				"); in the address it works"}
	}
	if code := read.Body.Code; code != "" && !evidence.IsStoreCode(code) &&
		!evidence.SameRefusal(read, f.Get(evidence.Anonymous)) {
		return Answer{ID: "auth-hook-conflict", Confidence: Likely, Shown: shown,
			Why: "something answers “" + code + "” to an Authorization header before WooCommerce sees it"}
	}
	if wrong := f.Get(evidence.HeaderWrong); read.Status >= http.StatusInternalServerError && wrong != nil &&
		wrong.Body.Code == evidence.AuthError {
		// the store objects to a wrong secret in the header: it arrives, and what broke is something else
		return Answer{}
	}
	if by := proxySign(f.API()); by != "" {
		return Answer{ID: "auth-header-stripped-proxy", Confidence: Sure, Shown: append(shown, by),
			Why: "the Authorization header does not arrive; a proxy or CDN stands in front of the store (" + by + ")"}
	}
	return Answer{ID: "auth-header-stripped", Confidence: Sure, Shown: shown,
		Why: "the Authorization header does not arrive at PHP: the same key and secret work in the address"}
}

// proxySign names a proxy that stands in front of the web server.
func proxySign(list []*evidence.Exchange) string {
	for _, x := range list {
		for _, name := range []string{
			"Via", "X-Varnish", "Cf-Ray", "X-Hcdn-Request-ID", "X-Hcdn-Cache-Status", "X-Amz-Cf-ID", "X-Amz-Cf-Pop",
			"X-Served-By", "X-Cdn", "X-Iinfo", "X-Sucuri-ID", "X-Akamai-Transformed",
			"X-Proxy-Cache", "X-Fastly-Request-ID", "X-Azure-Ref", "Cdn-Requestid", "Cdn-Pullzone", "X-Edge-Location",
			"X-Bunnycdn-Cache", "Fly-Request-ID", "X-Envoy-Upstream-Service-Time",
		} {
			if v := x.Header.Get(name); v != "" {
				return name + ": " + evidence.Clip(v, 60)
			}
		}
		server := strings.ToLower(x.Header.Get("Server"))
		for _, proxy := range []string{"hcdn", "cloudflare", "varnish", "cloudfront", "bunnycdn", "akamai", "sucuri",
			"awselb", "fly/", "envoy", "haproxy", "traefik", "squid"} {
			if strings.Contains(server, proxy) {
				return "Server: " + x.Header.Get("Server")
			}
		}
	}
	return ""
}

// notSSL finds that signatures for the http address are accepted on the https address.
func (f *routed) notSSL() Answer {
	return Answer{
		ID: "is-ssl-false", Confidence: Sure,
		Shown: []string{"key and secret in the header: " + evidence.Describe(f.Get(evidence.ReadFirst)),
			"in the address: " + evidence.Describe(f.Get(evidence.QueryRight)),
			"signed for http:// on the https address: accepted"},
		Why: "the store does not know that the request came over HTTPS, and without HTTPS it does not look at key " +
			"and secret",
	}
}

// lostAndRefused: two faults at once. In the header the key gets the answer that a stranger gets, whatever the secret,
// and whatever brings it in the address is refused before WordPress sees it, signatures as well. Whether the store has
// the key cannot be told from here: a header with a key that it does not have gets the same answer.
func (f *routed) lostAndRefused(read, known *evidence.Exchange) Answer {
	query, anon := f.Get(evidence.QueryRight), f.Get(evidence.Anonymous)
	refused := func(x *evidence.Exchange) bool {
		return x != nil && !evidence.IsJSON(x) && x.Status >= 400 && x.Status < 500
	}
	if !evidence.SameRefusal(read, anon) || !evidence.SameRefusal(f.Get(evidence.HeaderWrong), anon) ||
		!refused(query) || !refused(known) {
		return Answer{}
	}
	return Answer{ID: "auth-header-stripped", Confidence: Possible, Shown: []string{
		"in the header: " + evidence.Describe(read), "without a key: " + evidence.Describe(anon),
		"in the address: " + evidence.Describe(query), "signed: " + evidence.Describe(known)},
		Why: fmt.Sprintf("in the header the key gets the answer of a stranger, so the header does not arrive, or the "+
			"store does not have the key; and keys in the address are refused with status %d before WordPress sees "+
			"them, so that neither can be told from the other. Mend the header first", query.Status)}
}
