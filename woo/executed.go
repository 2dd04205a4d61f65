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

// sendError is the error of a request that got no answer. Nothing can have run before the request's head was complete.
// After that no failure proves anything: neither that of a second connection, nor a record that is no TLS.
func (p *prepared) sendError(ctx context.Context, trace *sendtrace.Trace, err error) *Error {
	e := p.fail(kindOfSendError(ctx, err), MaybeExecuted, err)
	if !trace.Started() &&
		(e.Kind == KindGuarded || e.Kind == KindTLS || isDialError(err) || trace.NeverLeft()) {
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
//
// Failure policy: only the store's own refusal from before the effect proves that a write was not executed. A page
// proves nothing, whoever it names. A balancer that passes a request on from one server to another shows the page of
// the second, while the first may have done the work. A firewall may read the answer and hide it. A status that names a
// stage (411, 415, 431, 501, 521) proves nothing either: any server on the way may say it of its own part of the way.
func executedByStatus(e *Error, store bool) Executed {
	status := e.Status
	if store {
		status = e.EffectiveStatus()
	}
	if status == http.StatusCreated {
		return WasExecuted // only the application itself says 201
	}
	if store && (status >= 400 && status < 500 || status == http.StatusNotImplemented) {
		if _, left := e.LeftDraft(); left || RefusedFirst(status, e.Code) {
			return NotExecuted // the draft that it left is named
		}
	}
	return MaybeExecuted
}

// RefusedFirst says whether a JSON error, by its status and code, is certainly one that the store gives before it
// changes anything.
//
// Failure policy: WooCommerce stores a record first and runs other people's code afterwards. That code can answer
// anything, with any status: an exception in woocommerce_rest_insert_*_object, wp_die, a filter of rest_post_dispatch.
// So a refusal is believed only where its code belongs to a stage before the effect: authentication, the permission
// callbacks, and the controllers' first look at the ids they were given. Every other refusal may follow a change that
// was made. "No such route" and "invalid parameter" are among these: a plugin that asks the API itself passes their
// codes on (rest_request_after_callbacks).
func RefusedFirst(status int, code string) bool {
	switch {
	case slices.Contains(refusedFirst, code):
		return true
	case strings.HasPrefix(code, "jwt_auth_"):
		return true // from finding out who asks
	case slices.Contains(notPermitted, code):
		// With another status the code comes from a controller that has tried already.
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
