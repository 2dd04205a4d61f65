package rest

import (
	"net/http"
	"regexp"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// What the server is made of. These types know each other: a route has handlers, a handler is given a request, a
// request knows its route and its server. So they stand in one file; what they do stands in files of its own.

// The method sets of WordPress's WP_REST_Server constants.
var (
	Readable    = []string{"GET"}
	Creatable   = []string{"POST"}
	Editable    = []string{"POST", "PUT", "PATCH"}
	Deletable   = []string{"DELETE"}
	AllMethods  = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	EditAndRead = []string{"GET", "POST", "PUT", "PATCH"}
)

// Handler answers a request whose parameters are valid and whose caller may do what it asks.
type Handler func(*Request) (*Response, error)

// Permission returns nil when the caller may make this request, an *Error (usually 401 or 403, see Request.Denied) when
// not. It must not change anything: it also runs for requests that are never made, to compute the Allow header and
// targetHints. Then only the parameters of the URL and of the request at hand are there.
type Permission func(*Request) error

// Endpoint is what a route does for some methods.
type Endpoint struct {
	Methods []string
	// Args is the argument schema: parameter name to JSON-schema-like object, in the order WordPress prints it. Nil
	// means: as recorded for this pattern and these methods; an empty object means none.
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
	// Enum replaces the choices of the argument, or of its items, where they depend on the store (order statuses of
	// plugins).
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
	// Like is the pattern of the recorded route whose arguments and schema this one has, where it is not recorded
	// itself; After is the one it is listed behind.
	Like, After string
	// Hidden routes work, but are not listed in the index.
	Hidden bool
	// Available nil means always; when it returns false the route is as if it was not registered (multisite only,
	// feature switched off, version).
	Available func() bool
}

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
	// Caught says that WooCommerce catches what is thrown there.
	Caught bool
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
	// rename turns a path of the API into that of the namespace asked for, while a handler of another one serves the
	// request; nil leaves paths alone.
	rename   func(path string) string
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

// Config is what a server needs to know of the store around it.
type Config struct {
	// Now is the store's clock.
	Now func() time.Time
	// Authenticate says who is asking. It runs with the store locked.
	Authenticate func(identity.Facts) identity.Decision
	// Used is told that a key was used for a request its permission allows.
	Used func(key *identity.Key, now time.Time)
	// Lock locks the store for one request, exclusively when write is true, and returns how to release it. Nil means no
	// locking.
	Lock func(write bool) (release func())
	// RESTURL returns the address of a path of the API below a home address; it depends on the permalinks. Nil means
	// pretty permalinks.
	RESTURL func(base, path string) string
	// Index returns the members of the root index before "namespaces" (name, description, url, …).
	Index func(r *Request) *Object
	// Version is the version of WooCommerce whose routes and arguments the server has; "" means the newest one known.
	Version string
	// Lacks tells whether this version of the store has no such route, or a route no such parameter yet: reading says
	// whether requests are that read. An empty parameter asks for the route itself. Nil means that everything is there.
	// It must not change.
	Lacks func(pattern, parameter string, reading bool) bool
	// Translate is a text of the store's own in its language, and Localize an answer of a route with its texts
	// translated. Nil means English.
	Translate func(text string) string
	Localize  func(pattern string, body Value) Value
	// Observe is told about every request after it was answered. Nil is fine.
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

// checked is what the parameters of a request are checked with. Stores share it, so nobody changes it.
type checked struct {
	arguments []argument
	byName    map[string]*argument
	// defaults as defined, and as they are after sanitising; shared by all requests.
	defaults, cleanDefaults *Object
}

// table finds routes by path. Candidates are kept by the number of segments and the third one (the resource), in the
// order of the real store's index, because there the first match wins.
type table struct {
	byShape map[shape][]*route
	whole   []*route
}

// recordedRoute is one line of the catalogue.
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
	// withoutRules is what checks the requests of an endpoint that has no rules of its own.
	withoutRules func() checked
}

// argument is one parameter of an endpoint.
type argument struct {
	name       string
	schema     *schema
	definition *Object
	required   bool
	fallback   Value // the default; nil for none
	// validator names the callback that checks the value before anything is sanitised; "" checks nothing then.
	validator string
	// sanitizer names a callback; "" is WordPress's default, which is to check and sanitise by schema.
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
	// User is the login of who asked, "" for nobody; Key the id of the key.
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
