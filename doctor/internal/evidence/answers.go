package evidence

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/woo"
)

// Importing reports that background jobs wait, by the state of the import for the analytics.
func Importing(x *Exchange) bool {
	var queue struct {
		Importing bool `json:"is_importing"`
	}
	if x == nil || x.Status != 200 {
		return false
	}
	ReadJSON(x, &queue)
	return queue.Importing
}

// Patience is how long careful clients wait for one answer; WooCommerce's own library for PHP waits 15 seconds.
const Patience = 15 * time.Second

// Broke reports that the server failed, in contrast to refusing.
func Broke(x *Exchange) bool {
	if x == nil {
		return false
	}
	if x.Fault != nil {
		switch x.Fault.Class {
		case "timeout", "closed", "reset", "truncated":
			return true
		}
		return false
	}
	return x.Status >= http.StatusInternalServerError || x.Status == http.StatusOK && x.Body.Kind != "json" &&
		!SaysNothing(x)
}

// LetIn reports that the store knew who was asking: it gave data, or refused a known caller.
func LetIn(x *Exchange) bool {
	if x == nil || x.Body.Kind != "json" {
		return false
	}
	if x.Status == http.StatusOK && x.Body.Code == "" {
		return true
	}
	return x.Status == http.StatusForbidden && strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_")
}

// AnonymousIsLetIn reports an answer without a key. The store must say 401 then; anything else means that somebody else
// decides who is asking.
func AnonymousIsLetIn(x *Exchange) bool { return LetIn(x) }

// KnownCaller reports the sign WordPress gives to callers it knows (docs/woocommerce/authentication.md#decision-order).
func KnownCaller(x *Exchange) bool {
	return x != nil && strings.Contains(x.Header.Get("Cache-Control"), "no-store") && x.Body.Kind == "json"
}

// SignatureAccepted compares with the answer to a signature that cannot be right. WooCommerce looks at the signature
// first and at the date afterwards, so a signature of 1970 is refused either way, with another message when it is
// right; nothing is written for it (class-wc-rest-authentication.php 431, 507).
func SignatureAccepted(x, wrong *Exchange) bool {
	if x == nil || wrong == nil || x.Body.Kind != "json" || wrong.Body.Kind != "json" {
		return false
	}
	return x.Status == http.StatusUnauthorized && x.Body.Code == AuthError && wrong.Body.Code == AuthError &&
		x.Body.Message != wrong.Body.Message
}

// Codes of errors by which verdicts are reached.
const (
	AuthError = "woocommerce_rest_authentication_error"
	NoRoute   = "rest_no_route"
)

// ScopeRefused reports that the right and the wrong secret are refused with the same code but for different reasons:
// the key's own permission is at fault, not the secret.
func ScopeRefused(read, wrong *Exchange) bool {
	return wrong != nil && wrong.Body.Code == AuthError && read.Body.Message != wrong.Body.Message
}

// Accepted reports that the store looked at key and secret, and objected to the secret.
func Accepted(wrong *Exchange) bool {
	return wrong != nil && wrong.Status == http.StatusUnauthorized && wrong.Body.Code == AuthError
}

// Cached reports that a cache gave the answer.
func Cached(x *Exchange) bool { return CacheSign(x) != "" }

// CacheSign is the header that shows a cache, for the evidence.
func CacheSign(x *Exchange) string {
	if x == nil {
		return ""
	}
	return woo.CachedBy(x.Header)
}

// StaleBeside reports that two equal requests got equal answers, and the same with an argument no cache has seen got
// another one.
func StaleBeside(read, again, fresh *Exchange) bool {
	for _, x := range []*Exchange{read, again, fresh} {
		if x == nil || x.Status != http.StatusOK || x.Body.Kind != "json" {
			return false
		}
	}
	return again.Body.Hash == read.Body.Hash && fresh.Body.Hash != read.Body.Hash && fresh.Body.Count >= 0
}

// Decisive marks name their cause alone, in the order in which one may hide another.
var Decisive = []string{
	"cf-challenge", "waf-siteground", "waf-sucuri", "waf-wordfence", "waf-imunify360", "waf-bitninja",
	"waf-modsecurity",
	"js-cookie-challenge", "maintenance-core", "db-down", "waf-other",
}

// IsServerPage reports an error page that the web server makes itself.
func IsServerPage(x *Exchange) bool {
	return HasMark(x, "nginx-page", "openresty-page", "apache-404", "nginx-404", "litespeed-page", "iis-404")
}

