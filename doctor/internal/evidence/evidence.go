package evidence

import (
	"encoding/json"
	"net/http"
	"time"
)

// EvidenceVersion is the version of the saved form. A reader refuses versions it does not know.
const EvidenceVersion = 1

// Evidence is everything one run has seen: enough to diagnose again elsewhere, with no secret and no customer's data.
type Evidence struct {
	Version   int           `json:"version"`
	StartedAt time.Time     `json:"started_at"` // by this machine's clock, UTC
	Elapsed   time.Duration `json:"elapsed_ns"`
	Target    TargetFacts   `json:"target"`
	DNS       []Lookup      `json:"dns,omitempty"`
	Dials     []Dial        `json:"dials,omitempty"`
	TLS       []Handshake   `json:"tls,omitempty"`
	Exchanges []Exchange    `json:"exchanges"`
	// Root is where the REST API was found, for example "https://shop.example/wp-json/"; empty when it was not.
	Root string `json:"root,omitempty"`
	// Way is how the key was let in: "header", "query", "oauth" or, when it never was, "".
	Way Way `json:"way,omitempty"`
	// Local is what is known about the side that asks.
	Local LocalFacts `json:"local"`
	// Stops say why later probes were not sent, in the order of the decisions.
	Stops []Stop `json:"stops,omitempty"`
	// Omitted are requests that some scope is made of and that the budget had no room for.
	Omitted []Probe `json:"omitted,omitempty"`
	// Spent counts requests, those of the TLS and connection probes included.
	Spent int `json:"requests_spent"`
}

// Way is how a key travels.
type Way string

// The ways in which WooCommerce takes a key.
const (
	WayNone   Way = ""
	WayHeader Way = "header" // Authorization: Basic, over HTTPS
	WayQuery  Way = "query"  // consumer_key and consumer_secret as arguments, over HTTPS
	WayOAuth  Way = "oauth"  // OAuth 1.0a signature, the secret does not travel
)

// Lookup is one name resolution.
type Lookup struct {
	Host     string        `json:"host"`
	Purpose  string        `json:"purpose,omitempty"`
	Addrs    []string      `json:"addrs,omitempty"`
	Err      string        `json:"error,omitempty"`
	NotFound bool          `json:"not_found,omitempty"`
	Elapsed  time.Duration `json:"elapsed_ns"`
}

// Dial is one attempt to open a TCP connection to one address.
type Dial struct {
	Address string `json:"address"`
	Family  string `json:"family"` // "ipv4" or "ipv6"
	OK      bool   `json:"ok"`
	// refused, timeout, reset, host-unreachable, unreachable (from here), other
	Class   string        `json:"class,omitempty"`
	Err     string        `json:"error,omitempty"`
	Elapsed time.Duration `json:"elapsed_ns"`
}

// Handshake is one TLS handshake, its certificate verified by hand so that the reasons can be told apart.
type Handshake struct {
	Host     string `json:"host"` // the name asked for
	Address  string `json:"address"`
	Dialled  bool   `json:"dialled"`  // the TCP connection came about
	OK       bool   `json:"ok"`       // and a TLS connection over it
	Verified bool   `json:"verified"` // and its certificate can be trusted for Host
	Version  string `json:"version,omitempty"`
	Suite    string `json:"suite,omitempty"` // of ciphers
	// why there was no connection: version, plain_http, timeout, reset, alert
	Class   string    `json:"class,omitempty"`
	Err     string    `json:"error,omitempty"`
	OldOnly bool      `json:"old_only,omitempty"` // only TLS 1.0 or 1.1 is spoken, or 1.2 only with ciphers of then
	Chain   []Cert    `json:"chain,omitempty"`    // as sent
	Reasons []CertWhy `json:"reasons,omitempty"`
	// IssuerFetched: with the missing intermediate fetched from the certificate's own address the chain verifies.
	IssuerFetched bool `json:"issuer_fetched,omitempty"`
}

// CertWhy is a reason not to trust a certificate.
type CertWhy string

// The reasons, as the checks tell them apart.
const (
	CertExpired    CertWhy = "expired"
	CertNotYet     CertWhy = "not_yet_valid"
	CertSelfSigned CertWhy = "self_signed"
	CertUnknownCA  CertWhy = "unknown_authority" // a whole chain, but to a root nobody trusts
	CertIncomplete CertWhy = "incomplete_chain"
	CertWrongName  CertWhy = "wrong_name"
	CertOther      CertWhy = "other"
)

