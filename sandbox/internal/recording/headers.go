package recording

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// transport are headers of the connection, not of the store.
var transport = map[string]bool{
	"server": true, "date": true, "connection": true, "transfer-encoding": true, "content-length": true,
}

// meaningful are the headers that the recordings name whenever they are there.
var meaningful = map[string]bool{
	"content-type": true, "expires": true, "cache-control": true, "allow": true, "location": true,
	"x-wp-total": true, "x-wp-totalpages": true, "link": true, "vary": true, "set-cookie": true,
	"access-control-allow-origin": true, "access-control-allow-methods": true, "access-control-allow-credentials": true,
}

func (k *comparison) headers(want map[string]string, got http.Header) {
	full := want["date"] != "" // the few steps that were recorded with every header
	names := map[string]bool{}
	for name := range want {
		names[name] = true
	}
	for name := range got {
		if lower := strings.ToLower(name); meaningful[lower] {
			names[lower] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if transport[name] || slices.Contains(k.step.VolatileHeaders, name) {
			continue
		}
		expected, isThere := want[name]
		actual := strings.Join(got.Values(name), ", ")
		if name == "link" && !full {
			actual = withoutRoot(got.Values(name))
		}
		if name == "set-cookie" {
			expected, actual = cookieShape(expected), cookieShape(actual)
		}
		if !isThere && actual == "" || k.sameText(expected, actual) {
			continue
		}
		if !isThere {
			expected = "(absent)"
		}
		if actual == "" {
			actual = "(absent)"
		}
		k.add("header "+name, k.context.Expand(expected), actual)
	}
}

// withoutRoot leaves out the constant link to the root of the API.
func withoutRoot(links []string) string {
	var kept []string
	for _, link := range links {
		if !strings.Contains(link, `rel="https://api.w.org/"`) {
			kept = append(kept, link)
		}
	}
	return strings.Join(kept, ", ")
}

var (
	cookieHash  = regexp.MustCompile(`_[0-9a-f]{32}=`)
	cookieValue = regexp.MustCompile(`(^|, )([^=;, ]+)=[^;]*`)
)

func cookieShape(s string) string {
	return cookieHash.ReplaceAllString(cookieValue.ReplaceAllString(s, "$1$2=…"), "_HASH=")
}
