package rest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Visit is what the web server and WordPress's front controller found out about an HTTP request for the REST server.
type Visit struct {
	// Path is the path of the API, e.g. "/wc/v3/orders"; "/" is the root.
	Path string
	// Base is the home address as this request sees it. SSL is what PHP believes of the connection.
	Base string
	SSL  bool
	// SignedBase is the home address that OAuth signatures are checked against; its scheme follows SSL.
	SignedBase string
	// Prefix is the REST prefix ("wp-json"), which tells where keys are looked at.
	Prefix string
	// Authorization is the header as it reached PHP. Some web servers lose it.
	Authorization string
	// Query is $_GET.
	Query *Object
	// Dies names the hook in which PHP dies during the request; empty for none.
	Dies string
	// Caught says that WooCommerce catches what is thrown in the hook of Dies.
	Caught bool
}

const nocache = "no-cache, must-revalidate, max-age=0, no-store, private"

// SetNocache adds WordPress's headers for answers that must not be cached.
func SetNocache(h http.Header) {
	h["Expires"] = []string{"Wed, 11 Jan 1984 05:00:00 GMT"}
	h["Cache-Control"] = []string{nocache}
}

// ServeVisit answers an HTTP request for the API.
func (s *Server) ServeVisit(w http.ResponseWriter, h *http.Request, visit Visit) {
	started := time.Now()
	header := w.Header()
	header["X-Robots-Tag"] = []string{"noindex"}
	header["Link"] = []string{"<" + s.RESTURL(visit.Base, "") + `>; rel="https://api.w.org/"`}
	header["X-Content-Type-Options"] = []string{"nosniff"}

	r := &Request{
		HTTP: h, Method: h.Method, Path: visit.Path, Base: visit.Base,
		Header: h.Header, Query: visit.Query, Dies: visit.Dies, Caught: visit.Caught,
		Now: s.config.Now(), server: s, ssl: visit.SSL,
		memory: map[string]bool{},
	}
	record := Record{At: r.Now, Method: h.Method, Path: withoutCredentials(h), Agent: h.UserAgent()}
	a := answer{header: header, contentType: "application/json; charset=UTF-8"}
	if callback, ok := r.Query.Get("_jsonp"); ok && Truthy(callback) {
		a.contentType = "application/javascript; charset=UTF-8"
		name, isText := callback.(string)
		if !isText || !validCallback(name) {
			a.status = http.StatusBadRequest
			a.body = AppendJSON(nil, NewObject("code", "rest_callback_invalid", "message", "Invalid JSONP callback function."))
			a.write(w, h, true)
			return
		}
		a.callback = name
	}
	defer a.borrow()()
	header["Access-Control-Expose-Headers"] = []string{"X-WP-Total, X-WP-TotalPages, Link"}
	header["Access-Control-Allow-Headers"] = []string{
		"Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
	}

	if err := r.readBody(h); err != nil {
		return // the client went away while sending; nobody reads an answer
	}
	s.overrideMethod(r)
	s.answer(r, visit, &a, &record)
	a.write(w, h, r.Method != http.MethodHead)

	record.Method, record.Status, record.Bytes = r.Method, a.status, len(a.body)
	record.Elapsed = time.Since(started)
	if r.route != nil {
		record.Route = r.route.Pattern
	}
	if s.config.Observe != nil {
		s.config.Observe(record)
	}
}

// overrideMethod applies _method, else X-HTTP-Method-Override. As in WordPress any text becomes the method, in upper
// case.
func (s *Server) overrideMethod(r *Request) {
	if v, ok := r.Query.Get("_method"); ok && v != nil {
		r.Method = strings.ToUpper(Text(v))
	} else if v := r.Header.Get("X-Http-Method-Override"); v != "" {
		r.Method = strings.ToUpper(v)
	}
	r.parseForm()
}

// answer authenticates, dispatches and renders, all under the store's lock.
func (s *Server) answer(r *Request, visit Visit, a *answer, record *Record) {
	lock := s.config.Lock
	if lock == nil {
		lock = func(bool) func() { return func() {} }
	}
	write := takesForm(r.Method)
	release := lock(write)
	defer func() { release() }()
	r.unlock = func() { release() }
	r.relock = func() { release = lock(write) }

	defer func() {
		if cause := recover(); cause != nil {
			s.renderFatal(r, a, cause)
			record.Code, record.Reason = fatalCode, explain(cause)
		}
	}()
	o := s.decide(r, visit, record)
	if o == nil {
		o = s.dispatch(r)
	}
	if o.err != nil {
		record.Code = o.err.Code
		record.Reason = strings.TrimPrefix(record.Reason+"; "+o.err.Message, "; ")
		if o.err.Code == fatalCode {
			s.renderFatal(r, a, o.err.fatalMessage())
			return
		}
	}
	s.render(r, o, a)
}