// Cert is what matters of one certificate.
type Cert struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Names     []string  `json:"names,omitempty"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	SelfIssue bool      `json:"self_issued,omitempty"`
	CA        bool      `json:"ca,omitempty"`
}

// LocalFacts describe the side that asks.
type LocalFacts struct {
	Egress    string `json:"egress,omitempty"` // the local address the connection left from
	Loopback  bool   `json:"loopback,omitempty"`
	UserAgent string `json:"user_agent"`
	Proxy     string `json:"proxy,omitempty"` // a proxy from the environment, its password removed
}

// Stop is a point where the run decided not to ask further, and what that leaves unknown.
type Stop struct {
	At     string `json:"at"` // a stage: reach, tls, route, transport, key, permissions, data
	Reason string `json:"reason"`
}

// Exchange is one request and what came back. Its ID names the probe; checks find it by that name.
type Exchange struct {
	ID      string        `json:"id"`
	Purpose string        `json:"purpose"`
	Request RequestFacts  `json:"request"`
	Status  int           `json:"status,omitempty"` // 0: no answer
	Header  http.Header   `json:"header,omitempty"`
	Body    Body          `json:"body"`
	Fault   *Fault        `json:"fault,omitempty"` // why there was no whole answer
	Remote  string        `json:"remote,omitempty"`
	Started time.Duration `json:"started_ns"` // since the run began
	Elapsed time.Duration `json:"elapsed_ns"`
	First   time.Duration `json:"first_byte_ns,omitempty"`
}

// RequestFacts are a request with every secret replaced by its name.
type RequestFacts struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	// none, header, header-wrong, query, query-wrong, oauth, oauth-unsigned, oauth-control
	Auth   string            `json:"auth"`
	Header map[string]string `json:"header,omitempty"`
	Body   string            `json:"body,omitempty"` // the body, or for large ones what it is
}

// Fault is why an exchange has no whole answer.
type Fault struct {
	Class string `json:"class"` // timeout, refused, reset, closed, tls, dns, protocol, truncated, too_large
	Err   string `json:"error"`
}

// Body is what was seen of an answer's body.
type Body struct {
	Bytes     int64           `json:"bytes"`
	Kind      string          `json:"kind"` // json, html, text, empty, binary
	JSON      json.RawMessage `json:"json,omitempty"`
	Stray     string          `json:"stray,omitempty"`  // what stood in front of the JSON
	Behind    string          `json:"behind,omitempty"` // what stood behind the JSON
	Blank     int             `json:"blank,omitempty"`  // bytes of blank space in front of the JSON
	BOM       bool            `json:"bom,omitempty"`
	Cut       bool            `json:"cut,omitempty"`         // JSON that ends too early
	Code      string          `json:"code,omitempty"`        // of a JSON error
	Message   string          `json:"message,omitempty"`     // compared with controls, never read
	Wrapped   string          `json:"wrapped,omitempty"`     // the member in which something put the answer
	DataState int             `json:"data_status,omitempty"` // the status inside the JSON error
	Title     string          `json:"title,omitempty"`       // of a page
	Snippet   string          `json:"snippet,omitempty"`     // the beginning of what is not JSON
	Count     int             `json:"count"`                 // elements of a JSON array; -1 when it is none
	Odd       []Odd           `json:"odd,omitempty"`         // members that are not what WooCommerce gives
	Extra     int             `json:"extra,omitempty"`       // fields that came although they were not asked for
	Hash      string          `json:"hash,omitempty"`        // to compare two answers
	Garbled   string          `json:"garbled,omitempty"`     // "double-gzip", "gzip-unannounced", "not-gzip"
	Links     []string        `json:"links,omitempty"`       // same-site addresses on a page, for finding the shop
	APILink   string          `json:"api_link,omitempty"`    // <link rel="https://api.w.org/"> of a page
	Generator []string        `json:"generator,omitempty"`   // <meta name="generator"> of a page
	Marks     []string        `json:"marks,omitempty"`       // known texts found in a page, see marks.go
}

// Probe names one request of a run; its Exchange carries the name. What kind of request it is and what a healthy store
// answers stands in traits.go: the guard, the order of the questions and everything that is said to work go by it.
type Probe string

// Odd is a member of a record that is not what WooCommerce gives.
type Odd struct {
	ID     string `json:"id"`           // of the record
	Member string `json:"member"`       // "status", "billing.email", "line_items.quantity"
	Is     string `json:"is,omitempty"` // the value as JSON; "" where the member lacks
}
