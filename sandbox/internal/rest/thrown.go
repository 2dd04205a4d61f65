package rest

import (
	"errors"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/fault"
)

// thrown is what a plugin throws after a write has taken effect, for a request or for an item of a batch. WooCommerce's
// controllers answer it as an error, and the effect stays.
func thrown(r *http.Request) error {
	if r == nil || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if t := fault.ThrownIn(r); t != nil {
		return Errorf(t.Status, t.Code, "%s", t.Message)
	}
	return nil
}

// ofItself says whether a request is no batch. In a batch each item fails by itself.
func (r *Request) ofItself() bool { return !strings.HasSuffix(r.Path, "/batch") }

// asError turns any error of a handler into what is sent. An error that is no *Error becomes what PHP makes of an
// uncaught exception.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return fatal(err.Error())
}

// fatal is WordPress's answer to a fatal error of PHP.
func fatal(message string) *Error {
	return &Error{
		Status: http.StatusInternalServerError, Code: fatalCode,
		Message: "<p>There has been a critical error on this website.</p>",
		Data: NewObject("status", int64(500), "error", NewObject(
			"type", int64(1), "message", message, "file", "sandbox", "line", int64(0))),
	}
}

const fatalCode = "internal_server_error"

// phpError is a fatal error of PHP, raised with panic.
type phpError string

func (e phpError) Error() string { return string(e) }
