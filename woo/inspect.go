package woo

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// The functions of this file are for programs that must see raw exchanges, such as a diagnosis, and read them the way
// the client does.

// SplitJSON finds the one JSON value of a body and what stood around it: notices, a byte order mark, blank lines. ok is
// false when there is no complete value.
func SplitJSON(raw []byte) (value json.RawMessage, stray []byte, ok bool) {
	found := findJSON(raw)
	return found.json, found.stray, found.state == jsonFound
}

// Fingerprint names who answered in place of the store, as an id of docs/checks such as
// "cf-challenge"; it is empty when nothing known did.
func Fingerprint(status int, header http.Header, raw []byte) string {
	return fingerprint(status, header, raw)
}

// OAuthStamp is the part of an OAuth 1.0a signature that must differ from request to request.
type OAuthStamp struct {
	Nonce string
	At    time.Time
	SHA1  bool // HMAC-SHA1 in place of HMAC-SHA256
}

// SignOAuth returns rawQuery with the OAuth 1.0a arguments for a request to address, which must be the shop's own home
// address (woocommerce signs home_url(), not the Host header) followed by the route, without a query.
func SignOAuth(cred Credentials, stamp OAuthStamp, method, address, rawQuery string) string {
	algorithm := "HMAC-SHA256"
	if stamp.SHA1 {
		algorithm = "HMAC-SHA1"
	}
	args := url.Values{
		"oauth_consumer_key":     {cred.Key},
		"oauth_nonce":            {stamp.Nonce},
		"oauth_signature_method": {algorithm},
		"oauth_timestamp":        {strconv.FormatInt(stamp.At.Unix(), 10)},
	}
	raw := joinQuery(rawQuery, args.Encode())
	signature := oauthSignature(algorithm, cred.Secret, oauthBaseString(method, address, raw))
	return joinQuery(raw, url.Values{"oauth_signature": {signature}}.Encode())
}
