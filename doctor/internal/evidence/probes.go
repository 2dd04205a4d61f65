package evidence

import "strings"

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
	AnonFresh   Probe = "anon.fresh"
	AnonOrder   Probe = "anon.order"
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

// An address that was asked for a moment before, with something in the header that WordPress answers to, and the same
// on an address that nobody asked for: a cache that keeps addresses knows nothing of such headers.
const (
	CacheOrigin    Probe = "cache.origin"
	CacheOriginNew Probe = "cache.origin.new"
	CacheMethod    Probe = "cache.method"
	CacheMethodNew Probe = "cache.method.new"
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
	ListOrders        Probe = "list.orders"
	ListOldOrders     Probe = "list.orders.old"
	ListProducts      Probe = "list.products"
	ListCustomers     Probe = "list.customers"
	ListCoupons       Probe = "list.coupons"
	ListTerms         Probe = "list.terms"
	ListReviews       Probe = "list.reviews"
	ListWebhooks      Probe = "list.webhooks"
	ListShipping      Probe = "list.shipping"
	ListReports       Probe = "list.reports"
	ListSettings      Probe = "list.settings"
	ListRefunds       Probe = "list.refunds"
	ListNotes         Probe = "list.notes"
	ListFulfillments  Probe = "list.fulfillments"
	ListVariations    Probe = "list.variations"
	OneOrders         Probe = "one.orders"
	OneProducts       Probe = "one.products"
	PageOrders        Probe = "page.orders"
	PageProducts      Probe = "page.products"
	PageCustomers     Probe = "page.customers"
	FilterModified    Probe = "filter"
	Statuses          Probe = "statuses"
	LongURI           Probe = "uri.long"
	SiteStatus        Probe = "status"
	CountOrders       Probe = "count.orders"
	CountUsual        Probe = "count.usual"
	TotalsOrders      Probe = "totals.orders"
	TotalsOrdersAgain Probe = "totals.orders.again"
	TotalsProducts    Probe = "totals.products"
	SettingCoupons    Probe = "setting.coupons"
	VersionTemplates  Probe = "version.templates"
	NetworkRoute      Probe = "network"
	OwnerSelf         Probe = "owner"
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
	BodyWhole          Probe = "body.whole"
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
	Named     Family = "named" // an empty list that does not say so, asked for the names of errors
	Deep      Family = "deep"
	Position  Family = "position" // the second page of a list, in a way that no cache keeps
	Repeat    Family = "repeat"
	Parts     Family = "part"
	Singles   Family = "single"
	Rows      Family = "row"
	Members   Family = "member"
	Hidden    Family = "hidden"
	Allowing  Family = "allow"
	Doors     Family = "door"
	Editing   Family = "edit" // a change of a record that is there, refused unread (edits.go)
	Verbs     Family = "verb"
	Bodies    Family = "body"
	Indexes   Family = "index"
	Caches    Family = "cache"
	OverHTTP  Family = "http"
	OverHTTPS Family = "https"
	// FirstReads is the read that the key is tried on, once more and in other ways.
	FirstReads Family = "read"
	Limited    Family = "limited" // an answer that asked to slow down, before the request was made once more
	Cut        Family = "cut"     // an answer that was cut off or came too late, likewise
	Flaky      Family = "flaky"   // an error that passed, likewise
	Parted     Family = "parted"  // a refusal, before the request was made once more in parts
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

// has says whether a probe is one of the family. Redirects are counted behind the name, and sites of a network follow
// with their directory.
func (f Family) has(id string) bool {
	rest, found := strings.CutPrefix(id, string(f))
	return found && (rest == "" || rest[0] == '.' || f == Blogs && rest[0] == '/' || f == IndexHops || f == HomeHops)
}

// Of tells whether an exchange is that of a probe.
func (x *Exchange) Of(p Probe) bool { return x.ID == string(p) }
