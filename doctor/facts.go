package doctor

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/woo"
)

// View is the evidence of one run with the questions that everything asks about it. Everything here is a pure function of the
// evidence.
type View struct {
	ev *Evidence
	t  TargetFacts

	status systemStatus // what the store says about itself, as far as it was allowed to be read
	owner  owner        // the user the key acts as, when WordPress tells
}

// viewOf makes a view of what was seen so far.
func viewOf(ev *Evidence) *View {
	v := &View{ev: ev, t: ev.Target}
	v.status = readStatus(v.x("status"))
	v.owner = readOwner(v.x("owner"))
	return v
}

// The stages of a verdict. Each knows what was decided before it and cannot ask for what comes after: that is what the types are
// for.
type (
	// heard is the evidence without what was lost to a ban or to a rate limit.
	heard struct {
		*View
		ban answer // connections that fail after others came about
	}
	// fronted knows who answers in place of the store.
	fronted struct {
		heard
		front answer
	}
	// routed knows what is wrong with the road to the API.
	routed struct {
		fronted
		route answer
	}
	// keyed knows what happens to the key.
	keyed struct {
		routed
		key answer
	}
	// granted knows what was seen of the permissions of the key's owner.
	granted struct {
		keyed
		rights rights
	}
)

// Facts is everything that was decided about the evidence.
type Facts struct {
	granted
	partly answer   // what answers in place of some of the API, while the rest passes
	causes []answer // what the key's owner lacks, the one that explains most first
}

// decide goes through the stages.
func decide(ev *Evidence) *Facts {
	h := hear(ev)
	f := fronted{heard: h, front: h.decideFront()}
	r := routed{fronted: f, route: f.decideRoute()}
	k := keyed{routed: r, key: r.decideKey()}
	g := granted{keyed: k}
	facts := &Facts{partly: k.decidePartly()}
	if k.lateHeaders() == nil { // without headers, nothing says what the key may do
		g.rights = k.decideRights()
		if k.known() {
			facts.causes = g.rightsCauses()
		}
	}
	facts.granted = g
	return facts
}

// undecided is the evidence alone, for when deciding failed.
func undecided(ev *Evidence) *Facts {
	f := &Facts{}
	f.View = &View{ev: ev, t: ev.Target}
	return f
}

// answer is a decision about the evidence: the id of a cause, how sure it is, and what shows it.
type answer struct {
	id         string
	confidence Confidence
	why        string
	shown      []string // what was seen, in words, with the names of the exchanges
	also       []string // further ids that the same evidence shows as consequences
	vars       map[string]string
	note       bool // good to know, nobody has to act
	warning    bool // it works as far as it was seen, and somebody should act
	overruled  bool // of a refusal: the key's owner holds everything that is asked for
}

func (a answer) is(id string) bool { return a.id == id }

// unsent: the request was not made, or the run ended before its answer; that says nothing about the store.
func unsent(x *Exchange) bool {
	return x.Fault != nil && (x.Fault.Class == "budget" || x.Fault.Class == "stopped" || x.Fault.Class == "refused-here")
}

// x finds an exchange by its name.
func (f *View) x(id string) *Exchange { return find(f.ev.Exchanges, id) }

// with finds the exchanges whose name begins so.
func (f *View) with(prefix string) []*Exchange {
	var found []*Exchange
	for i := range f.ev.Exchanges {
		if strings.HasPrefix(f.ev.Exchanges[i].ID, prefix) {
			found = append(found, &f.ev.Exchanges[i])
		}
	}
	return found
}

// api lists the exchanges with the store's API, leaving out those that provoke on purpose.
func (f *View) api() []*Exchange {
	var found []*Exchange
	for i := range f.ev.Exchanges {
		if x := &f.ev.Exchanges[i]; isPlainAPI(x.ID) {
			found = append(found, x)
		}
	}
	return found
}

var provoking = []string{
	"home", "static", "receiver", "index.bare", "index.library", "index.no-", "index.browser", "index.accept", "index.dir.", "index.parent",
	"uri.long", "body.", "limited.", "cut.", "sign.direct", "deep.", "cache.cross", "cache.leak", "https.", "http.", "blog/", "blog.", "part.", "single.", "row.", "count.", "hidden.", "index.hop", "home.hop", "index.rest_route",
	"index.pathinfo", "index.link", "page.nowhere", "verb.", "owner", "member.", "queue", "echo", "shop.sign", "egress", "flaky.", "repeat.", "read.late", "usual.",
}

func isPlainAPI(id string) bool {
	return !slices.ContainsFunc(provoking, func(p string) bool { return strings.HasPrefix(id, p) })
}

