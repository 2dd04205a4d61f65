package evidence

import (
	"slices"
	"strings"
)

// Probe names one request of a run; its Exchange carries the name. What kind of request it is and what a healthy store
// answers stands in the list below: the guard, the order of the questions and everything that is said to work go by it.
type Probe string

// The index of the REST API and what stands around it.
const (
	Index          Probe = "index"
	IndexLink      Probe = "index.link"
	IndexPathinfo  Probe = "index.pathinfo"
	IndexRestRoute Probe = "index.rest_route"
	IndexParent    Probe = "index.parent"
	IndexBrowser   Probe = "index.browser"
	IndexAccept    Probe = "index.accept"
	IndexBare      Probe = "index.bare"
	IndexLibrary   Probe = "index.library"
	IndexNoAgent   Probe = "index.no-agent"
	IndexNoAccept  Probe = "index.no-accept"
	IndexHop1      Probe = "index.hop1"
	Home           Probe = "home"
	StaticFile     Probe = "static"
	PageNowhere    Probe = "page.nowhere"
	HTTPIndex      Probe = "http.index"
	HTTPSamePort   Probe = "http.same-port"
	HTTPSIndex     Probe = "https.index"
	WCNamespace    Probe = "wc.namespace"
	WCIndex        Probe = "wc.index"
	StatusesPublic Probe = "statuses.public"
	EchoPages      Probe = "echo"
	ShopSign       Probe = "shop.sign"
	ReceiverHead   Probe = "receiver"
)

// One small read, with the key and without.
const (
	Anonymous   Probe = "anon"
	AnonSelf    Probe = "anon.self"
	UsualRead   Probe = "usual.read"
	ReadFirst   Probe = "read"
	ReadOAuth   Probe = "read.oauth"
	ReadAgain   Probe = "read.again"
	ReadFresh   Probe = "read.fresh"
	ReadLate    Probe = "read.late"
	CacheCross  Probe = "cache.cross"
	CacheLeak   Probe = "cache.leak"
	QueryRight  Probe = "query.right"
	QueryWrong  Probe = "query.wrong"
	HeaderWrong Probe = "header.wrong"
	WhoAsks     Probe = "who"
)

// Signatures.
const (
	KeyKnown    Probe = "key.known"
	KeyControl  Probe = "key.control"
	BlogKnown   Probe = "blog.known"
	BlogControl Probe = "blog.control"
	SignGiven   Probe = "sign.given"
	SignHome    Probe = "sign.home"
	SignHTTP    Probe = "sign.http"
	SignHTTPS   Probe = "sign.https"
	SignDirect  Probe = "sign.direct"
	SignExtra   Probe = "sign.extra"
	SignEcho    Probe = "sign.echo"
)

// Reads as an integration makes them.
const (
	ListOrders       Probe = "list.orders"
	ListOldOrders    Probe = "list.orders.old"
	ListProducts     Probe = "list.products"
	ListCustomers    Probe = "list.customers"
	ListCoupons      Probe = "list.coupons"
	ListTerms        Probe = "list.terms"
	ListReviews      Probe = "list.reviews"
	ListWebhooks     Probe = "list.webhooks"
	ListShipping     Probe = "list.shipping"
	ListReports      Probe = "list.reports"
	ListRefunds      Probe = "list.refunds"
	ListNotes        Probe = "list.notes"
	ListFulfillments Probe = "list.fulfillments"
	ListVariations   Probe = "list.variations"
	OneOrders        Probe = "one.orders"
	OneProducts      Probe = "one.products"
	PageOrders       Probe = "page.orders"
	PageProducts     Probe = "page.products"
	PageCustomers    Probe = "page.customers"
	FilterModified   Probe = "filter"
	Statuses         Probe = "statuses"
	LongURI          Probe = "uri.long"
	SiteStatus       Probe = "status"
	CountOrders      Probe = "count.orders"
	SettingCoupons   Probe = "setting.coupons"
	VersionTemplates Probe = "version.templates"
	NetworkRoute     Probe = "network"
	OwnerSelf        Probe = "owner"
)

// Background jobs and the road out of the store.
const (
	QueueState   Probe = "queue"
	QueueCounted Probe = "queue.counted"
	QueueAgain   Probe = "queue.again"
	EgressTest   Probe = "egress"
)

