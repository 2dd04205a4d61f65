package ask

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Refused says that the key may not read one resource while it may read others: the user lacks a right (403), or a
// plugin or firewall closes the path (Disable REST API answers 401, others their own page). The mirror and verify leave
// out a refused resource, and both name it.
//
// Failure policy: a store that refuses everything, or is down, must not look like one that refuses a resource. A
// refusal other than WooCommerce's 403 therefore counts only when orders can be read at the same moment.
func (a *Asker) Refused(ctx context.Context, r storage.Resource, err error) bool {
	if Denied(err) {
		return true
	}
	if r == storage.Orders || !closedPath(err) {
		return false
	}
	_, control := a.Glance(ctx, woo.RouteOrders.List(0), Query(nil, "per_page", "1", "_fields", "id"))
	return control == nil
}

// closedPath says that a path is refused, by WooCommerce or by anything in front of it.
func closedPath(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok || failure.Kind != woo.KindAPI && failure.Kind != woo.KindHTML {
		return false
	}
	switch failure.Status {
	case http.StatusUnauthorized,
		http.StatusForbidden,
		http.StatusNotAcceptable,
		http.StatusTeapot,
		http.StatusUnavailableForLegalReasons:
		return true
	}
	return false
}

// Passes says whether a request is worth repeating, because its failure may pass by itself or because no store sent the
// answer.
func Passes(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok {
		return errors.As(err, new(*UnusableError))
	}
	return failure.Passes() || failure.Kind == woo.KindHTML || failure.Kind == woo.KindEmpty
}

// Denied says that the key's user may not read this resource, or that the resource is switched off in the store
// (coupons). The status is 403: the store knows the user. 401 means that it does not, which concerns every resource.
func Denied(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.Status == http.StatusForbidden
}

// OfKey says whether WooCommerce itself refuses, so that the key may not read. When it is false, something else answers
// in WooCommerce's place, and nothing is known about the key (woo.KeyRefused).
func OfKey(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.KeyRefused()
}

// WhoRefuses says in words for people what refuses a resource.
func WhoRefuses(err error) string {
	if OfKey(err) {
		return "the key may not read them"
	}
	return "not WooCommerce but something in the shop or in front of it refuses them"
}

// StoreWide says that every other request would fail in the same way.
func StoreWide(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok {
		return false
	}
	switch failure.Kind {
	case woo.KindNetwork,
		woo.KindTLS,
		woo.KindRedirect,
		woo.KindInsecure,
		woo.KindGuarded,
		woo.KindHTML,
		woo.KindCanceled:
		return true
	}
	return failure.Status == http.StatusUnauthorized || failure.Status == http.StatusTooManyRequests ||
		failure.Status == http.StatusServiceUnavailable
}

// NoRoute says that the store has no such list: an older WooCommerce, or the feature is switched off.
func NoRoute(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.Code == "rest_no_route"
}

// Gone says that the store knows no such record. Only WooCommerce's own 404 counts: a web server's page, another
// plugin's answer, a missing route or a refusal must never delete anything here.
func Gone(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.EffectiveStatus() == http.StatusNotFound &&
		(strings.HasPrefix(failure.Code, "woocommerce_rest_") || strings.HasPrefix(failure.Code, "wc_"))
}

// BadParameter says that the store refuses one of the parameters by name.
func BadParameter(err error, name string) bool {
	failure, ok := woo.AsError(err)
	if !ok || failure.Kind != woo.KindAPI || failure.Code != "rest_invalid_param" {
		return false
	}
	_, named := failure.Params[name]
	return named
}

// UnusableError reports an answer that is not what was asked for. It counts as a failure that may pass: using such an
// answer could lose records.
type UnusableError struct{ path, why string }

func (e *UnusableError) Error() string {
	return fmt.Sprintf("mirror: the store's answer to %s cannot be used: %s", e.path, e.why)
}

// Unusable returns the error for an answer that cannot be used.
func Unusable(path, format string, args ...any) error {
	return &UnusableError{path: path, why: fmt.Sprintf(format, args...)}
}

func retryAfter(err error) time.Duration {
	if failure, ok := woo.AsError(err); ok {
		return failure.RetryAfter
	}
	return 0
}

// troubleOf says in a few words what came in place of an answer.
func troubleOf(err error) string {
	failure, ok := woo.AsError(err)
	switch {
	case !ok:
		return "the store's answer made no sense"
	case failure.Kind == woo.KindTimeout:
		return "the store did not answer in time"
	case failure.Status >= 400:
		return fmt.Sprintf("the store answered %d", failure.Status)
	case failure.Kind == woo.KindNetwork:
		return "the connection failed"
	default:
		return "the store's answer was not usable"
	}
}

// Ended returns err if err ends the step, whatever was asked for; otherwise nil.
func Ended(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if s, ok := err.(*CeilingError); ok { //nolint:errorlint // given as it is by the asker
		return s
	}
	if ctx.Err() != nil || IsSpent(err) {
		return err
	}
	return nil
}