// read is the exchange that shows whether the key is let in.
func (f *View) read() *Exchange {
	for _, id := range []string{"read.oauth", "read"} {
		if x := f.x(id); x != nil && letIn(x) {
			return x
		}
	}
	if x := f.x("query.right"); letIn(x) {
		return x
	}
	if x := f.x("read"); x != nil {
		return x
	}
	return f.x("read.oauth")
}

// known reports that the key was let in.
func (f *View) known() bool { return f.ev.Way != WayNone }

// index is the REST index, wherever it was found.
func (f *View) index() *restIndex {
	for _, id := range []string{"index", "index.link", "index.pathinfo", "index.rest_route", "home"} {
		if index := readIndex(f.x(id)); index != nil {
			return index
		}
	}
	return nil
}

func (f *View) scheme() string {
	scheme, _, _ := strings.Cut(f.t.Base, "://")
	return scheme
}

func (f *View) host() string {
	u, err := url.Parse(f.t.Base)
	if err != nil {
		return f.t.Base
	}
	return u.Host
}

func (f *View) hostname() string {
	u, err := url.Parse(f.t.Base)
	if err != nil {
		return f.t.Base
	}
	return u.Hostname()
}

// isSSL is what the store says about application passwords, which WordPress offers only where it knows of TLS
// (failure-taxonomy 0.3, P-SSL). known is false when that could not be read.
func (i *restIndex) offersAppPasswords() bool {
	return i != nil && strings.Contains(string(i.Authentication), "application-passwords")
}

// systemStatus is what the store says about itself, as far as it was allowed to be read.
type systemStatus struct {
	OK          bool
	Environment struct {
		HomeURL   string `json:"home_url"`
		SiteURL   string `json:"site_url"`
		Version   string `json:"version"`
		WPVersion string `json:"wp_version"`
		Multisite bool   `json:"wp_multisite"`
		Memory    int64  `json:"wp_memory_limit"`
		Debug     bool   `json:"wp_debug_mode"`
		Cron      *bool  `json:"wp_cron"`
		Language  string `json:"language"`
		Server    string `json:"server_info"`
		PHP       string `json:"php_version"`
		PostMax   int64  `json:"php_post_max_size"`
		MaxTime   int    `json:"php_max_execution_time"`
		Timezone  string `json:"default_timezone"`
		StoreID   string `json:"store_id"`
		// Whether a request from the store to the outside works; nil when it was not asked.
		RemotePost     *bool           `json:"remote_post_successful"`
		RemotePostCode json.RawMessage `json:"remote_post_response"`
	} `json:"environment"`
	Settings struct {
		HPOS     *bool `json:"HPOS_enabled"`
		HPOSSync bool  `json:"HPOS_sync_enabled"`
	} `json:"settings"`
	Security struct {
		HTTPS      bool `json:"secure_connection"`
		HideErrors bool `json:"hide_errors"`
	} `json:"security"`
	Plugins []struct {
		Plugin  string `json:"plugin"`
		Name    string `json:"name"`
		Version string `json:"version"`
		Latest  any    `json:"version_latest"`
	} `json:"active_plugins"`
	PostCounts []struct {
		Type  string          `json:"type"`
		Count json.RawMessage `json:"count"`
	} `json:"post_type_counts"`
}

func readStatus(x *Exchange) systemStatus {
	var s systemStatus
	if x == nil || x.Status != http.StatusOK || x.Body.JSON == nil {
		return s
	}
	s.OK = json.Unmarshal(x.Body.JSON, &s) == nil && s.Environment.Version != ""
	return s
}

// posts is how many rows of a type wp_posts has; -1 when that is not known.
func (s systemStatus) posts(kind string) int {
	if !s.OK || len(s.PostCounts) == 0 {
		return -1
	}
	for _, row := range s.PostCounts {
		if row.Type == kind {
			n := 0
			for _, digit := range strings.Trim(string(row.Count), `"`) {
				if digit < '0' || digit > '9' {
					return -1
				}
				n = n*10 + int(digit-'0')
			}
			return n
		}
	}
	return 0
}

// wooVersion is WooCommerce's version by the system status or by what the home page says; "" when neither does.
func (f *View) wooVersion() string {
	if f.status.OK {
		return f.status.Environment.Version
	}
	if home := f.x("home"); home != nil {
		for _, g := range home.Body.Generator {
			if version, ok := strings.CutPrefix(g, "WooCommerce "); ok {
				return version
			}
		}
	}
	return ""
}

// olderThan reports whether WooCommerce is known to be older than a version.
func (f *View) olderThan(version string) bool {
	have, err := capability.ParseVersion(f.wooVersion())
	if err != nil || f.wooVersion() == "" {
		return false
	}
	want, err := capability.ParseVersion(version)
	return err == nil && !have.AtLeast(want)
}