// Permissions, and writes that reach nothing.
const (
	ScopeRead          Probe = "scope.read"
	ScopeWrite         Probe = "scope.write"
	AllowRefund        Probe = "allow.refund"
	AllowShippingZones Probe = "allow.shipping/zones"
	OracleAdmin        Probe = "oracle.admin"
	OracleManage       Probe = "oracle.manage"
	OracleReceipt      Probe = "oracle.receipt"
	VerbPut            Probe = "verb.put"
	VerbDelete         Probe = "verb.delete"
	VerbOverride       Probe = "verb.override"
	BodyLarge          Probe = "body.large"
	BodyMarkup         Probe = "body.markup"
	BodyPlain          Probe = "body.plain"
	BodyType           Probe = "body.type"
	DoorOrdersPost     Probe = "door.orders.post"
	DoorOrdersPut      Probe = "door.orders.put"
	DoorOrdersDelete   Probe = "door.orders.delete"
	DoorProductsPost   Probe = "door.products.post"
	DoorProductsPut    Probe = "door.products.put"
)

// Family is the beginning of the names of probes of which there are as many as there are records, pages or directories.
type Family string

// The families.
const (
	IndexDir  Family = "index.dir"
	IndexHops Family = "index.hop"
	HomeHops  Family = "home.hop"
	Blogs     Family = "blog"
	Lists     Family = "list"
	Ones      Family = "one"
	Pages     Family = "page"
	Deep      Family = "deep"
	Repeat    Family = "repeat"
	Parts     Family = "part"
	Singles   Family = "single"
	Rows      Family = "row"
	Members   Family = "member"
	Hidden    Family = "hidden"
	Allowing  Family = "allow"
	Doors     Family = "door"
	Verbs     Family = "verb"
	Bodies    Family = "body"
	Indexes   Family = "index"
	Caches    Family = "cache"
	OverHTTP  Family = "http"
	OverHTTPS Family = "https"
	// FirstReads is the read that the key is tried on, once more and in other ways.
	FirstReads Family = "read"
	Limited    Family = "limited" // an answer that asked to slow down, before the request was made once more
	Cut        Family = "cut"     // an answer that was cut off, likewise
	Flaky      Family = "flaky"   // an error that passed, likewise
)

// Of is the probe of a family about something.
func (f Family) Of(what string) Probe { return Probe(string(f) + "." + what) }

// Under is the part of a family that is about something.
func (f Family) Under(what string) Family { return Family(f.Of(what)) }

// About is what a probe of the family is about: "orders" of "list.orders".
func (f Family) About(x *Exchange) string {
	return strings.TrimPrefix(strings.TrimPrefix(x.ID, string(f)), ".")
}

// Has tells whether an exchange is one of the family.
func (f Family) Has(x *Exchange) bool { return f.has(x.ID) }

// has: the probe is one of the family. Redirects are counted behind the name, and sites of a network follow with their
// directory.
func (f Family) has(id string) bool {
	rest, found := strings.CutPrefix(id, string(f))
	return found && (rest == "" || rest[0] == '.' || f == Blogs && rest[0] == '/' || f == IndexHops || f == HomeHops)
}

// Kind says what a request may do to a store: nothing, in one of these ways.
type Kind int

// The kinds. Only the first two are reads; each of the others is a form that was shown to change nothing
// (docs/woocommerce/authentication.md#safe-probes).
const (
	Look      Kind = iota + 1 // reads what strangers may read, without the key or with one that cannot be right
	Keyed                     // reads with the key
	Question                  // OPTIONS: which methods are allowed
	Nowhere                   // any method, to a route that exists nowhere
	Namespace                 // PUT or DELETE to the index of the namespace, which answers GET only
	Unread                    // a body that is no JSON, refused before it is read
	Door                      // a create that names an id, a change or deletion of a record that does not exist
)

// trait is what is known of a probe, or of a family of them, before it is sent.
type trait struct {
	name Family
	kind Kind
	// aside: it provokes or compares on purpose, so its answer says nothing about the API as an integration meets it.
	aside bool
	// stands: it stands for something that an integration does.
	stands bool
	// answer recognises what a healthy store answers; nil: it may answer anything. words say it.
	answer func(*Exchange) bool
	words  string
}

// traits lists every probe there is. What is not in it is not sent.
var traits = slices.Concat(looks, reads, writes)

var looks = []trait{
	{name: "index", kind: Look}, {name: "home", kind: Look, aside: true}, {name: "static", kind: Look, aside: true},
	{name: "index.link", kind: Look, aside: true}, {name: "index.pathinfo", kind: Look, aside: true},
	{name: "index.rest_route", kind: Look, aside: true},
	{name: "index.parent", kind: Look, aside: true}, {name: "index.browser", kind: Look, aside: true},
	{name: "index.accept", kind: Look, aside: true},
	{name: "index.bare", kind: Look, aside: true}, {name: "index.library", kind: Look, aside: true},
	{name: "index.no-agent", kind: Look, aside: true},
	{name: "index.no-accept", kind: Look, aside: true}, {name: "index.dir", kind: Look, aside: true},
	{name: "index.hop", kind: Look, aside: true},
	{name: "home.hop", kind: Look, aside: true}, {name: "page.nowhere", kind: Look, aside: true},
	{name: "http", kind: Look, aside: true},
	{name: "https", kind: Look, aside: true}, {name: "echo", kind: Look, aside: true},
	{name: "shop.sign", kind: Look, aside: true},
	{name: "receiver", kind: Look, aside: true}, {name: "cache.leak", kind: Look, aside: true},
	{name: "blog", kind: Look, aside: true},
	{name: "anon", kind: Look}, {name: "anon.self", kind: Look, aside: true}, {name: "wc.namespace", kind: Look}, {name: "wc.index", kind: Look},
	{name: "statuses.public", kind: Look},
	{name: "key", kind: Look}, {name: "sign", kind: Look}, {name: "sign.direct", kind: Look, aside: true},
}

