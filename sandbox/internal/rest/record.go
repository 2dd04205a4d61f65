package rest

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// Record is what the request log keeps of one request.
type Record struct {
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	// Path is the path and query without credentials.
	Path string `json:"path"`
	// Route is the pattern that matched, "" when none did.
	Route  string `json:"route,omitempty"`
	Status int    `json:"status"`
	// Code is the error code of a refusal, "" when the request was served.
	Code string `json:"code,omitempty"`
	// User is the login of who asked, "" for nobody; Key the id of the key.
	User string `json:"user,omitempty"`
	Key  int64  `json:"key,omitempty"`
	// Reason says how the caller was recognised, or why not, and why the request was refused.
	Reason  string        `json:"reason,omitempty"`
	Elapsed time.Duration `json:"elapsed"`
	// Agent is what the caller calls itself (User-Agent).
	Agent string `json:"agent,omitempty"`
	Bytes int    `json:"bytes"`
}

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
