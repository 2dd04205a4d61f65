package woo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/woo/internal/oauth1"
)

// Connection is a client that is known to work, and why it is set up the way it is.
type Connection struct {
	Client    *Client
	Discovery *Discovery
	Choice    *Choice
}

// Choice is the way of presenting the key that the store accepted.
type Choice struct {
	Auth       AuthMethod
	SignedHome string // for WithSignedHome; empty unless OAuth needs it
	Reason     string
	Tries      []AuthTry // in the order made
}

// AuthTry is one attempt to present the key.
type AuthTry struct {
	Auth       AuthMethod
	SignedHome string
	Outcome    Outcome
	Status     int
	Code       string
	Err        *Error // nil when accepted
}

// Outcome is what the store made of a key.
type Outcome string

// What became of a key that was sent.
const (
	Accepted  Outcome = "accepted"  // the key was recognised; its owner may still lack a capability
	Anonymous Outcome = "anonymous" // the key did not arrive, is unknown, or was not looked at
	Refused   Outcome = "refused"   // the key arrived and was turned down: wrong secret, wrong scope, clock, signature
	Unknown   Outcome = "unknown"   // the store has no such key
	Blocked   Outcome = "blocked"   // something else answered
)

// Connect discovers the shop behind a pasted address, finds out how it takes the key, and returns a working client. The
// secret is sent only over HTTPS and only to the API of the shop; over HTTP requests are signed. Where the shop names
// another address as its home, or leads to one, nothing is sent: the error is a [*HomeError] until [WithHome] chooses.
//
// Keep Client.Base, Client.Root, Choice.Auth and Choice.SignedHome to make the same client again with New.
func Connect(ctx context.Context, pasted string, cred Credentials, opts ...Option) (*Connection, error) {
	discovery, err := Discover(ctx, pasted, opts...)
	if err != nil {
		return nil, err
	}
	if discovery.Elsewhere != nil {
		return nil, discovery.Elsewhere
	}
	client, choice, err := ChooseAuth(ctx, discovery, cred, opts...)
	if err != nil {
		return nil, err
	}
	return &Connection{Client: client, Discovery: discovery, Choice: choice}, nil
}

// AuthError says that no way of presenting the key was accepted.
type AuthError struct {
	Tries []AuthTry
}

func (e *AuthError) Error() string {
	parts := make([]string, len(e.Tries))
	for i, try := range e.Tries {
		parts[i] = fmt.Sprintf("%s: %s", try.Auth, try.Outcome)
		if try.Code != "" {
			parts[i] += " (" + try.Code + ")"
		}
	}
	advice := "check that key and secret are complete and belong to this shop"
	switch {
	case e.has(Unknown):
		advice = "the shop has no such key: make a new one there, and check that this is the right shop"
	case e.Refused():
		advice = "the shop knows the key and turned it down: check the secret, and that the key may read"
	}
	return "woo: the shop did not accept the key [" + strings.Join(parts, ", ") + "]; " + advice
}

// Refused tells whether the store turned the key down at least once, and never said that it does not know the key.
func (e *AuthError) Refused() bool { return e.has(Refused) && !e.has(Unknown) }

func (e *AuthError) has(o Outcome) bool {
	return slices.ContainsFunc(e.Tries, func(try AuthTry) bool { return try.Outcome == o })
}

// Unwrap gives the first attempt's error.
func (e *AuthError) Unwrap() error {
	if len(e.Tries) == 0 || e.Tries[0].Err == nil {
		return nil
	}
	return e.Tries[0].Err
}

// way is one way of presenting the key and what its success says.
type way struct {
	auth       AuthMethod
	signedHome string
	reason     string
}

// ChooseAuth tries the ways of presenting a key, the usual one first, and returns a client with the first that the
// store accepts. Each try is one read of one order id. A 403 counts as accepted, because the store then knows whose key
// it is.
func ChooseAuth(ctx context.Context, d *Discovery, cred Credentials, opts ...Option) (*Client, *Choice, error) {
	var tries []AuthTry
	for _, w := range waysFor(d) {
		if len(tries) > 0 && !worthAnother(tries[len(tries)-1], w) {
			continue
		}
		all := slices.Concat(opts, []Option{WithRoot(d.Root), WithAuth(w.auth)})
		if d.gate != nil {
			password, _ := d.gate.Password()
			all = append(all, WithSitePassword(d.gate.Username(), password))
		}
		if w.signedHome != "" {
			all = append(all, WithSignedHome(w.signedHome))
		}
		client, err := New(d.Home, cred, all...)
		if err != nil {
			return nil, nil, err
		}
		try := client.tryAuth(ctx, w)
		tries = append(tries, try)
		if try.Outcome == Accepted {
			return client, &Choice{Auth: w.auth, SignedHome: w.signedHome, Reason: w.reason, Tries: tries}, nil
		}
		if try.Outcome == Refused && !w.auth.sendsSecret() && client.keyIsUnknown(ctx, try) {
			tries[len(tries)-1].Outcome = Unknown
		}
		client.CloseIdleConnections()
		if ctx.Err() != nil {
			return nil, nil, try.Err
		}
	}
	return nil, nil, &AuthError{Tries: tries}
}

