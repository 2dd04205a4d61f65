package woo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kind is the class of an Error. The values are stable and may be stored.
type Kind string

// The kinds of errors.
const (
	KindAPI         Kind = "api"          // the store answered with a JSON error; see Code
	KindRedirect    Kind = "redirect"     // the store sends us elsewhere; never followed; see Location
	KindHTML        Kind = "html"         // a page or text for people in place of JSON; see Title and Fingerprint
	KindStrayOutput Kind = "stray_output" // notices or a byte order mark around JSON; see Body
	KindTruncated   Kind = "truncated"    // the body ended early
	KindTooLarge    Kind = "too_large"    // the body is longer than WithMaxBody allows
	KindTimeout     Kind = "timeout"      // no complete answer within the time allowed
	KindCanceled    Kind = "canceled"     // the caller's context was cancelled
	KindNetwork     Kind = "network"      // name resolution, connection or protocol failed
	KindTLS         Kind = "tls"          // no trusted TLS connection could be made
	KindInsecure    Kind = "insecure"     // refused here: a secret would cross the network in clear
	KindGuarded     Kind = "guarded"      // refused here: the address is not allowed (WithDialControl)
	KindInvalidJSON Kind = "invalid_json" // the body claims to be JSON and is not
	KindEmpty       Kind = "empty"        // no body where one belongs
	KindEncoding    Kind = "encoding"     // the body is compressed in a way its headers do not say
	KindShape       Kind = "shape"        // valid JSON, but not of the shape asked for
	KindNoAPI       Kind = "no_api"       // no WooCommerce REST API was found at the address (Discover)
	KindUsage       Kind = "usage"        // refused here: the request cannot be built
)

// Executed says whether a request that failed may have changed the store. The zero value is the careful one.
// The policy per failure is in executed.go.
type Executed uint8

// Whether the store may have done what was asked.
const (
	MaybeExecuted Executed = iota // look before sending again
	NotExecuted                   // safe to send again
	WasExecuted                   // done, although the answer was unusable
)

func (e Executed) String() string {
	return [...]string{"maybe executed", "not executed", "executed"}[e]
}

// MarshalText makes an Executed readable in stored evidence.
func (e Executed) MarshalText() ([]byte, error) {
	return []byte(strings.ReplaceAll(e.String(), " ", "_")), nil
}

// Error is every failure of this package. No field holds the key's secret: URL, Location, Message, Snippet and Err are
// cleaned of it even where the store echoed it.
type Error struct {
	Kind        Kind
	Method      string
	URL         string
	Status      int               // HTTP status as it came; 0 without an answer
	StoreStatus int               // the status inside the JSON error; 0 when it has none
	Code        string            // the store's error code; compare this, messages are translated
	Message     string            // the store's message, for people
	Data        json.RawMessage   // "data" of the JSON error
	Params      map[string]string // data.params: argument to reason; a missing argument has the reason "missing"
	Executed    Executed
	RetryAfter  time.Duration // what the store asked for; 0 when it did not
	Location    string        // where a redirect points to, absolute
	ContentType string
	Title       string // of an HTML page
	Fingerprint string // who answered in place of the store, as an id of docs/checks ("cf-challenge")
	// the JSON that the answer held, if any; with KindStrayOutput the answer without the noise
	Body    json.RawMessage
	Snippet string      // the beginning of a body that is not JSON
	Header  http.Header // of the answer; nil without one
	Err     error       // the cause underneath
}

// Error says what was tried, on what, what came back, whether it may have taken effect, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("woo: ")
	if e.Method != "" {
		b.WriteString(e.Method + " ")
	}
	if e.URL != "" {
		b.WriteString(e.URL + ": ")
	}
	b.WriteString(e.what())
	if !e.isRead() && e.Method != "" {
		b.WriteString(" (" + e.Executed.String() + ")")
	}
	if hint := e.hint(); hint != "" {
		b.WriteString("; " + hint)
	}
	return b.String()
}

func (e *Error) isRead() bool {
	return e.Method == http.MethodGet || e.Method == http.MethodHead || e.Method == http.MethodOptions
}