// IsStoreCode reports an error code that WordPress and WooCommerce themselves answer with.
func IsStoreCode(code string) bool {
	if strings.HasPrefix(code, "woocommerce_") || strings.HasPrefix(code, "wc_") {
		return true
	}
	return slices.Contains([]string{
		NoRoute, "rest_invalid_param", "rest_missing_callback_param", "rest_invalid_json", "rest_forbidden_context",
		"rest_invalid_handler",
		"rest_encode_error", "internal_server_error", "db_error", "rest_type_invalid",
	}, code)
}

// SameRefusal reports that the answer is the one that somebody without a key gets.
func SameRefusal(x, anon *Exchange) bool {
	return x != nil && anon != nil && x.Body.Kind == "json" && x.Body.Code != "" && x.Status == anon.Status &&
		x.Body.Code == anon.Body.Code && x.Body.Message == anon.Body.Message
}

// ForeignRefusal reports an error with a code that neither WooCommerce nor WordPress' own login has, in place of an
// answer.
func ForeignRefusal(x *Exchange) bool {
	return IsJSON(x) && x.Status >= 400 && (x.Status < 500 || RefusedWith500(x)) &&
		x.Status != http.StatusTooManyRequests && x.Body.Code != "" && !IsStoreCode(x.Body.Code) &&
		!IsLoginCode(x.Body.Code)
}

// RefusedWith500 reports an error of a plugin that names no status (new WP_Error( 'code' )), which WordPress then
// answers with 500. What dies says so with codes of its own: internal_server_error, wp_die, db_error.
func RefusedWith500(x *Exchange) bool {
	return IsJSON(x) && x.Status == http.StatusInternalServerError && x.Body.Code != "" && x.Body.DataState == 0 &&
		x.Body.Code != "wp_die" && x.Body.Code != sendJSONError &&
		!IsStoreCode(x.Body.Code) && !HasMark(x, "wp-fatal", "db-down")
}

// IsLoginCode reports a code with which WordPress refuses a login.
func IsLoginCode(code string) bool {
	switch code {
	case "invalid_username", "incorrect_password", "invalid_email", "application_passwords_disabled",
		"application_passwords_disabled_for_user", "empty_username", "empty_password":
		return true
	}
	return false
}

// AnswerKind is what two answers have in common that come from one cause.
func AnswerKind(x *Exchange) string {
	if x.Fault != nil {
		return "fault " + x.Fault.Class
	}
	return fmt.Sprint(x.Status, " ", x.Body.Kind, " ", x.Body.Code, " ", x.Body.Garbled)
}

// TimedOut reports that no answer came in time.
func TimedOut(x *Exchange) bool { return x.Fault != nil && x.Fault.Class == "timeout" }

// IsWrite reports a request of a method that writes, whatever became of it.
func IsWrite(x *Exchange) bool {
	return x.Request.Method == http.MethodPost || x.Request.Method == http.MethodPut ||
		x.Request.Method == http.MethodDelete
}

// ReadJSON reads what was kept of an answer; it leaves v alone when there is nothing.
func ReadJSON(x *Exchange, v any) {
	if x != nil && x.Body.JSON != nil {
		_ = json.Unmarshal(x.Body.JSON, v) // an answer of another shape tells nothing
	}
}

// HasMark reports that an answer bears one of these marks.
func HasMark(x *Exchange, names ...string) bool {
	if x == nil {
		return false
	}
	return slices.ContainsFunc(x.Body.Marks, func(m string) bool { return slices.Contains(names, m) })
}

// IsJSON reports an answer that is JSON.
func IsJSON(x *Exchange) bool { return x != nil && x.Body.Kind == "json" }

// Unsent reports that the request was not made, or that the run ended before its answer; that says nothing about the
// store.
func Unsent(x *Exchange) bool {
	return x.Fault != nil && (x.Fault.Class == "budget" || x.Fault.Class == "stopped" ||
		x.Fault.Class == "refused-here")
}

// SaysNothing reports that WordPress sent the headers of its REST API, and nothing behind them: something said that the
// answer was given already (rest_pre_serve_request). PHP that stops sends 500, or none of these headers
// (docs/woocommerce/answers.md#nothing-served).
func SaysNothing(x *Exchange) bool {
	return x != nil && x.Fault == nil && x.Body.Kind == "empty" && x.Status >= 200 && x.Status < 500 &&
		x.Status != http.StatusNoContent && x.Status/100 != 3 && x.Request.Method != http.MethodHead &&
		x.Request.Method != http.MethodOptions &&
		strings.Contains(x.Header.Get("Access-Control-Expose-Headers"), "X-WP-Total")
}