var reads = []trait{
	{name: "read", kind: Keyed, stands: true, answer: isData, words: dataWords},
	{name: "read.late", kind: Keyed, aside: true, stands: true, answer: isData, words: dataWords},
	{name: "query", kind: Keyed, stands: true, answer: isData, words: dataWords}, {name: "header", kind: Keyed},
	{name: "usual.read", kind: Keyed, aside: true},
	{name: "cache.cross", kind: Keyed, aside: true}, {name: "who", kind: Keyed}, {name: "network", kind: Keyed},
	{name: "list", kind: Keyed, stands: true, answer: isData, words: dataWords},
	{name: "list.refunds", kind: Keyed, stands: true, answer: isRefunds, words: dataWords},
	{name: "list.fulfillments", kind: Keyed, stands: true, answer: isWhole, words: dataWords},
	{name: "list.notes", kind: Keyed, stands: true, answer: isNotes, words: dataWords},
	{name: "one", kind: Keyed, stands: true, answer: isRecord, words: dataWords},
	{name: "page", kind: Keyed, stands: true, answer: isData, words: dataWords},
	{name: "deep", kind: Keyed, aside: true, stands: true, answer: isData, words: dataWords},
	{name: "filter", kind: Keyed, stands: true, answer: isData, words: dataWords},
	{name: "uri.long", kind: Keyed, aside: true, stands: true, answer: isData, words: dataWords},
	{name: "statuses", kind: Keyed, stands: true, answer: isStatuses, words: dataWords},
	{name: "status", kind: Keyed, stands: true, answer: isWhole, words: dataWords},
	{name: "scope.read", kind: Keyed, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "repeat", kind: Keyed, aside: true}, {name: "part", kind: Keyed, aside: true},
	{name: "single", kind: Keyed, aside: true}, {name: "row", kind: Keyed, aside: true},
	{name: "member", kind: Keyed, aside: true}, {name: "hidden", kind: Keyed, aside: true},
	{name: "count", kind: Keyed, aside: true},
	{name: "queue", kind: Keyed, aside: true}, {name: "egress", kind: Keyed, aside: true},
	{name: "owner", kind: Keyed, aside: true},
	{name: "setting.coupons", kind: Keyed}, {name: "version.templates", kind: Keyed},
}

var writes = []trait{
	{name: "allow", kind: Question, stands: true, answer: isAllowance, words: "200 and its permissions"},
	{name: "oracle", kind: Question},
	{name: "scope.write", kind: Nowhere, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "verb", kind: Namespace, aside: true, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "verb.override", kind: Nowhere, aside: true, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "body", kind: Nowhere, aside: true, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "body.type", kind: Unread, aside: true, stands: true, answer: isInvalidJSON, words: "400 rest_invalid_json"},
	{name: "door", kind: Door, stands: true, answer: doorOpen, words: "…_invalid_id"},
	{name: "door.orders.post", kind: Door, stands: true, answer: doorOpen, words: "400 …_exists"},
	{name: "door.products.post", kind: Door, stands: true, answer: doorOpen, words: "400 …_exists"},
}

// setAside are families of answers that the run itself put aside.
var setAside = []Family{Limited, Cut, Flaky}

// traitOf finds the trait with the longest name that a probe's name begins with, word by word; ok is false for none.
func traitOf(id string) (t trait, ok bool) {
	for _, family := range setAside {
		if rest, found := strings.CutPrefix(id, string(family)+"."); found {
			t, ok = traitOf(rest)
			return trait{name: family, kind: t.kind, aside: true}, ok
		}
	}
	for _, one := range traits {
		if one.name.has(id) && len(one.name) > len(t.name) {
			t, ok = one, true
		}
	}
	return t, ok
}

// Kind is what a probe may do to a store; 0 for one that nobody has declared, which is not sent.
func (p Probe) Kind() Kind {
	t, _ := traitOf(string(p))
	return t.kind
}

// Of tells whether an exchange is that of a probe.
func (x *Exchange) Of(p Probe) bool { return x.ID == string(p) }