// storage is where the store keeps its orders; ok is false when that is not known.
func (f *View) storage() (mode capability.Storage, ok bool) {
	if f.status.OK && f.status.Settings.HPOS != nil {
		switch {
		case !*f.status.Settings.HPOS:
			return capability.Posts, true
		case f.status.Settings.HPOSSync:
			return capability.HPOSSync, true
		default:
			return capability.HPOS, true
		}
	}
	// Orders that the oldest version of the API does not see are no posts (docs/woocommerce/permissions.md#fact-12).
	rows := f.with("row.")
	posts, others := 0, 0
	for _, x := range rows {
		switch {
		case x.Status == http.StatusOK:
			posts++
		case x.Status == http.StatusNotFound && x.Body.Code != noRoute:
			others++
		}
	}
	switch {
	case posts > 0 && others > 0:
		return capability.HPOSMigrated, true
	case others > 0:
		return capability.HPOS, true
	case posts > 0:
		return capability.HPOSSync, true // or legacy posts: the same capabilities for orders of others
	}
	return f.storageByOwner()
}

// storageByOwner concludes it from what the owner may change and what he holds: orders of others ask for
// edit_others_shop_orders where they are posts, and for edit_others_posts where they are not.
func (f *View) storageByOwner() (mode capability.Storage, ok bool) {
	open, shut := f.recordsBy("orders", http.MethodPut, "list.orders", "list.orders.old")
	if !f.owner.known || len(open) == 0 || len(shut) > 0 {
		return "", false
	}
	switch orders, posts := f.owner.has("edit_others_shop_orders"), f.owner.has("edit_others_posts"); {
	case orders && !posts:
		return capability.HPOSSync, true // or legacy posts
	case posts && !orders:
		return capability.HPOS, true
	}
	return "", false
}

// multisite reports a network; known is false when neither the status nor a probe tells.
func (f *View) multisite() (yes, known bool) {
	if f.status.OK {
		return f.status.Environment.Multisite, true
	}
	if x := f.x("network"); x != nil && x.Body.Kind == "json" {
		return x.Body.Code != noRoute, true
	}
	return false, false
}

// skew is how far the store's clock is ahead of this machine's, by the Date header of answers that no cache gave.
func (f *View) skew() (time.Duration, bool) {
	for _, x := range f.api() {
		at, err := http.ParseTime(x.Header.Get("Date"))
		if err != nil || cached(x) {
			continue
		}
		here := f.ev.StartedAt.Add(x.Started + x.Elapsed)
		return at.Sub(here), true
	}
	return 0, false
}

// cached reports that a cache gave the answer.
func cached(x *Exchange) bool { return cacheSign(x) != "" }

// cacheSign is the header that shows a cache, for the evidence.
func cacheSign(x *Exchange) string {
	if x == nil {
		return ""
	}
	return woo.CachedBy(x.Header)
}

// describe says in a few words what an exchange showed.
func describe(x *Exchange) string {
	if x == nil {
		return "not asked"
	}
	text := x.Request.Method + " " + shortURL(x.Request.URL) + " → "
	switch {
	case x.Fault != nil && x.Status == 0:
		return text + "no answer (" + x.Fault.Class + ")"
	case x.Body.Code != "":
		text += statusText(x.Status) + " " + x.Body.Code
	case x.Body.Kind == "json":
		text += statusText(x.Status) + " JSON"
	case x.Body.Title != "":
		text += statusText(x.Status) + " page “" + clip(x.Body.Title, 60) + "”"
	default:
		text += strings.TrimSpace(statusText(x.Status) + " " + x.Body.Kind)
	}
	if to, ok := isRedirect(x); ok {
		text += " to " + to
	}
	if x.Fault != nil {
		text += " (" + x.Fault.Class + ")"
	}
	return text
}

func shortURL(address string) string { return clip(requestURI(address), 120) }

// requestURI is path and arguments of an address, without the key.
func requestURI(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	for name := range q {
		if strings.HasPrefix(name, "oauth_") || strings.HasPrefix(name, "consumer_") {
			q.Del(name)
		}
	}
	u.RawQuery = strings.NewReplacer("%2C", ",", "%3A", ":", "%2F", "/").Replace(q.Encode())
	return u.RequestURI()
}

// readJSON reads what was kept of an answer; it leaves v alone when there is nothing.
func readJSON(x *Exchange, v any) {
	if x != nil && x.Body.JSON != nil {
		_ = json.Unmarshal(x.Body.JSON, v) // an answer of another shape tells nothing
	}
}
