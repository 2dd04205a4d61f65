package rest

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
