package rest

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
)

// explain describes a panic for the log; for a mistake in the sandbox itself (and not a fatal error of PHP's that it
// acts out) it says where.
func explain(cause any) string {
	if _, acted := cause.(phpError); acted {
		return fmt.Sprint(cause)
	}
	return fmt.Sprint(cause) + "\n" + string(debug.Stack())
}

// withoutCredentials is the path and query for the log: values of parameters that could be secret are left out.
func withoutCredentials(h *http.Request) string {
	path, query, found := strings.Cut(h.RequestURI, "?")
	if !found {
		return path
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		name = lower(decodePlus(name))
		if strings.HasPrefix(name, "consumer_") || strings.HasPrefix(name, "oauth_") ||
			strings.Contains(name, "secret") || strings.Contains(name, "pass") || strings.Contains(name, "nonce") {
			pairs[i] = name + "=…"
		}
	}
	return path + "?" + strings.Join(pairs, "&")
}
