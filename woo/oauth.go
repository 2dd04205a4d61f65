package woo

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// signOAuth adds OAuth 1.0a arguments to the query. They go into the query and not into a header because hosts that
// strip the Authorization header are a reason to sign in the first place.
func (c *Client) signOAuth(req *http.Request, p *prepared) {
	stamp := OAuthStamp{Nonce: c.nonce(), At: c.now(), SHA1: c.auth == AuthOAuth1SHA1}
	req.URL.RawQuery = SignOAuth(c.cred, stamp, p.method, c.signedAddress(req.URL), req.URL.RawQuery)
}

// signedAddress is the address of the request as the store sees it: the home address it has in its settings, and the
// path below it. The home page itself is signed without its slash (measured with "?rest_route=" on WooCommerce 10.0.2).
func (c *Client) signedAddress(u *url.URL) string {
	home := c.signedHome
	if home == nil {
		home = &url.URL{Scheme: u.Scheme, Host: u.Host, Path: c.home.Path}
	}
	below := strings.TrimPrefix(u.EscapedPath(), c.home.EscapedPath())
	if below == "/" {
		below = ""
	}
	return home.Scheme + "://" + home.Host + home.EscapedPath() + below
}

func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// oauthSignature signs with the secret followed by "&", the empty token secret (recording oauth-no-ampersand: refused
// without it).
func oauthSignature(method, secret, base string) string {
	newHash := map[string]func() hash.Hash{"HMAC-SHA1": sha1.New, "HMAC-SHA256": sha256.New}[method]
	mac := hmac.New(newHash, []byte(secret+"&"))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// oauthBaseString is the text WooCommerce signs: it rebuilds it from what PHP parsed out of the query, so the query is
// read here the way PHP reads it, and not as RFC 5849 says. address must be the shop's own address for the route, the path
// escaped as on the wire. Source: WooCommerce 10.0.2, class-wc-rest-authentication.php, check_oauth_signature.
func oauthBaseString(method, address, rawQuery string) string {
	args := parsePHPQuery(rawQuery)
	slices.SortStableFunc(args.items, func(a, b phpItem) int { return strings.Compare(a.key, b.key) })
	var pairs []string
	for _, item := range args.items {
		pairs = appendOAuthPairs(pairs, rfc3986(item.key), item)
	}
	return method + "&" + rfc3986(address) + "&" + strings.Join(pairs, "%26")
}

// appendOAuthPairs writes nested arguments as name%5Bkey%5D, in the order they were sent: WooCommerce sorts the outer
// names only and encodes an inner key once less than its value.
func appendOAuthPairs(pairs []string, name string, item phpItem) []string {
	if item.nested == nil {
		return append(pairs, rfc3986(name+"="+rfc3986(item.value)))
	}
	for _, inner := range item.nested.items {
		pairs = appendOAuthPairs(pairs, name+"%5B"+inner.key+"%5D", inner)
	}
	return pairs
}

// rfc3986 escapes everything but letters, digits and "-_.~".
func rfc3986(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// phpArray is an ordered PHP array of query arguments.
type phpArray struct {
	items []phpItem
	next  int // the key "[]" takes
}

type phpItem struct {
	key    string
	value  string
	nested *phpArray
}

// parsePHPQuery reads a query as PHP does: "+" is a blank, a repeated name keeps its last value, "a[]" counts up from
// a[0], and dots and blanks in a name become "_" (recordings oauth-duplicate-param, oauth-array-empty-brackets).
func parsePHPQuery(raw string) *phpArray {
	root := &phpArray{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, value = phpUnescape(name), phpUnescape(value)
		if name = strings.TrimLeft(name, " "); name != "" {
			outer, path := splitPHPName(name)
			root.set(outer, path, value)
		}
	}
	return root
}

func phpUnescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s // PHP leaves a broken escape as it stands
}

// splitPHPName splits "a[b][]" into "a" and ["b", ""].
func splitPHPName(name string) (outer string, path []string) {
	outer, rest := name, ""
	if i := strings.IndexByte(name, '['); i > 0 && strings.IndexByte(name[i:], ']') > 0 {
		outer, rest = name[:i], name[i:]
	}
	outer = strings.NewReplacer(".", "_", " ", "_").Replace(outer)
	for strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			break
		}
		path = append(path, rest[1:end])
		rest = rest[end+1:]
	}
	return outer, path
}

func (a *phpArray) set(key string, path []string, value string) {
	if key == "" {
		key = strconv.Itoa(a.next)
	}
	if n, err := strconv.Atoi(key); err == nil && n >= a.next {
		a.next = n + 1
	}
	at := slices.IndexFunc(a.items, func(i phpItem) bool { return i.key == key })
	if at < 0 {
		a.items = append(a.items, phpItem{key: key})
		at = len(a.items) - 1
	}
	item := &a.items[at]
	if len(path) == 0 {
		item.value, item.nested = value, nil
		return
	}
	if item.nested == nil {
		item.nested = &phpArray{}
	}
	item.nested.set(path[0], path[1:], value)
}
