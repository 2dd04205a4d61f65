package shop

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/woo"
)

// describe says in one sentence what went wrong with a request. The address in full is among the details; here its host
// is enough.
func describe(e *woo.Error) string {
	host := "the store"
	if u, err := url.Parse(e.URL); err == nil && u.Host != "" {
		host = u.Host
	}
	asked := strings.TrimSpace(e.Method + " " + routeOf(e.URL))
	switch e.Kind {
	case woo.KindTLS:
		return fmt.Sprintf("the TLS certificate of %s cannot be trusted: %s", host, cause(e))
	case woo.KindNetwork:
		return fmt.Sprintf("%s did not answer: %s", host, why(e))
	case woo.KindTimeout:
		return fmt.Sprintf("%s took too long to answer %s", host, asked)
	case woo.KindHTML:
		text := fmt.Sprintf("something answered %s in place of the store: HTTP status %d", asked, e.Status)
		if e.Title != "" {
			text += fmt.Sprintf(", a page titled %q", e.Title)
		}
		return text
	case woo.KindAPI:
		return fmt.Sprintf("the store answered %s with %d %s: %s", asked, e.Status, e.Code,
			html.UnescapeString(e.Message))
	}
	return strings.TrimPrefix(e.Error(), "woo: ")
}

// why is the reason why the network brought no answer.
func why(e *woo.Error) string {
	if e.Err != nil {
		if says := problem.Reason(e.Err); says != strings.TrimSpace(e.Err.Error()) {
			return says
		}
	}
	return cause(e)
}

// cause is the innermost reason, where the outer ones only repeat what was tried.
func cause(e *woo.Error) string {
	err := e.Err
	if err == nil {
		return string(e.Kind)
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return strings.TrimPrefix(err.Error(), "tls: ")
		}
		err = inner
	}
}

// routeOf is the part of an address that names what was asked for.
func routeOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if route := u.Query().Get("rest_route"); route != "" {
		return route
	}
	return u.Path
}
