package woo

import (
	"net/http"
	"net/url"
	"testing"
)

func TestAnAnswerOfACacheIsRecognised(t *testing.T) {
	t.Parallel()
	for _, header := range [][2]string{
		{"Age", "300"}, {"X-Cache", "HIT"}, {"X-Cache", "MISS, HIT"}, {"X-Cache", "Hit from cloudfront"},
		{"X-Cache", "TCP_MEM_HIT from a.example"},
		{"X-Cache", "RefreshHit from cloudfront"}, {"Cf-Cache-Status", "HIT"}, {"Cf-Cache-Status", "STALE"},
		{"X-Litespeed-Cache", "hit,private"},
		{"X-Qc-Cache", "hit"}, {"X-Proxy-Cache", "HIT"}, {"X-Varnish-Cache", "HIT"}, {"X-Varnish", "32770 3"},
		{"X-Fastcgi-Cache", "HIT"},
		{"X-Kinsta-Cache", "HIT"}, {"X-Wc-Cache", "HIT"}, {"X-Wc-Date", "Sun, 29 Nov 2026 12:00:00 GMT"},
		{"X-Wp-Cached-Call", "served-cache"},
		{"X-Wp-Api-Cache", "Cached"}, {"X-Api-Cache-Pro", "Cached"}, {"X-Cache-Hits", "0, 2"},
		{"Cache-Status", `"Netlify Edge"; hit`},
		{"X-Served-From-Cache", "1"}, {"X-Cache-Handler", "cache-enabler-engine"}, {"X-Srcache-Fetch-Status", "HIT"},
		{"X-Ac", "3.ams _atomic_ams HIT"},
		{"X-Sg-Cache", "HIT"}, {"X-Aruba-Cache", "HIT"}, {"Cdn-Cache", "HIT"},
	} {
		if CachedBy(http.Header{header[0]: {header[1]}}) == "" {
			t.Errorf("%s: %s is not taken for a cache's answer", header[0], header[1])
		}
	}
}

func TestAnAnswerOfTheStoreIsNotTakenForACaches(t *testing.T) {
	t.Parallel()
	for _, header := range [][2]string{
		{"Age", "0"}, {"X-Cache", "MISS"}, {"X-Cache", "Miss from cloudfront"}, {"Cf-Cache-Status", "DYNAMIC"},
		{"Cf-Cache-Status", "BYPASS"},
		{"Cf-Cache-Status", "EXPIRED"}, {"X-Varnish", "32770"}, {"X-Wc-Cache", "SKIP"}, {"X-Wc-Cache", "MISS"},
		{"X-Wc-Cache", "HEADERS"},
		{"X-Cache-Enabled", "True"}, {"X-Cache-Hits", "0"}, {"X-Api-Cache-Pro", "Not Cached"},
		{"X-Wp-Cached-Call", "generated-cache"},
		{"Cache-Control", "max-age=60, stale-while-revalidate=30, stale-if-error=300"},
		{"Cdn-Cache-Control", "stale-if-error=60"},
		{"Cache-Status", `"Netlify Edge"; fwd=miss`}, {"X-Served-From-Cache", "0"}, {"X-Cacheable", "YES"},
		{"Content-Type", "application/json"},
	} {
		if sign := CachedBy(http.Header{header[0]: {header[1]}}); sign != "" {
			t.Errorf("%s is taken for a cache's answer", sign)
		}
	}
}

func TestAQueryThatPassesCachesLeavesTheCallersAlone(t *testing.T) {
	t.Parallel()
	q := url.Values{"per_page": {"1"}}
	if got := pastAnyCache(q, "x1").Encode(); got != "_=x1&_skip_cache=true&per_page=1&skip_cache=1" {
		t.Errorf("the query is %s", got)
	}
	if got := PastStoreCache(q).Encode(); got != "_skip_cache=true&per_page=1" || len(q) != 1 {
		t.Errorf("the query is %s, the caller's %v", got, q)
	}
}