func (e *Error) what() string {
	switch e.Kind {
	case KindAPI:
		return strings.TrimSpace(fmt.Sprintf("%d %s %s", e.Status, e.Code, e.Message))
	case KindRedirect:
		if e.Message != "" {
			return e.Message
		}
		if e.Location == "" {
			return fmt.Sprintf("%d without a new address", e.Status)
		}
		return fmt.Sprintf("%d redirects to %s", e.Status, e.Location)
	case KindHTML:
		what := fmt.Sprintf("%d with a page in place of JSON", e.Status)
		if e.Title != "" {
			what += fmt.Sprintf(" titled %q", e.Title)
		}
		if e.Fingerprint != "" {
			what += " (" + e.Fingerprint + ")"
		}
		return what
	}
	text := strings.ReplaceAll(string(e.Kind), "_", " ")
	if e.Status != 0 {
		text = fmt.Sprintf("%d %s", e.Status, text)
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

var hints = map[Kind]string{
	KindRedirect:    "use the address it points to as the shop's address",
	KindHTML:        "something in front of or inside the shop answered in WooCommerce's place",
	KindStrayOutput: "switch off the display of PHP errors on the store (WP_DEBUG_DISPLAY, display_errors)",
	KindTooLarge:    "ask for a smaller page or fewer fields, or raise WithMaxBody",
	KindTimeout:     "ask for less, or raise WithTimeout",
	KindTLS:         "check the certificate of the shop, or trust its authority with WithRootCAs",
	KindEncoding:    "the shop compresses twice; switch off one of plugin and server compression",
}

func (e *Error) hint() string { return hints[e.Kind] }

// Unwrap gives the cause, so that errors.Is(err, context.DeadlineExceeded) and the like work.
func (e *Error) Unwrap() error { return e.Err }

// EffectiveStatus is the status the store meant: the one inside the JSON when the HTTP status disagrees with it, as
// after premature output (HTTP 200 around an error) and on refunds (HTTP 500 around a 404).
func (e *Error) EffectiveStatus() int {
	if e.StoreStatus != 0 {
		return e.StoreStatus
	}
	return e.Status
}

// NotFound tells whether the store says that the addressed object does not exist. A missing route does not count.
func (e *Error) NotFound() bool {
	// An update of a missing object answers 400 with the code that a read answers with 404.
	status := e.EffectiveStatus()
	unknown := status == http.StatusNotFound || status == http.StatusGone ||
		status == http.StatusBadRequest && strings.HasSuffix(e.Code, "_invalid_id")
	return e.Kind == KindAPI && e.Code != "rest_no_route" && unknown
}

// LeftDraft gives the unfinished order that a refused create left behind, and whether there is one: WooCommerce saves
// before it looks at coupons (docs/woocommerce/orders.md#order-draft-left).
func (e *Error) LeftDraft() (order int64, left bool) {
	var data struct {
		Draft int64 `json:"new_draft_order_id"`
	}
	_ = json.Unmarshal(e.Data, &data)
	return data.Draft, data.Draft != 0
}

// AsError finds the *Error in err's chain.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// IsNotFound tells whether err is the store saying that an object does not exist.
func IsNotFound(err error) bool {
	e, ok := AsError(err)
	return ok && e.NotFound()
}

// usageReason is a mistake of the caller in plain words.
type usageReason string

func (r usageReason) Error() string { return string(r) }

func usageError(message string, cause error) *Error {
	return &Error{Kind: KindUsage, Message: message, Executed: NotExecuted, Err: cause}
}

func kindOfContext(err error) Kind {
	if errors.Is(err, context.Canceled) {
		return KindCanceled
	}
	return KindTimeout
}

// KeyRefused tells whether a refusal, by its status and code, is about the key: WooCommerce's own 401 or 403. Only such
// a refusal says anything of the key and its user, and it is no proof either, since a plugin can overrule WooCommerce's
// permissions from inside. With any other code a plugin, a snippet or a firewall has answered in WooCommerce's place:
// the key was not looked at, and the same request succeeds once they let it through.
func KeyRefused(status int, code string) bool {
	return refusal(status) && strings.HasPrefix(code, "woocommerce_")
}

// KeyRefused tells whether the store refused the key, see the function of that name.
func (e *Error) KeyRefused() bool {
	return e.Kind == KindAPI && KeyRefused(e.EffectiveStatus(), e.Code)
}

// refusal tells whether a status is a refusal of who asks.
func refusal(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}
