package rest

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
)

// explain describes a panic for the log. For a bug of the sandbox it adds the stack; for an imitated fatal error of PHP
// it does not.
func explain(cause any) string {
	if _, acted := cause.(phpError); acted {
		return fmt.Sprint(cause)
	}
	return fmt.Sprint(cause) + "\n" + string(debug.Stack())
}

// withoutCredentials is the path and query for the log, without the values of parameters that could be secret.
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
