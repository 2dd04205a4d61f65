package woo

import (
	"errors"
	"net"
	"net/http"
)

// Passes tells whether the failure may pass by itself: the same request may succeed a little later without anybody
// doing anything. It says nothing about whether a write may be sent again; Executed does.
//
// The network, a timeout and an answer that broke off pass. So does what a store says under strain: 429, and 5xx
// without an error code of the store's own. With a code of its own the store refuses what it is asked, and a page or an
// empty answer with another status is a firewall's or a login's: both stay until somebody mends them. A name that does
// not exist stays, and so does a compression that the headers do not tell.
func (e *Error) Passes() bool {
	switch e.Kind {
	case KindNetwork:
		return !isDNSNotFound(e.Err)
	case KindTimeout, KindTruncated, KindInvalidJSON:
		return true
	case KindEmpty:
		// Some limiters answer with nothing (docs/woocommerce/answers.md#rate-limit).
		return e.Status >= 200 && e.Status < 300 || strained(e)
	case KindHTML, KindAPI:
		return strained(e)
	}
	return false
}

// Passes tells whether err is a failure that may pass by itself; see Error.Passes.
func Passes(err error) bool {
	e, ok := AsError(err)
	return ok && e.Passes()
}

// strained tells whether the status speaks of a store, or of a server on the way, in trouble.
func strained(e *Error) bool {
	switch status := e.EffectiveStatus(); {
	case status == http.StatusTooManyRequests || e.Status == http.StatusTooManyRequests:
		return true
	case status == http.StatusNotImplemented, status == badOriginCertificate:
		return false
	case status == http.StatusInternalServerError, status > http.StatusGatewayTimeout:
		return !ownWords(e)
	default:
		return status >= http.StatusInternalServerError // a gateway's statuses
	}
}

// badOriginCertificate is Cloudflare's status for a shop whose certificate has run out or does not fit.
const badOriginCertificate = 526

// ownWords tells an error code that the store chose for what it was asked from the ones that WordPress gives to a crash
// and to a database that cannot be reached (docs/woocommerce/answers.md#database-down).
func ownWords(e *Error) bool {
	return e.Kind == KindAPI && e.Code != "" && e.Code != "internal_server_error" && e.Fingerprint != "db-down"
}

func isDNSNotFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}