// waysFor lists the ways in order. WooCommerce checks a signature against the host of its own home address and the
// scheme it believes to be reached by (docs/woocommerce/authentication.md#oauth-host-mismatch,
// docs/woocommerce/authentication.md#is-ssl-false), so both schemes are signed for.
func waysFor(d *Discovery) []way {
	home := d.StoreHome
	if home == "" {
		home = d.Home
	}
	plain := withScheme(home, "http")
	if strings.HasPrefix(d.Home, "http:") {
		return []way{
			{AuthOAuth1, plain, "the shop has no HTTPS, so requests are signed and the secret never travels"},
			{AuthOAuth1SHA1, plain, "the shop has no HTTPS and accepts HMAC-SHA1 signatures only"},
		}
	}
	ways := []way{
		{AuthBasic, "", "the shop accepts the key in the Authorization header over HTTPS"},
		{AuthQuery, "", "the Authorization header does not reach WooCommerce; the key travels in the query over HTTPS"},
		{AuthOAuth1, withScheme(home, "https"), "only signed requests are accepted"},
		{
			AuthOAuth1, plain,
			"the shop does not know that it is behind HTTPS, so it accepts only requests signed for http",
		},
	}
	if d.gate != nil {
		ways[1].reason = "the Authorization header carries the password in front of the site, so the key travels in " +
			"the query over HTTPS"
		return ways[1:]
	}
	return ways
}

func withScheme(home, scheme string) string {
	_, rest, _ := strings.Cut(home, "://")
	return scheme + "://" + rest
}

// worthAnother says whether the next way can still succeed after the last one. An unknown key stays unknown, and a
// wrong secret stays wrong. A signature may be refused for its address only, so another signature is worth a try.
func worthAnother(last AuthTry, next way) bool {
	switch last.Outcome {
	case Unknown:
		return false
	case Refused:
		return last.Auth == AuthOAuth1 && !next.auth.sendsSecret()
	}
	return true
}

// keyIsUnknown asks once more, with a random key (docs/woocommerce/authentication.md#unknown-key). The same answer
// means that the store knows our key no better than the random one. Both answers come from one store in one language,
// so their texts can be compared.
func (c *Client) keyIsUnknown(ctx context.Context, try AuthTry) bool {
	control := *c
	control.signer.cred = Credentials{Key: "ck_" + oauth1.NewNonce(), Secret: "cs_" + oauth1.NewNonce()}
	_, err := control.Do(ctx, authProbe())
	e, ok := AsError(err)
	return ok && e.Kind == KindAPI && e.Code == try.Code && e.Message == try.Err.Message
}

func authProbe() Request {
	return Request{Path: "orders", Query: url.Values{"per_page": {"1"}, "_fields": {"id"}}}
}

func (c *Client) tryAuth(ctx context.Context, w way) AuthTry {
	_, err := c.Do(ctx, authProbe())
	try := AuthTry{Auth: w.auth, SignedHome: w.signedHome, Outcome: Accepted, Status: http.StatusOK}
	if err == nil {
		return try
	}
	e, _ := AsError(err)
	try.Err, try.Status, try.Code = e, e.Status, e.Code
	try.Outcome = outcomeOf(e)
	if try.Outcome == Accepted {
		try.Err = nil
	}
	return try
}

func outcomeOf(e *Error) Outcome {
	ours := strings.HasPrefix(e.Code, "woocommerce_rest_")
	switch {
	case e.Kind == KindStrayOutput:
		return Accepted
	case e.Kind != KindAPI:
		return Blocked
	case strings.HasPrefix(e.Code, "woocommerce_rest_authentication_"):
		return Refused
	case ours && e.EffectiveStatus() == http.StatusForbidden:
		return Accepted
	case ours && e.EffectiveStatus() == http.StatusUnauthorized:
		return Anonymous
	}
	return Blocked
}
