package rest

import (
	"net/http"
	"strings"
)

// outcome is what became of a request inside the server, before it is rendered.
type outcome struct {
	response *Response
	err      *Error
	// matched is the route whose permissions make the Allow header; nil when no route matched.
	matched *route
}

func (o *outcome) status() int {
	switch {
	case o.err != nil:
		return o.err.Status
	case o.response.Status != 0:
		return o.response.Status
	}
	return http.StatusOK
}

// dispatch routes a request, checks parameters and permission in WordPress's order
// (docs/woocommerce/authentication.md#decision-order: parameters first), and calls the handler.
func (s *Server) dispatch(r *Request) *outcome {
	r.server = s
	if r.Method == http.MethodOptions {
		return s.options(r)
	}
	if !s.match(r) {
		return &outcome{err: noRoute()}
	}
	o := &outcome{matched: r.route}
	if err := r.checkParams(); err != nil {
		o.err = err
		return o
	}
	if err := r.sanitizeParams(); err != nil {
		o.err = err
		return o
	}
	if r.endpoint.Permission != nil {
		if err := r.endpoint.Permission(r); err != nil {
			o.err = asError(err)
			return o
		}
	}
	response, err := r.endpoint.Handler(r)
	if err == nil && r.ofItself() {
		err = thrown(r.HTTP)
	}
	if err != nil {
		o.err = asError(err)
		return o
	}
	if r.scalarBody && takesForm(r.Method) {
		// Every controller of WooCommerce sets context=edit on the request once it has saved. PHP cannot set an offset
		// of a text or a number: the record is stored, and no answer comes (recordings http-json-string, -number,
		// -true).
		panic(phpError("Cannot use a scalar value as an array"))
	}
	if response == nil {
		response = &Response{}
	}
	o.response = response
	return o
}

func noRoute() *Error {
	return Errorf(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
}

// match finds the route and endpoint of a request: the first pattern of the index that matches and has the method.
func (s *Server) match(r *Request) bool {
	s.table.find(r.Path, func(rt *route, params *Object) bool {
		for _, e := range rt.endpoints {
			if e.allows(r.Method) {
				r.route, r.endpoint = rt, e
				r.URL = params
				r.Defaults = e.defaults
				return true
			}
		}
		return false
	})
	return r.endpoint != nil
}

// options answers an OPTIONS request with the description of the route. For an unknown route it answers an empty list.
func (s *Server) options(r *Request) *outcome {
	o := &outcome{response: &Response{Body: List{}}}
	s.table.find(r.Path, func(rt *route, params *Object) bool {
		r.route, r.URL = rt, params
		if n := len(rt.endpoints); n > 0 {
			r.endpoint = rt.endpoints[n-1]
		}
		o.matched = rt
		o.response.Body = s.describe(rt, r.Base, true)
		return true
	})
	return o
}

// allow computes the Allow header: every method of the route whose permission callback lets this request pass
// (docs/woocommerce/permissions.md#allow-header).
func (s *Server) allow(r *Request, rt *route) []string {
	var methods []string
	for _, e := range rt.endpoints {
		allowed := e.Permission == nil || e.Permission(r) == nil
		for _, m := range e.Methods {
			at := -1
			for i, known := range methods {
				if known == m {
					at = i
				}
			}
			switch {
			case allowed && at < 0:
				methods = append(methods, m)
			case !allowed && at >= 0:
				methods = append(methods[:at], methods[at+1:]...)
			}
		}
	}
	return methods
}

// targetHints are the methods that the caller may use on the address of a self link. They are those of the Allow header
// that a GET of the address would have.
func (s *Server) targetHints(r *Request, href string) []string {
	path, ok := s.pathOf(r.Base, href)
	if !ok {
		return nil
	}
	hint := r.within(http.MethodGet)
	hint.Path = path
	hint.Header = noHeader
	hint.rename, hint.route = nil, nil
	if !s.match(hint) || hint.checkParams() != nil || hint.sanitizeParams() != nil {
		return nil
	}
	return s.allow(hint, hint.route)
}

// pathOf returns the path of the API that an absolute address stands for.
func (s *Server) pathOf(base, href string) (string, bool) {
	path, ok := strings.CutPrefix(href, s.RESTURL(base, ""))
	if !ok {
		return "", false
	}
	path, _, _ = strings.Cut(path, "?")
	return "/" + strings.TrimSuffix(path, "/"), true
}
