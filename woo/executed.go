package woo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/woo/internal/sendtrace"
)

// This file holds the policy that decides whether a write that failed may have taken effect. Fail to the side of
// MaybeExecuted: a wrong NotExecuted makes a duplicate order, a wrong MaybeExecuted costs one look at the store.

// sendError explains why there is no answer.
func (p *prepared) sendError(ctx context.Context, trace *sendtrace.Trace, err error) *Error {
	e := p.fail(kindOfSendError(ctx, err), MaybeExecuted, err)
	// Without a complete head nothing can have run.
	if e.Kind == KindGuarded || e.Kind == KindTLS || isDialError(err) || trace.NeverLeft() {
		e.Executed = NotExecuted
	}
	return e
}

func kindOfSendError(ctx context.Context, err error) Kind {
	var guarded *GuardError
	switch {
	case errors.As(err, &guarded):
		return KindGuarded
	case ctx.Err() != nil:
		return kindOfContext(ctx.Err())
	case isTLSError(err):
		return KindTLS
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return KindTimeout
	}
	return KindNetwork
}

func isDialError(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

func isTLSError(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		unknown      x509.UnknownAuthorityError
		host         x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
		alert        tls.AlertError
	)
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &verification) || errors.As(err, &unknown) ||
		errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &record) || errors.As(err, &alert)
}

// executedByStatus judges an answer that is not a success, or a success that cannot be used. store tells that the JSON
// error came from WordPress.
func executedByStatus(e *Error, store bool) Executed {
	status := e.Status
	if store {
		status = e.EffectiveStatus()
	}
	switch {
	case status == http.StatusCreated:
		return WasExecuted // only the application itself says 201
	case status >= 200 && status < 300:
		return MaybeExecuted
	case status >= 300 && status < 400:
		return MaybeExecuted // a server's own rule, or a plugin that redirects after it saved: nothing tells them apart
	case status >= 400 && status < 500 && store:
		if _, left := e.LeftDraft(); left || RefusedFirst(status, e.Code) {
			return NotExecuted // what it left is named
		}
		return MaybeExecuted
	case status >= 400 && status < 500:
		return executedByPage(status, e)
	default:
		return executedBy5xx(status, e, store)
	}
}

// atTheEdge are the fingerprints of those who answer in front of the shop and read requests, not answers. A firewall of
// the host's own is not among them: it may have read the answer and hidden it.
var atTheEdge = map[string]bool{
	"cf-challenge": true, "cf-block": true, "waf-siteground": true, "waf-sucuri": true, "waf-wordfence": true,
	"waf-other": true, "ua-blocked": true, "js-cookie-challenge": true, "staging-basic-auth": true,
	"uri-too-long": true,
}

// executedByPage: a page with 4xx may come from a plugin, or from a filter that read the answer, after the work was
// done; 413 too may be said of an answer. The request was not let in only where a server could not even take it, or
// where the page shows that it comes from somebody in front of the shop.
func executedByPage(status int, e *Error) Executed {
	switch status {
	case http.StatusLengthRequired, http.StatusRequestURITooLong, http.StatusUnsupportedMediaType,
		http.StatusExpectationFailed, http.StatusUpgradeRequired,
		http.StatusRequestHeaderFieldsTooLarge:
		return NotExecuted
	}
	if atTheEdge[e.Fingerprint] {
		return NotExecuted
	}
	return MaybeExecuted
}

// executedBy5xx: a server error says nothing about how far the work went, except where the answer shows that the work
// was never begun: 501 (not supported), WordPress in maintenance, and a proxy that could not reach the shop.
func executedBy5xx(status int, e *Error, store bool) Executed {
	switch {
	case status == http.StatusNotImplemented && store:
		return NotExecuted
	case e.Fingerprint == "maintenance-core":
		return NotExecuted
	case e.Fingerprint == "cf-origin-5xx":
		switch status { // refused, unreachable, TLS refused twice, name unknown: no request was passed on
		case 521, 523, 525, 526, 530:
			return NotExecuted
		}
	}
	return MaybeExecuted
}

// RefusedFirst says whether a JSON error with 4xx, by its status and code, is certainly one that the store gives before
// it changes anything.
//
// Failure policy: WooCommerce stores a record first and runs other people's code afterwards, which can answer anything,
// with any status: an exception in woocommerce_rest_insert_*_object, wp_die, a filter of rest_post_dispatch. So a
// refusal is believed at once only where it comes from a stage before the effect that has a code of its own:
// authentication, the permission callbacks, and the controllers' first look at the ids they were given. Every other
// refusal may stand in front of a change that was made: also "no such route" and "invalid parameter", which a plugin
// that asks the API itself hands on (rest_request_after_callbacks).
func RefusedFirst(status int, code string) bool {
	switch {
	case slices.Contains(refusedFirst, code):
		return true
	case strings.HasPrefix(code, "jwt_auth_"):
		return true // while it finds out who asks
	case slices.Contains(notPermitted, code):
		// With another status the controllers say it after they have tried.
		return status == http.StatusUnauthorized || status == http.StatusForbidden
	case strings.HasSuffix(code, "_invalid_id"):
		return status == http.StatusBadRequest || status == http.StatusNotFound
	}
	return false
}

// notPermitted are the codes of the permission callbacks for writes.
var notPermitted = []string{
	"woocommerce_rest_cannot_create", "woocommerce_rest_cannot_edit", "woocommerce_rest_cannot_delete",
	"woocommerce_rest_cannot_batch",
}

var refusedFirst = []string{
	// WordPress, before it looks for a route.
	"rest_cookie_invalid_nonce",
	// WooCommerce's authentication, and WordPress's application passwords.
	"woocommerce_rest_authentication_error", "woocommerce_rest_authentication_missing_parameter",
	"woocommerce_api_disabled",
	"invalid_username", "incorrect_password", "application_passwords_disabled",
	// The first lines of WooCommerce's controllers.
	"woocommerce_rest_request_entity_too_large", "woocommerce_rest_invalid_id", "woocommerce_rest_term_invalid",
	"woocommerce_rest_taxonomy_invalid",
	"woocommerce_rest_invalid_order", "woocommerce_rest_invalid_order_id", "woocommerce_rest_invalid_order_refund",
	"woocommerce_rest_already_trashed", "woocommerce_rest_trash_not_supported",
}
