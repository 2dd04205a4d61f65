package woo

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// CachedBy gives the header that shows that a cache answered in the store's place, as "X-Cache: HIT". It is empty when
// the store answered itself. No other place knows such signs. They matter twice: a reading that decides something must
// not come from a cache, and the Date of an answer that a cache kept says nothing about the store's clock.
//
// Caches name their headers as they like, so the rule is general: a header with "cache" in its name whose value speaks
// of a hit. The headers that break this rule are listed in cacheSigns.
func CachedBy(h http.Header) string {
	if age, err := strconv.Atoi(strings.TrimSpace(h.Get("Age"))); err == nil && age > 0 {
		return "Age: " + h.Get("Age")
	}
	for _, name := range slices.Sorted(maps.Keys(h)) { // of several signs the same one each time
		value := strings.Join(h[name], ", ")
		lower := strings.ToLower(name)
		hit := cacheSigns[lower]
		if hit == nil && speaksOfCache(lower) {
			hit = saysHit
		}
		if hit != nil && hit(strings.ToLower(value)) {
			return name + ": " + value
		}
	}
	return ""
}

// cacheSigns are the headers that the general rule would miss or misread, with what a hit looks like there. They are
// written in lower case.
var cacheSigns = map[string]func(value string) bool{
	// Instructions to caches, and what a cache may do. Only X-Cacheable can name a hit.
	"cache-control": never, "cdn-cache-control": never, "cloudflare-cdn-cache-control": never,
	"surrogate-control": never,
	"x-cache-enabled":   never, "x-cache-key": never, "x-cache-tags": never, "x-cacheable": saysHit,
	// How often the copy was given out: one number for each cache on the way.
	"x-cache-hits": anyAboveZero, "x-served-from-cache": truthy, "x-from-cache": truthy, "x-cached": truthy,
	// Two numbers: the request that filled the cache beside this one.
	"x-varnish": func(value string) bool { return len(strings.Fields(value)) == 2 },
	// RFC 9211: "ExampleCache; hit; ttl=376".
	"cache-status": memberHit,
	// The plugin WP REST Cache.
	"x-wp-cached-call":       func(value string) bool { return strings.HasPrefix(value, "served-cache") },
	"x-srcache-fetch-status": saysHit,
	"x-proxy-cache-info":     saysHit,
	// WooCommerce's own cache adds X-WC-Date to each answer that it kept.
	"x-wc-date":           func(value string) bool { return value != "" },
	"x-cache-handler":     truthy,
	"x-hcdn-cache-status": saysHit,
	"x-ac":                saysHit,
	"x-nitro-cache":       saysHit,
}

func speaksOfCache(name string) bool { return strings.Contains(name, "cache") }

// saysHit looks for a word of a hit: "HIT", "Hit from cloudfront", "MISS, HIT", "TCP_MEM_HIT", "RefreshHit", "STALE".
func saysHit(value string) bool {
	words := strings.FieldsFunc(value, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	hit := false
	for _, word := range words {
		switch word {
		case "hit", "refreshhit", "stale", "updating", "revalidated", "cached", "match":
			hit = true
		case "not", "uncached":
			return false
		}
	}
	return hit
}

// memberHit finds the parameter "hit" of RFC 9211's Cache-Status.
func memberHit(value string) bool {
	return strings.Contains(value, "; hit") || strings.Contains(value, ";hit")
}

func anyAboveZero(value string) bool {
	for _, part := range strings.Split(value, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(part)); err == nil && n > 0 {
			return true
		}
	}
	return false
}

func truthy(value string) bool {
	switch value = strings.TrimSpace(value); value {
	case "", "0", "no", "false", "off", "miss", "none":
		return false
	}
	return !strings.Contains(value, "miss") && !strings.Contains(value, "bypass")
}

func never(string) bool { return false }

// PastStoreCache gives a copy of a query with the argument that makes WooCommerce answer past its own cache. Since 10.5
// that cache keeps lists of products, variations, taxes and data for an hour, whatever changes meanwhile. Older stores
// ignore the argument.
func PastStoreCache(query url.Values) url.Values {
	copied := copyOf(query)
	copied.Set("_skip_cache", "true")
	return copied
}

// pastAnyCache gives a copy of a query that no cache can have seen: unique is a text that was never used before. The
// arguments mean nothing to a store. Some caches drop "_" as noise; some of those obey skip_cache.
func pastAnyCache(query url.Values, unique string) url.Values {
	copied := PastStoreCache(query)
	copied.Set("_", unique)
	copied.Set("skip_cache", "1")
	return copied
}

func copyOf(query url.Values) url.Values {
	copied := make(url.Values, len(query)+3)
	for name, values := range query {
		copied[name] = values
	}
	return copied
}
