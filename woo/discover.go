package woo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/woo/internal/answer"
)

// Discovery is what an address turned out to be. It was found without sending a key to anybody.
type Discovery struct {
	Given      string   // as pasted
	Home       string   // canonical address of the shop: the base for New
	Root       string   // absolute address of the REST API: for WithRoot
	Name       string   // of the site; empty when the index is closed to strangers
	StoreHome  string   // what the store itself gives as its address; OAuth signatures are made over it
	Namespaces []string // nil when the index is closed to strangers
	GMTOffset  float64  // hours
	Timezone   string   // IANA name, or empty when the store has a fixed offset
	KnowsHTTPS bool     // WordPress offers application passwords, so it sees HTTPS; false proves nothing
	// a plugin shows the index only to users (docs/woocommerce/authentication.md#rest-auth-required)
	IndexClosed bool
	Hops        []Hop    // redirects met on the way
	Notes       []string // other facts a person should know
	// Elsewhere is set where Home is at another address than the one given and [WithHome] has not chosen.
	Elsewhere *HomeError

	gate *url.Userinfo // the password in front of the site, if the address held one
}

// HasNamespace tells whether the store serves a namespace such as "wc/v3". With a closed index it says yes.
func (d *Discovery) HasNamespace(name string) bool {
	return d.IndexClosed || slices.Contains(d.Namespaces, name)
}

// PlainPermalinks tells whether the REST API is reachable only as "?rest_route=".
func (d *Discovery) PlainPermalinks() bool { return strings.Contains(d.Root, "rest_route=") }

// Discover finds the shop behind whatever a person pasted: "shop.example", "https://shop.example/wp-admin/",
// "https://example.com/shop/wp-json/wc/v3" and the like. It follows redirects, reports them as facts, and makes only
// anonymous reads. The usual options apply (transport, authorities, guard, timeout, user agent), and [WithHome].
//
// When a site was found but no WooCommerce API on it, both the Discovery and an error with KindNoAPI are returned.
func Discover(ctx context.Context, pasted string, opts ...Option) (*Discovery, error) {
	starts, err := startingPoints(pasted)
	if err != nil {
		return nil, err
	}
	d, err := newDiscoverer(pasted, opts)
	if err != nil {
		return nil, err
	}
	defer d.http.CloseIdleConnections()
	var first error
	for _, start := range starts {
		found, err := d.from(ctx, start)
		if err == nil {
			return d.settle(ctx, starts, found)
		}
		if first == nil {
			first = err
		}
		if !mayTryHTTP(err) {
			break
		}
	}
	var e *Error
	if errors.As(first, &e) && e.Kind == KindNoAPI && d.site != nil {
		return d.site, first
	}
	return nil, first
}

// settle decides under which address a shop that was found is used.
func (d *discoverer) settle(ctx context.Context, starts []*url.URL, found *Discovery) (*Discovery, error) {
	found, err := d.canonical(ctx, found)
	if err == nil && d.settings.homeChoice != HomeNamed {
		found.Elsewhere = d.elsewhere(ctx, starts, found)
	}
	return found, err
}

// startingPoints are the homes to try, the likeliest first: https before http when no scheme was given.
func startingPoints(pasted string) ([]*url.URL, error) {
	text := strings.Trim(strings.TrimSpace(pasted), `"'<>`)
	if text == "" {
		return nil, usageError("no address was given", nil)
	}
	schemes := []string{""}
	if !strings.Contains(text, "://") {
		schemes = []string{"https://", "http://"}
	}
	var starts []*url.URL
	for _, scheme := range schemes {
		u, err := url.Parse(scheme + text)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, usageError("the address cannot be read; it should look like https://shop.example", nil)
		}
		if u.User != nil && u.Scheme == "http" {
			if scheme != "" {
				continue // no way to look there without showing the password
			}
			return nil, &Error{Kind: KindInsecure, URL: withoutSecretArgs(u).String(), Executed: NotExecuted,
				Message: "the password in the address would cross the network in clear; use https://"}
		}
		starts = append(starts, &url.URL{
			Scheme: u.Scheme, User: u.User, Host: strings.ToLower(u.Host), Path: homePath(u.Path),
		})
	}
	return starts, nil
}

var insideWordPress = []string{
	"/wp-json", "/wp-admin", "/wp-login.php", "/wp-content", "/index.php", "/wc-api", "/wc-auth", "/xmlrpc.php",
	"/my-account",
}