// decide authenticates. It returns an outcome when the request goes no further: for an authentication error, or a key
// whose own permission refuses.
func (s *Server) decide(r *Request, visit Visit, record *Record) *outcome {
	if s.config.Authenticate == nil {
		return nil
	}
	decision := s.config.Authenticate(identity.Facts{
		RequestURI: r.HTTP.RequestURI, Method: r.HTTP.Method, SSL: visit.SSL, Base: visit.SignedBase,
		RESTPrefix: visit.Prefix, Authorization: visit.Authorization,
		Query: parameters{r.Query}, Form: parameters{r.postForm()}, Now: r.Now,
	})
	record.Reason = decision.How
	if decision.Refusal != nil {
		// The Store API is for shoppers, who have no keys. A request with a bad key goes on as anonymous there
		// (docs/woocommerce/authentication.md#decision-order). A key whose own permission refuses is refused there too.
		if strings.HasPrefix(r.Path, "/wc/store/") {
			return nil
		}
		return refusal(decision.Refusal)
	}
	r.Caller, r.Key = decision.User, decision.Key
	if r.Caller.Known() {
		record.User = r.Caller.Login
	} else if r.nonce() {
		// Nobody is logged in with a cookie, so no nonce can be right.
		r.sendNocache = true
		return &outcome{err: Errorf(http.StatusForbidden, "rest_cookie_invalid_nonce", "Cookie check failed")}
	}
	if r.Key != nil {
		record.Key = r.Key.ID
		if refused := r.Key.Permit(r.Method); refused != nil {
			return refusal(refused)
		}
		if s.config.Used != nil {
			s.config.Used(r.Key, r.Now)
		}
	}
	return nil
}

// postForm is $_POST: only what PHP itself parsed.
func (r *Request) postForm() *Object {
	if r.HTTP.Method == http.MethodPost {
		return r.Form
	}
	return nil
}

func (r *Request) nonce() bool {
	return r.Query.Value("_wpnonce") != nil || r.postForm().Value("_wpnonce") != nil || r.Header.Get("X-Wp-Nonce") != ""
}

func refusal(refused *identity.Refusal) *outcome {
	return &outcome{err: Errorf(refused.Status, refused.Code, "%s", refused.Message)}
}

// render turns an outcome into the answer. It applies the Allow header, _fields, links, embedded records, the envelope
// and pretty printing, in WordPress's order.
func (s *Server) render(r *Request, o *outcome, a *answer) {
	rd := renderer{server: s, r: r}
	extra := http.Header{}
	if o.err == nil {
		rd.fields = parseFields(r.Param("_fields"))
		rd.embed = newEmbedder(s, r)
		for name, values := range o.response.Header {
			extra[name] = values
		}
	}
	if o.matched != nil {
		if methods := s.allow(r, o.matched); len(methods) > 0 {
			extra["Allow"] = []string{strings.Join(methods, ", ")}
		}
	}
	a.status = o.status()
	if _, ok := r.Query.Get("_envelope"); ok {
		s.envelope(&rd, o, a, extra)
	} else {
		for name, values := range extra {
			a.header[name] = values
		}
		// Several Link headers become one, and replace the link to the root.
		if links := extra["Link"]; len(links) > 1 {
			a.header["Link"] = []string{strings.Join(links, ", ")}
		}
		if r.Method != http.MethodHead {
			a.body = rd.outcome(a.body[:0], o)
		}
	}
	if r.Has("_pretty") {
		a.body = AppendPretty(nil, a.body)
	}
	s.finishHeaders(r, a)
}

// envelope puts status and headers into the body, for clients that see neither.
func (s *Server) envelope(rd *renderer, o *outcome, a *answer, extra http.Header) {
	headers := &Object{}
	for name, values := range extra {
		switch name {
		case "X-Wp-Total", "X-Wp-Totalpages":
			n, _ := strconv.Atoi(values[0])
			headers.Set(strings.Replace(strings.Replace(name, "Wp", "WP", 1), "pages", "Pages", 1), n)
		default:
			headers.Set(name, strings.Join(values, ", "))
		}
	}
	var shown Value = headers
	if headers.Len() == 0 {
		shown = List{}
	}
	a.body = AppendJSON(nil, NewObject("body", Raw(rd.outcome(nil, o)), "status", a.status, "headers", shown))
	a.status = http.StatusOK
}

// finishHeaders adds the headers that depend on the caller: no caching for users, CORS.
func (s *Server) finishHeaders(r *Request, a *answer) {
	known := r.Caller.Known()
	overridden := r.Header.Get("X-Http-Method-Override") != "" && !r.Query.Has("_method")
	if known || r.sendNocache || overridden && a.status/100 == 4 {
		SetNocache(a.header)
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if origin != "null" {
			origin = wptext.SanitizeURL(origin)
		}
		a.header["Access-Control-Allow-Origin"] = []string{origin}
		a.header["Access-Control-Allow-Methods"] = []string{"OPTIONS, GET, POST, PUT, PATCH, DELETE"}
		a.header["Access-Control-Allow-Credentials"] = []string{"true"}
		a.header["Vary"] = []string{"Origin"}
	} else if r.HTTP.Method == http.MethodGet && !known {
		a.header["Vary"] = []string{"Origin"}
	}
}

// renderFatal answers as WordPress does when PHP dies: JSON to clients that speak JSON, a page to others. The headers
// sent so far stay.
func (s *Server) renderFatal(r *Request, a *answer, cause any) {
	a.status = http.StatusInternalServerError
	a.callback = ""
	SetNocache(a.header)
	if isJSONType(r.Header.Get("Content-Type")) || isJSONType(r.Header.Get("Accept")) {
		a.contentType = "application/json; charset=UTF-8"
		a.body = AppendJSON(nil, fatal(fmt.Sprint(cause)).body())
		return
	}
	a.contentType = "text/html; charset=UTF-8"
	a.body = []byte("<!DOCTYPE html>\n<html><head><title>WordPress &rsaquo; Error</title></head><body>" +
		"<p>There has been a critical error on this website.</p></body></html>\n")
}

// fatalMessage is the message inside a fatal error.
func (e *Error) fatalMessage() string {
	data, _ := e.Data.(*Object)
	inner, _ := data.Value("error").(*Object)
	return Text(inner.Value("message"))
}
