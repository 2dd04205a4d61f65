package rest

import (
	"net/http"
	"regexp"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// This file declares the types the server is made of. They refer to each other: a route has handlers, a handler takes a
// request, a request knows its route and its server. Their methods are in other files.

// The method sets of WordPress's WP_REST_Server constants.
var (
	Readable    = []string{"GET"}
	Creatable   = []string{"POST"}
	Editable    = []string{"POST", "PUT", "PATCH"}
	Deletable   = []string{"DELETE"}
	AllMethods  = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	EditAndRead = []string{"GET", "POST", "PUT", "PATCH"}
)

// Handler answers a request whose parameters are valid and whose caller has the permission.
type Handler func(*Request) (*Response, error)

// Permission returns nil when the caller may make this request, else an *Error (usually 401 or 403, see
// Request.Denied). It must not change anything, because it also runs to compute the Allow header and targetHints of
// requests that are never made. Only the parameters of the URL and of the current request are there then.
type Permission func(*Request) error

// Endpoint is what a route does for some methods.
type Endpoint struct {
	Methods []string
	// Args is the argument schema: parameter name to JSON-schema-like object, in the order WordPress prints it. Nil
	// takes the schema recorded for this pattern and these methods. An empty object means no arguments.
	Args *Object
	// Rules states per argument where the real controller differs from WordPress's default callbacks.
	Rules map[string]ArgRule
	// Permission nil means everybody may.
	Permission Permission
	Handler    Handler
}

// ArgRule replaces the callbacks of one argument. A nil function means WordPress's default: validation by schema, then
// sanitisation by schema.
type ArgRule struct {
	// Validate returns an error to refuse the value.
	Validate func(r *Request, name string, value Value) *Error
	// Sanitize returns the value to use instead.
	Sanitize func(r *Request, name string, value Value) (Value, *Error)
	// Enum replaces the choices of the argument, or of its items, where they depend on the store, such as order
	// statuses of plugins.
	Enum func() List
}

// Route is one URL pattern of the API. Patterns are written as WordPress writes them and match case-insensitively,
// whole.
type Route struct {
	Pattern   string
	Endpoints []Endpoint
	// Namespace defaults to the first two segments of the pattern ("wc/v3").
	Namespace string
	// Schema returns the item schema shown to OPTIONS requests; nil shows none.
	Schema func() *Object
	// Like is the pattern of the recorded route whose arguments and schema this route has, where this route is not
	// recorded itself. After is the route that it is listed behind.
	Like, After string
	// Hidden routes work, but are not listed in the index.
	Hidden bool
	// Available tells whether the route is registered at the moment. A feature, a multisite or the version may take it
	// away. Nil means always.
	Available func() bool
}

// Request is a request on its way through the server. Its parameters come from, in WordPress's precedence, JSON body,
// form body (for POST, PUT, PATCH, DELETE), query, URL, defaults.
type Request struct {
	// HTTP is the request as it came; nil for requests made inside the store (embeds, batches, webhook payloads).
	HTTP *http.Request
	// Method is upper case, after _method and X-HTTP-Method-Override.
	Method string
	// Path is the path of the route, e.g. "/wc/v3/orders/12".
	Path string
	// Base is the home address as this request sees it, without a trailing slash. Its scheme is https only when the
	// store believes in TLS.
	Base string
	// Header holds the request's headers; never nil.
	Header http.Header

	// Dies names the hook in which PHP dies during the request; empty when it lives.
	Dies string
	// Caught says that WooCommerce catches what is thrown in the hook of Dies.
	Caught bool
	// Caller is the user who sends the request, or nobody (ID 0).
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
	// rename turns a path of the API into that of the namespace asked for, while a handler of another namespace serves
	// the request. Nil leaves paths alone.
	rename   func(path string) string
	ssl      bool
	unlock   func()
	relock   func()
	bodyErr  *Error // set when a JSON body could not be parsed
	jsonBody bool   // the content type says JSON
	// scalarBody is set for a JSON body such as "text" or 12. Such a body has no parameters. Setting one is a fatal
	// error in PHP.
	scalarBody bool
	// memory is what PHP keeps in memory until the request is over. A request that the store makes to itself for this
	// one shares the memory.
	memory map[string]bool
	// sendNocache adds the headers against caching even to an anonymous answer.
	sendNocache bool
}

// Config is what a server needs to know of the store around it.
type Config struct {
	// Now is the store's clock.
	Now func() time.Time
	// Authenticate says who sent the request. It runs with the store locked.
	Authenticate func(identity.Facts) identity.Decision
	// Used is called when a key was used for a request that its own permission allows.
	Used func(key *identity.Key, now time.Time)
	// Lock locks the store for one request, exclusively when write is true, and returns what releases the lock. Nil
	// means no locking.
	Lock func(write bool) (release func())
	// RESTURL returns the address of a path of the API below a home address, which depends on the permalinks. Nil means
	// pretty permalinks.
	RESTURL func(base, path string) string
	// Index returns the members of the root index before "namespaces" (name, description, url, …).
	Index func(r *Request) *Object
	// Version is the version of WooCommerce whose routes and arguments the server has; "" means the newest one known.
	Version string
	// Lacks tells whether this version of the store has no such route, or the route no such parameter. An empty
	// parameter asks about the route itself. reading says whether the endpoint reads. Nil means that nothing is
	// lacking. The answers must not change.
	Lacks func(pattern, parameter string, reading bool) bool
	// Translate gives a text of the store in its language. Localize gives an answer of a route with its texts
	// translated. Nil means English.
	Translate func(text string) string
	Localize  func(pattern string, body Value) Value
	// Observe is called with every request after its answer. It may be nil.
	Observe func(Record)
}

// Server routes requests to handlers. Register all routes before serving.
type Server struct {
	config     Config
	recorded   map[string]*recordedRoute // what the catalogue says of this version
	routes     []*route                  // in the order of the index
	byPattern  map[string]*route
	table      table
	namespaces []string
}

// route is a registered route, ready to match.
type route struct {
	Route
	position  int
	segments  []segment
	whole     *regexp.Regexp // for patterns that cannot be cut into segments
	endpoints []*endpoint
	schema    func() *Object
}

// segment is one part between slashes of a pattern.
type segment struct {
	literal string // lower case; "" when the segment is a parameter
	name    string
	matches func(string) bool
}

type endpoint struct {
	Endpoint
	definitions *Object // as shown in the index
	checked
}

// checked holds the rules by which the parameters of a request are checked. All stores share one copy, so it never
// changes.
type checked struct {
	arguments []argument
	byName    map[string]*argument
	// defaults are as defined, cleanDefaults as they are after sanitising. All requests share both.
	defaults, cleanDefaults *Object
}

// table finds routes by path. Candidates are kept by the number of segments and the third segment (the resource), in
// the order of the real store's index, because the first match wins there.
type table struct {
	byShape map[shape][]*route
	whole   []*route
}

// recordedRoute is one route of the recorded index.
type recordedRoute struct {
	pattern   string
	namespace string
	position  int
	endpoints []recordedEndpoint
	schema    *Object
}

type recordedEndpoint struct {
	methods []string
	args    *Object
	// arguments are compiled once and shared by all stores.
	arguments []argument
	// withoutRules gives what checks the requests of an endpoint that has no rules of its own.
	withoutRules func() checked
}

// argument is one parameter of an endpoint.
type argument struct {
	name       string
	schema     *schema
	definition *Object
	required   bool
	fallback   Value // the default; nil for none
	// validator names the callback that checks the value before sanitising; "" means no check.
	validator string
	// sanitizer names the sanitising callback; "" is WordPress's default, which checks and sanitises by schema.
	sanitizer string
	rule      ArgRule
}

// Record is what the request log keeps of one request.
type Record struct {
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	// Path is the path and query without credentials.
	Path string `json:"path"`
	// Route is the pattern that matched, "" when none did.
	Route  string `json:"route,omitempty"`
	Status int    `json:"status"`
	// Code is the error code of a refusal, "" when the request was served.
	Code string `json:"code,omitempty"`
	// User is the login of the caller, "" for nobody. Key is the id of the key.
	User string `json:"user,omitempty"`
	Key  int64  `json:"key,omitempty"`
	// Reason says how the caller was recognised, or why not, and why the request was refused.
	Reason  string        `json:"reason,omitempty"`
	Elapsed time.Duration `json:"elapsed"`
	// Agent is what the caller calls itself (User-Agent).
	Agent string `json:"agent,omitempty"`
	Bytes int    `json:"bytes"`
}

type shape struct {
	segments int
	resource string
}