// homePath cuts off the part of a path that lies inside a WordPress site, such as "/wp-admin/".
func homePath(path string) string {
	lower := strings.ToLower(path)
	for _, mark := range insideWordPress {
		if i := strings.Index(lower, mark); i >= 0 {
			path, lower = path[:i], lower[:i]
		}
	}
	return strings.TrimRight(path, "/")
}

// mayTryHTTP says whether a failed look over HTTPS is a reason to look over HTTP: only a missing HTTPS is. A bad
// certificate must be seen, not walked around.
func mayTryHTTP(err error) bool {
	e, ok := AsError(err)
	return ok && (e.Kind == KindNetwork || e.Kind == KindTimeout || errors.Is(err, http.ErrSchemeMismatch))
}

type discoverer struct {
	*fetcher
	given   string
	site    *Discovery // a WordPress site without WooCommerce, kept to be reported
	blocked *Error     // something that answered in the site's place
}

func newDiscoverer(pasted string, opts []Option) (*discoverer, error) {
	f, err := newFetcher(opts)
	if err != nil {
		return nil, err
	}
	given := strings.TrimSpace(pasted)
	if u, err := url.Parse(given); err == nil && u.User != nil {
		given = withoutSecretArgs(u).String()
	}
	return &discoverer{fetcher: f, given: given}, nil
}

// from looks for a REST root at a start and at its parent directories, because people paste pages of a shop.
func (d *discoverer) from(ctx context.Context, start *url.URL) (*Discovery, error) {
	base := *start
	for {
		found, err := d.at(ctx, &base)
		if err != nil || found != nil {
			return found, err
		}
		if base.Path == "" {
			break
		}
		base.Path = base.Path[:strings.LastIndex(base.Path, "/")]
	}
	if d.blocked != nil && d.site == nil {
		return nil, d.blocked
	}
	return nil, &Error{
		Kind: KindNoAPI, URL: withoutSecretArgs(start).String(), Executed: NotExecuted, Message: d.missing(),
	}
}

// see remembers what stands in the way, so that a person reads "Cloudflare asks for a browser" and not "no API".
func (d *discoverer) see(page *fetched) {
	mark := answer.Fingerprint(page.status, page.header, page.body)
	refused := page.status >= 400 && page.status != http.StatusNotFound && page.status != http.StatusGone
	if d.blocked != nil || mark == "" && !refused {
		return
	}
	d.blocked = d.error(KindHTML, http.MethodGet, page.url, nil)
	d.blocked.Status, d.blocked.Fingerprint, d.blocked.Header = page.status, mark, page.header
	d.blocked.Title, d.blocked.ContentType = answer.Title(page.body), page.header.Get("Content-Type")
	d.blocked.RetryAfter = retryAfter(page.header, time.Now())
}

func (d *discoverer) missing() string {
	if d.site != nil {
		return "the site is WordPress, but its API list has no wc/v3; WooCommerce is switched off or older than 3.5"
	}
	return "no WordPress REST API answers there; check the address, and that permalinks are not blocked"
}

// at tries one directory. A nil Discovery without an error means: not here.
func (d *discoverer) at(ctx context.Context, base *url.URL) (*Discovery, error) {
	roots, err := d.roots(ctx, base)
	if err != nil {
		return nil, err
	}
	for _, root := range roots {
		found, err := d.index(ctx, root)
		if err != nil {
			return nil, err
		}
		if found == nil {
			continue
		}
		if found.HasNamespace(DefaultNamespace) {
			d.sayWayRound(found)
			return found, nil
		}
		if d.site == nil {
			d.site = found
		}
	}
	return nil, nil
}

// sayWayRound adds a note where the usual address of the API is refused and the API was found at another one.
func (d *discoverer) sayWayRound(found *Discovery) {
	if d.blocked == nil || d.blocked.Status == 0 ||
		strings.HasSuffix(found.Root, "/wp-json/") && !strings.Contains(found.Root, "/index.php/") {
		return
	}
	page := ""
	if d.blocked.Title != "" {
		page = fmt.Sprintf(" with the page %q", d.blocked.Title)
	}
	found.Notes = append(found.Notes, fmt.Sprintf(
		"the API's usual address is refused (%d%s); it is reached the way round, at %s", d.blocked.Status, page,
		found.Root,
	))
}

