package woo

import (
	"net/http"
	"net/url"
)

// AuthMethod is how a key is presented to the store.
type AuthMethod string

const (
	// AuthBasic sends key and secret in the Authorization header. WooCommerce reads it only over HTTPS.
	AuthBasic AuthMethod = "basic"
	// AuthQuery sends key and secret as query arguments, for hosts that strip the Authorization header.
	// WooCommerce reads them only over HTTPS. Server logs keep them.
	AuthQuery AuthMethod = "query"
	// AuthOAuth1 signs each request (OAuth 1.0a, HMAC-SHA256). The secret never travels, so this is the method for shops
	// without HTTPS, and for those that do not know that they are behind HTTPS.
	AuthOAuth1 AuthMethod = "oauth1"
	// AuthOAuth1SHA1 is AuthOAuth1 with HMAC-SHA1.
	AuthOAuth1SHA1 AuthMethod = "oauth1-sha1"
)

// sendsSecret tells whether the secret itself crosses the network.
func (m AuthMethod) sendsSecret() bool { return m == AuthBasic || m == AuthQuery }

func (m AuthMethod) known() bool {
	return m == AuthBasic || m == AuthQuery || m == AuthOAuth1 || m == AuthOAuth1SHA1
}

// checkTransportOfSecrets refuses what would put a secret on the wire in clear. Fail closed: WooCommerce itself
// ignores such keys (docs/woocommerce/authentication.md#keys-over-http), so nothing that works is lost.
func (c *Client) checkTransportOfSecrets() error {
	if !c.auth.known() {
		return usageError("unknown authentication method "+string(c.auth), nil)
	}
	if c.gate != nil && c.auth == AuthBasic && !c.cred.empty() {
		return usageError("the address holds a user and password, which need the Authorization header; "+
			"send the API key another way: WithAuth(AuthQuery) or WithAuth(AuthOAuth1)", nil)
	}
	if c.root.Scheme == "https" {
		return nil
	}
	if c.gate != nil {
		return c.insecure("the password in front of the site would cross the network in clear")
	}
	if c.auth.sendsSecret() && !c.cred.empty() {
		return c.insecure("the API key would cross the network in clear, and WooCommerce ignores keys sent that way")
	}
	return nil
}

func (c *Client) insecure(why string) *Error {
	return &Error{
		Kind: KindInsecure, URL: c.root.String(), Executed: NotExecuted,
		Message: why + "; use the shop's https:// address, or, if it has none, sign requests with WithAuth(AuthOAuth1)",
	}
}

// authorize puts the key on one request.
func (c *Client) authorize(req *http.Request, p *prepared) {
	if c.gate != nil {
		password, _ := c.gate.Password()
		req.SetBasicAuth(c.gate.Username(), password)
	}
	if c.cred.empty() {
		return
	}
	switch c.auth {
	case AuthBasic:
		req.SetBasicAuth(c.cred.Key, c.cred.Secret)
	case AuthQuery:
		key := url.Values{"consumer_key": {c.cred.Key}, "consumer_secret": {c.cred.Secret}}
		req.URL.RawQuery = joinQuery(req.URL.RawQuery, key.Encode())
	case AuthOAuth1, AuthOAuth1SHA1:
		c.signOAuth(req, p)
	}
}

func joinQuery(a, b string) string {
	if a == "" {
		return b
	}
	return a + "&" + b
}
