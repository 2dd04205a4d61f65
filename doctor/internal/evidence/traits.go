package evidence

import (
	"slices"
	"strings"
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
	{name: "anon", kind: Look}, {name: "anon.self", kind: Look, aside: true},
	{name: "anon.order", kind: Look, aside: true},
	{name: "wc.namespace", kind: Look}, {name: "wc.index", kind: Look},
	{name: "statuses.public", kind: Look},
	{name: "key", kind: Look}, {name: "sign", kind: Look}, {name: "sign.direct", kind: Look, aside: true},
}

var reads = []trait{
	{name: "read", kind: Keyed, stands: true, answer: isData, words: dataWords},
	{name: "read.late", kind: Keyed, aside: true, stands: true, answer: isData, words: dataWords},
	{name: "query", kind: Keyed, stands: true, answer: isData, words: dataWords}, {name: "header", kind: Keyed},
	{name: "usual.read", kind: Keyed, aside: true},
	{name: "cache.cross", kind: Keyed, aside: true}, {name: "cache.origin", kind: Keyed, aside: true},
	{name: "cache.method", kind: Question, aside: true}, {name: "who", kind: Keyed}, {name: "network", kind: Keyed},
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
	{name: "count", kind: Keyed, aside: true}, {name: "totals", kind: Keyed, aside: true},
	{name: "named", kind: Keyed, aside: true},
	{name: "queue", kind: Keyed, aside: true}, {name: "egress", kind: Keyed, aside: true},
	{name: "owner", kind: Keyed, aside: true},
	{name: "setting.coupons", kind: Keyed}, {name: "version.templates", kind: Keyed},
}

var writes = []trait{
	{name: "allow", kind: Question, stands: true, answer: isAllowance, words: "200 and its permissions"},
	{name: "oracle", kind: Question}, {name: "anon.fresh", kind: Question, aside: true},
	{name: "position", kind: Question, aside: true},
	{name: "scope.write", kind: Nowhere, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "verb", kind: Namespace, aside: true, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "verb.override", kind: Nowhere, aside: true, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "body", kind: Nowhere, aside: true, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "body.whole", kind: Nowhere, aside: true, stands: true, answer: isNoRoute, words: noRouteWords},
	{name: "body.type", kind: Unread, aside: true, stands: true, answer: isInvalidJSON, words: "400 rest_invalid_json"},
	{name: "edit", kind: Unreadable, stands: true, answer: isInvalidJSON,
		words: "400 rest_invalid_json"},
	{name: "door", kind: Knock, stands: true, answer: doorOpen, words: "400 or 404 in WooCommerce's own words"},
	{name: "door.orders.post", kind: Knock, stands: true, answer: doorOpen, words: "400 …_exists"},
	{name: "door.products.post", kind: Knock, stands: true, answer: doorOpen, words: "400 …_exists"},
}

// setAside are families of answers that the run itself put aside.
var setAside = []Family{Limited, Cut, Flaky, Parted}

// traitOf finds the trait with the longest name that a probe's name begins with, word by word; ok is false for none.
func traitOf(id string) (t trait, ok bool) {
	for _, family := range setAside {
		if rest, found := strings.CutPrefix(id, string(family)+"."); found {
			t, ok = traitOf(rest)
			return trait{name: family, kind: t.kind, aside: true}, ok
		}
	}
	for _, family := range openEnded {
		if family.has(id) {
			return traitNamed[family], true
		}
	}
	for name, found := id, true; found; name, found = cutLastWord(name) {
		if t, ok = traitNamed[Family(name)]; ok {
			return t, true
		}
	}
	return trait{}, false
}

// traitNamed are the traits by their names.
var traitNamed = func() map[Family]trait {
	named := make(map[Family]trait, len(traits))
	for _, one := range traits {
		named[one.name] = one
	}
	return named
}()

// openEnded are families whose probes do not end their name with a whole word.
var openEnded = []Family{IndexHops, HomeHops, Blogs}

// cutLastWord takes the last word from a probe's name; ok is false when it is the only one.
func cutLastWord(name string) (rest string, ok bool) {
	at := strings.LastIndexByte(name, '.')
	return name[:max(at, 0)], at >= 0
}

// Kind says what a request may do to a store: nothing, in one of these ways.
type Kind int

// The kinds. Only the first two are reads; each of the others is a form that was shown to change nothing
// (docs/woocommerce/authentication.md#safe-probes).
const (
	Look       Kind = iota + 1 // reads what strangers may read, without the key or with one that cannot be right
	Keyed                      // reads with the key
	Question                   // OPTIONS: which methods are allowed
	Nowhere                    // any method, to a route that exists nowhere
	Namespace                  // PUT or DELETE to the index of the namespace, which answers GET only
	Unread                     // a body that is no JSON, refused before it is read
	Unreadable                 // an Edit: a change of a record that is there, with a body that is no JSON
	Knock                      // a Door: a request in a form that WooCommerce refuses before it does anything
)

// Kind is what a probe may do to a store; 0 for one that nobody has declared, which is not sent.
func (p Probe) Kind() Kind {
	t, _ := traitOf(string(p))
	return t.kind
}
