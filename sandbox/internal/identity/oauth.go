package identity

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // OAuth 1.0a asks for it
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// nonceWindow is how far a timestamp may be off, either way.
const nonceWindow = 15 * time.Minute

var (
	oauthHeaderPart = regexp.MustCompile(`(oauth_[a-z_-]*)=(:?"([^"]*)"|([^,]*))`)
	oauthRequired   = []string{
		"oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method",
	}
)

// byOAuth checks an OAuth 1.0a signature. tried is false when the request carries no OAuth parameter at all.
func (d *Directory) byOAuth(f Facts) (decision Decision, tried bool) {
	params := oauthParameters(f)
	value := func(name string) string {
		for _, p := range slices.Backward(params) {
			if len(p.Path) == 1 && p.Path[0] == name {
				return p.Value
			}
		}
		return ""
	}
	var missing []string
	for _, name := range oauthRequired {
		if empty(value(name)) {
			missing = append(missing, name)
		}
	}
	refused := func(message, how string) (Decision, bool) {
		return Decision{Refusal: refuse(authenticationError, message), How: "OAuth: " + how}, true
	}
	switch {
	case len(missing) == len(oauthRequired):
		return Decision{}, false
	case len(missing) > 0:
		noun := "parameter"
		if len(missing) > 1 {
			noun = "parameters"
		}
		return Decision{
			Refusal: refuse(
				"woocommerce_rest_authentication_missing_parameter",
				"Missing OAuth "+noun+" "+strings.Join(missing, ", "),
			),
			How: "OAuth: missing " + strings.Join(missing, ", "),
		}, true
	}
	key, ok := d.keys[wptext.SanitizeTextField(value("oauth_consumer_key"))]
	if !ok {
		return refused("Consumer key is invalid.", "unknown key")
	}
	var digest func() hash.Hash
	switch value("oauth_signature_method") {
	case "HMAC-SHA1":
		digest = sha1.New
	case "HMAC-SHA256":
		digest = sha256.New
	default:
		return refused("Invalid signature - signature method is invalid.", "signature method")
	}
	given, err := url.PathUnescape(strings.ReplaceAll(value("oauth_signature"), " ", "+"))
	if err != nil {
		given = value("oauth_signature")
	}
	mac := hmac.New(digest, []byte(key.ConsumerSecret+"&"))
	mac.Write([]byte(signatureBase(f, params)))
	if !hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(given)) {
		return refused("Invalid signature - provided signature does not match.", "signature does not match")
	}
	if message := d.spendNonce(key, value("oauth_timestamp"), value("oauth_nonce"), f.Now); message != "" {
		return refused(message, message)
	}
	return d.owner(key, "OAuth"), true
}

// oauthParameters merges query, form and header. Of equal names the later place wins.
func oauthParameters(f Facts) []Parameter {
	var params []Parameter
	add := func(more []Parameter) {
		names := map[string]bool{}
		for _, p := range more {
			names[p.Path[0]] = true
		}
		params = slices.DeleteFunc(params, func(p Parameter) bool { return names[p.Path[0]] })
		params = append(params, more...)
	}
	add(f.Query.Flat())
	add(f.Form.Flat())
	if header := strings.TrimSpace(f.Authorization); strings.HasPrefix(header, "OAuth ") {
		var fromHeader []Parameter
		for _, m := range oauthHeaderPart.FindAllStringSubmatch(header, -1) {
			value := m[3]
			if value == "" {
				value = m[4]
			}
			if decoded, err := url.QueryUnescape(value); err == nil {
				value = decoded
			}
			fromHeader = append(fromHeader, Parameter{Path: []string{m[1]}, Value: value})
		}
		add(fromHeader)
	}
	return params
}

// signatureBase is the string the server signs: everything in $_GET and $_POST but the signature, sorted by name,
// arrays with numbered keys.
func signatureBase(f Facts, params []Parameter) string {
	params = slices.DeleteFunc(slices.Clone(params), func(p Parameter) bool { return p.Path[0] == "oauth_signature" })
	slices.SortStableFunc(params, func(a, b Parameter) int { return strings.Compare(a.Path[0], b.Path[0]) })
	pairs := make([]string, len(params))
	for i, p := range params {
		// Name and value are escaped, joined, and escaped again. Of array keys only the brackets are escaped the first
		// time.
		name := rawURLEncode(p.Path[0])
		for _, key := range p.Path[1:] {
			name += "%5B" + key + "%5D"
		}
		pairs[i] = rawURLEncode(name + "=" + rawURLEncode(p.Value))
	}
	path, _, _ := strings.Cut(f.RequestURI, "?")
	if home, err := url.Parse(f.Base); err == nil {
		path = strings.TrimPrefix(path, home.Path)
	}
	return strings.ToUpper(f.Method) + "&" + rawURLEncode(f.Base+"/"+strings.TrimLeft(path, "/")) + "&" +
		strings.Join(pairs, "%26")
}

// rawURLEncode is PHP's rawurlencode.
func rawURLEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// spendNonce checks a timestamp and a nonce and remembers them. It returns the message of the refusal, "" when all is
// well. One nonce is kept per timestamp, so a second nonce of the same second makes the store forget the first
// (recordings oauth-nonce-same-ts-other, oauth-nonce-forgotten).
func (d *Directory) spendNonce(key *Key, timestamp, nonce string, now time.Time) string {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return "Invalid timestamp."
	}
	at := time.Unix(seconds, 0)
	if at.Before(now.Add(-nonceWindow)) || at.After(now.Add(nonceWindow)) {
		return "Invalid timestamp."
	}
	d.used.Lock()
	defer d.used.Unlock()
	kept := key.Nonces[:0:0]
	for _, n := range key.Nonces {
		if n.Value == nonce {
			return "Invalid nonce - nonce has already been used."
		}
		if n.Timestamp != seconds && !time.Unix(n.Timestamp, 0).Before(now.Add(-nonceWindow)) {
			kept = append(kept, n)
		}
	}
	kept = append(kept, Nonce{Timestamp: seconds, Value: nonce})
	key.Nonces = kept
	return ""
}