// roots are the addresses where the REST API may start: first what the site says itself, then the usual ones.
func (d *discoverer) roots(ctx context.Context, base *url.URL) ([]*url.URL, error) {
	home := *base
	home.Path += "/"
	page, err := d.follow(ctx, http.MethodHead, &home)
	if err != nil {
		return nil, err
	}
	link := page.apiLink()
	if link == nil {
		if page, err = d.follow(ctx, http.MethodGet, &home); err != nil {
			return nil, err
		}
		link = page.apiLink()
	}
	var roots []*url.URL
	if link != nil {
		if base.Scheme == "https" && strings.EqualFold(link.Host, base.Host) {
			// A shop that does not see its own HTTPS names itself http
			// (docs/woocommerce/authentication.md#is-ssl-false).
			link.Scheme = "https"
		}
		if d.settings.homeChoice != HomeGiven || keepsGiven(link, base) {
			link.User = gateFor(link, base)
			roots = append(roots, link)
		}
	}
	settled := *page.url
	if d.settings.homeChoice == HomeGiven {
		settled = *base
	}
	if homePath(settled.Path) != strings.TrimRight(settled.Path, "/") || settled.RawQuery != "" {
		// The site sent us to a page of its own, such as the login; its host counts, its path does not.
		settled.Path, settled.RawQuery = base.Path, ""
	}
	settled.Path = strings.TrimRight(settled.Path, "/")
	// The last guess spells index.php out because nginx refuses DELETE and PUT on a directory (measured: 405).
	for _, guess := range []string{"/wp-json/", "/index.php/wp-json/", "/index.php?rest_route=/"} {
		root, _, err := resolveRoot(&settled, guess)
		if err != nil {
			return nil, err
		}
		root.User = gateFor(root, base)
		if !slices.ContainsFunc(roots, func(u *url.URL) bool { return u.String() == root.String() }) {
			roots = append(roots, root)
		}
	}
	return roots, nil
}

const indexFields = "name,url,home,namespaces,authentication,gmt_offset,timezone_string"

// index reads the API's index. It returns nil without an error when the address has no index of WordPress.
func (d *discoverer) index(ctx context.Context, root *url.URL) (*Discovery, error) {
	ask := *root
	ask.RawQuery = joinQuery(ask.RawQuery, url.Values{"_fields": {indexFields}}.Encode())
	page, err := d.follow(ctx, http.MethodGet, &ask)
	if err != nil {
		return nil, err
	}
	d.see(page)
	found := answer.FindJSON(page.body)
	if found.State != answer.Found {
		return nil, nil
	}
	settled := *page.url
	settled.RawQuery = root.RawQuery
	if fault, ok := answer.ReadFault(found.Value); ok || page.status >= 300 {
		if page.status != http.StatusUnauthorized && page.status != http.StatusForbidden {
			return nil, nil
		}
		// Plugins refuse strangers in forms of their own, with an error code or without. Whether keys are let in is
		// only known after a request with the key.
		if fault.Code == "" {
			fault.Code = "HTTP " + strconv.Itoa(page.status)
		}
		return d.closed(&settled, fault), nil
	}
	var index struct {
		Name           string          `json:"name"`
		Home           string          `json:"home"`
		Namespaces     []string        `json:"namespaces"`
		Authentication json.RawMessage `json:"authentication"`
		GMTOffset      json.Number     `json:"gmt_offset"`
		Timezone       string          `json:"timezone_string"`
	}
	// One field of another type must not hide a shop.
	if err := json.Unmarshal(found.Value, &index); err != nil && index.Namespaces == nil || index.Namespaces == nil {
		return nil, nil
	}
	result := d.result(&settled)
	result.Name, result.StoreHome, result.Namespaces = index.Name, strings.TrimRight(index.Home, "/"), index.Namespaces
	result.GMTOffset, _ = index.GMTOffset.Float64()
	result.Timezone = index.Timezone
	result.KnowsHTTPS = strings.Contains(string(index.Authentication), "application-passwords")
	if len(found.Stray) > 0 {
		result.Notes = append(result.Notes, "the store prints text before its JSON (stray output)")
	}
	return result, nil
}

// closed describes a shop whose index is for users only: nothing but the API's address is known. Whether keys are let
// in is only known after a request with the key.
func (d *discoverer) closed(root *url.URL, f answer.Fault) *Discovery {
	result := d.result(root)
	result.IndexClosed = true
	result.Notes = append(
		result.Notes, "the API's index is closed to strangers ("+f.Code+"), which does no harm to keys",
	)
	return result
}

