package rest

import (
	"net/http"
	"slices"
	"strings"
)

// Param returns a parameter by WordPress's precedence, nil when it is absent. Like PHP's isset, it skips a nil in an
// earlier place.
func (r *Request) Param(name string) Value {
	if r.ignores(name) {
		return nil
	}
	if v := r.sent(name); v != nil {
		return v
	}
	return r.Defaults.Value(name)
}

// ignores tells whether this version of the store ignores a parameter.
func (r *Request) ignores(name string) bool {
	return r.route != nil && r.server != nil && r.server.lacks(r.route.Pattern, name, !takesForm(r.Method))
}

// sent is Param without the defaults.
func (r *Request) sent(name string) Value {
	if v := r.JSON.Value(name); v != nil {
		return v
	}
	if r.Form != nil && takesForm(r.Method) {
		if v := r.Form.Value(name); v != nil {
			return v
		}
	}
	if v := r.Query.Value(name); v != nil {
		return v
	}
	return r.URL.Value(name)
}

// Has tells whether a parameter is present in any place, defaults included, even as nil. It is WordPress's has_param.
func (r *Request) Has(name string) bool {
	for _, place := range r.places() {
		if (*place).Has(name) {
			return true
		}
	}
	return false
}

// Given tells whether the client sent the parameter, with a value that is not null: isset without the defaults.
func (r *Request) Given(name string) bool {
	return !r.ignores(name) && r.sent(name) != nil
}

// Int returns a parameter converted to an integer as PHP does, 0 when absent.
func (r *Request) Int(name string) int64 { return Int(r.Param(name)) }

// Text returns a parameter converted to a string as PHP does, "" when absent.
func (r *Request) Text(name string) string { return Text(r.Param(name)) }

// Bool returns a parameter converted to a boolean as PHP does.
func (r *Request) Bool(name string) bool { return Truthy(r.Param(name)) }

// List returns the elements of an array parameter, nil when absent.
func (r *Request) List(name string) List { return Elements(r.Param(name)) }

// Object returns an object parameter, nil when it is absent or no array.
func (r *Request) Object(name string) *Object { return AsObject(r.Param(name)) }

// Ints returns the elements of an array parameter as integers.
func (r *Request) Ints(name string) []int64 {
	list := r.List(name)
	if list == nil {
		return nil
	}
	ints := make([]int64, len(list))
	for i, v := range list {
		ints[i] = Int(v)
	}
	return ints
}

// Texts returns the elements of an array parameter as strings.
func (r *Request) Texts(name string) []string {
	list := r.List(name)
	if list == nil {
		return nil
	}
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = Text(v)
	}
	return texts
}

// Params returns all parameters merged by precedence, defaults included. Each name has its winning value, in the
// position where WordPress would put it.
func (r *Request) Params() *Object {
	merged := &Object{}
	for _, place := range slices.Backward(r.places()) {
		for name, v := range (*place).All() {
			merged.Set(name, v)
		}
	}
	return merged
}

// Set changes a parameter in every place where the client sent it. A parameter that the client did not send is added to
// the first place of the precedence. For a GET that is the query, so the parameter shows in the Link header.
func (r *Request) Set(name string, value Value) {
	if r.scalarBody {
		// PHP cannot set an offset of a string or a number: the request dies.
		panic(phpError("Cannot use a scalar value as an array"))
	}
	found := false
	for _, place := range r.places() {
		if place != &r.Defaults && (*place).Has(name) {
			(*place).Set(name, value)
			found = true
		}
	}
	if found {
		return
	}
	first := &r.Query
	switch {
	case r.jsonBody:
		first = &r.JSON
	case takesForm(r.Method):
		first = &r.Form
	}
	if *first == nil {
		*first = &Object{}
	}
	(*first).Set(name, value)
}

// Denied returns the error of a permission callback: 403 when a user is logged in, 401 when nobody is.
func (r *Request) Denied(code, message string) *Error {
	return Errorf(r.DeniedStatus(), code, "%s", message)
}

// DeniedStatus is WordPress's rest_authorization_required_code.
func (r *Request) DeniedStatus() int {
	if r.Caller.Known() {
		return http.StatusForbidden
	}
	return http.StatusUnauthorized
}

// Can tells whether the caller has a primitive capability.
func (r *Request) Can(capability string) bool { return r.Caller.Can(capability) }

// Remember notes something that WordPress keeps in memory until the request is over, even if the store changes
// meanwhile.
func (r *Request) Remember(what string) {
	if r.memory != nil {
		r.memory[what] = true
	}
}

// Remembers tells whether Remember was called in the course of this request.
func (r *Request) Remembers(what string) bool { return r.memory[what] }

// RESTURL returns the absolute address of a path of the API, e.g. "/wc/v3/orders/12".
func (r *Request) RESTURL(path string) string {
	if r.rename != nil {
		path = r.rename(path)
	}
	return r.server.RESTURL(r.Base, path)
}

// Namespace is the namespace that the request came for, e.g. "wc/v3". A controller that also serves older versions of
// the API sees their names here.
func (r *Request) Namespace() string {
	if r.route == nil {
		return ""
	}
	return r.route.Namespace
}

// Unlocked runs do without the store's lock, for work that waits for the outside world. The store may have changed when
// Unlocked returns.
func (r *Request) Unlocked(do func()) {
	if r.unlock == nil {
		do()
		return
	}
	r.unlock()
	defer r.relock()
	do()
}

// places are the parameter sets in the order of precedence; absent ones are left out.
func (r *Request) places() []**Object {
	places := make([]**Object, 0, 5)
	if r.JSON != nil {
		places = append(places, &r.JSON)
	}
	if takesForm(r.Method) && r.Form != nil {
		places = append(places, &r.Form)
	}
	for _, place := range []**Object{&r.Query, &r.URL, &r.Defaults} {
		if *place != nil {
			places = append(places, place)
		}
	}
	return places
}

func takesForm(method string) bool {
	switch method {
	case "POST", "PUT", "PATCH", "DELETE":
		return true
	}
	return false
}

// SSL tells what PHP believes about the connection of the request.
func (r *Request) SSL() bool { return r.ssl }

// within returns a request made inside the store on behalf of the same caller.
func (r *Request) within(method string) *Request {
	return &Request{
		Method: method, Path: r.Path, Base: r.Base, Header: r.Header,
		Caller: r.Caller, Key: r.Key, Now: r.Now, Dies: r.Dies, Caught: r.Caught,
		URL:    &Object{},
		server: r.server, ssl: r.ssl, route: r.route, rename: r.rename, unlock: r.unlock, relock: r.relock,
		memory: r.memory,
	}
}

var noHeader = http.Header{}

// RESTURL returns the absolute address of a path of the API as seen from a home address.
func (s *Server) RESTURL(base, path string) string {
	if s.config.RESTURL != nil {
		return s.config.RESTURL(base, path)
	}
	return base + "/wp-json/" + strings.TrimPrefix(path, "/")
}

func (s *Server) lacks(pattern, parameter string, reading bool) bool {
	return s.config.Lacks != nil && s.config.Lacks(pattern, parameter, reading)
}
