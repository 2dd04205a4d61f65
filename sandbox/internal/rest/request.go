package rest

import (
	"net/http"
	"slices"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// Request is a request on its way through the server, with WordPress's parameter precedence: JSON body, form body (for
// POST, PUT, PATCH, DELETE), query, URL, defaults.
type Request struct {
	// HTTP is the request as it came; nil for requests made inside the store (embeds, batches, webhook payloads).
	HTTP *http.Request
	// Method is upper case, after _method and X-HTTP-Method-Override.
	Method string
	// Path is the path of the route, e.g. "/wc/v3/orders/12".
	Path string
	// Base is the home address as this request sees it, without a trailing slash: its scheme is https only when the
	// store believes it is.
	Base string
	// Header holds the request's headers; never nil.
	Header http.Header

	// Dies names the hook in which PHP dies during the request; empty when it lives.
	Dies string
	// Caller is who asks: a user, or nobody (ID 0).
	Caller *identity.User
	// Key is the REST API key in use, nil without one.
	Key *identity.Key
	// Now is the store's clock when the request arrived, in UTC.
	Now time.Time

	JSON     *Object // parsed JSON body; nil without one, or when it is no array
	Form     *Object // parsed form body; nil without one
	Query    *Object // $_GET
	URL      *Object // parameters of the route pattern
	Defaults *Object
	RawBody  []byte

	server   *Server
	route    *route
	endpoint *endpoint
	alias    *Alias // set while a handler of another namespace serves the request
	ssl      bool
	unlock   func()
	relock   func()
	bodyErr  *Error // set when a JSON body could not be parsed
	jsonBody bool   // the content type says JSON
	// scalarBody is set for a JSON body such as "text" or 12: it has no parameters, and setting one is a fatal error in
	// PHP.
	scalarBody bool
	// memory is what PHP keeps until the request is over, shared with the requests made inside the store on its behalf.
	memory map[string]bool
	// sendNocache forces the headers against caching on an anonymous answer.
	sendNocache bool
}

// phpError is a fatal error of PHP, raised with panic.
type phpError string

func (e phpError) Error() string { return string(e) }

// Param returns a parameter by WordPress's precedence, nil when it is absent.
// Like PHP's isset, it passes over a nil in an earlier place.
func (r *Request) Param(name string) Value {
	if r.ignores(name) {
		return nil
	}
	if v := r.sent(name); v != nil {
		return v
	}
	return r.Defaults.Value(name)
}

// ignores tells whether the store's version does not look at a parameter.
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

// Has tells whether a parameter is present in any place, nil or not, defaults included. It is WordPress's has_param.
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

// Params returns all parameters merged by precedence, defaults included: each name has its winning value and stands
// where WordPress would put it.
func (r *Request) Params() *Object {
	merged := &Object{}
	for _, place := range slices.Backward(r.places()) {
		for name, v := range (*place).All() {
			merged.Set(name, v)
		}
	}
	return merged
}

// Set changes a parameter wherever the client sent it; a parameter that nobody sent is added to the first place of the
// precedence, which for a GET is the query, so that it shows up in the Link header of a collection.
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

// Can tells whether the caller has a primitive capability. Nobody has none.
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

// RESTURL returns the absolute address of a path of the API, e.g.
// "/wc/v3/orders/12".
func (r *Request) RESTURL(path string) string {
	return r.server.RESTURL(r.Base, r.alias.rename(path))
}

// Namespace is the namespace the request came for, e.g. "wc/v3"; a controller that serves older versions of the API
// sees their name here.
func (r *Request) Namespace() string {
	if r.route == nil {
		return ""
	}
	return r.route.Namespace
}

// Unlocked runs do without holding the store's lock, for work that waits for the outside world. The store may have
// changed when it returns.
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