func (d *discoverer) result(root *url.URL) *Discovery {
	shown := *root
	shown.User = nil
	return &Discovery{Given: d.given, Home: homeOf(&shown), Root: shown.String(), Hops: d.hops, gate: root.User}
}

// homeOf is the shop's home as far as the REST root tells.
func homeOf(root *url.URL) string {
	home := *root
	home.RawQuery = ""
	home.Path = strings.TrimRight(home.Path, "/")
	if i := strings.LastIndex(home.Path, "/"); i >= 0 && root.RawQuery == "" {
		home.Path = home.Path[:i] // the prefix: wp-json or a changed one
	}
	home.Path = strings.TrimSuffix(home.Path, "/index.php")
	return strings.TrimRight(home.String(), "/")
}

// canonical moves to the address that the store itself uses, when that address answers and is not less safe. Stores
// redirect requests for other hosts and schemes, and check OAuth signatures against their own address.
func (d *discoverer) canonical(ctx context.Context, found *Discovery) (*Discovery, error) {
	want := found.StoreHome
	if want == "" {
		want = found.Home
	}
	// For a shop found over HTTPS the second entry is the address found, and ends the loop: plain HTTP is never
	// preferred.
	homes := []string{httpsOf(want), httpsOf(found.Home), want}
	if d.settings.homeChoice == HomeGiven {
		homes = homes[1:2]
	}
	for _, home := range homes {
		if home == found.Home {
			break
		}
		if home == "" {
			continue
		}
		better, err := d.move(ctx, found, home)
		if err != nil {
			return nil, err
		}
		if better != nil {
			found = better
			break
		}
	}
	if found.StoreHome != "" && found.StoreHome != found.Home {
		found.Notes = append(found.Notes, fmt.Sprintf(
			"the store calls itself %s and is reached as %s", found.StoreHome, found.Home,
		))
	}
	return found, nil
}

// httpsOf is home over HTTPS, or empty where that cannot be: another port than the usual serves one scheme only.
func httpsOf(home string) string {
	u, err := url.Parse(home)
	if err != nil || u.Port() != "" && u.Port() != "80" && u.Scheme == "http" {
		return ""
	}
	u.Scheme, u.Host = "https", strings.TrimSuffix(u.Host, ":80")
	return u.String()
}

// move reads the index at another home and takes it only if the same shop answers there without a detour.
func (d *discoverer) move(ctx context.Context, found *Discovery, home string) (*Discovery, error) {
	to, err := url.Parse(home)
	if err != nil || to.Host == "" {
		return nil, nil
	}
	root, err := url.Parse(found.Root)
	if err != nil {
		return nil, nil
	}
	oldHome, _ := url.Parse(found.Home)
	moved := *root
	moved.Scheme, moved.Host = to.Scheme, to.Host
	oldHome.User = found.gate
	moved.User = gateFor(&moved, oldHome)
	moved.Path = strings.TrimRight(to.Path, "/") + strings.TrimPrefix(root.Path, oldHome.Path)
	// A host that swallows connections must not hold up what works already.
	short, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	hops := len(d.hops)
	better, err := d.index(short, &moved)
	if ctx.Err() != nil {
		return nil, d.contextError(ctx, &moved)
	}
	if err != nil || better == nil || len(d.hops) > hops || better.Name != found.Name ||
		better.StoreHome != found.StoreHome {
		d.hops = d.hops[:hops]
		return nil, nil
	}
	return better, nil
}

// elsewhere gives the error for a shop that was found at another address than the one given, and nil where the two are
// one site. People paste pages of a shop, so a longer path alone means nothing, unless an API answers below that path
// too.
func (d *discoverer) elsewhere(ctx context.Context, starts []*url.URL, found *Discovery) *HomeError {
	home, err := url.Parse(found.Home)
	if err != nil {
		return nil //nolint:nilerr // an address that cannot be read is no other shop's
	}
	given := *starts[0]
	given.User = nil
	e := &HomeError{Given: strings.TrimRight(given.String(), "/"), Named: found.Home}
	if !sameSite(&given, home, false) {
		return e
	}
	if sameSite(&given, home, true) || strings.TrimRight(given.Path, "/") == "" {
		return nil
	}
	own := *starts[0]
	own.Path += DefaultRoot
	hops := len(d.hops)
	there, err := d.index(ctx, &own)
	answers := err == nil && there != nil && len(d.hops) == hops && there.HasNamespace(DefaultNamespace)
	d.hops = d.hops[:hops]
	if !answers {
		return nil
	}
	return e
}
