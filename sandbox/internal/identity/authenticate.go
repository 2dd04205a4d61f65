package identity

import (
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Facts are what WordPress sees of a request when it finds out who sent it.
type Facts struct {
	// RequestURI is the raw address of the request, query included.
	RequestURI string
	// Method is the method of the HTTP request, before any override.
	Method string
	// SSL is what PHP believes about the connection (is_ssl).
	SSL bool
	// Base is the home address with the scheme of the request, without a trailing slash. OAuth signatures cover it.
	Base string
	// RESTPrefix is "wp-json" unless the site changed it.
	RESTPrefix string
	// Authorization is the header as it reached PHP.
	Authorization string
	// Query and Form are $_GET and $_POST.
	Query, Form Parameters
	Now         time.Time
}

// Parameters are $_GET or $_POST: names to strings or nested arrays, in order.
type Parameters interface {
	// Text returns a scalar parameter, "" when it is absent or an array.
	Text(name string) string
	// Flat returns all scalars with the path of array keys that leads to them.
	Flat() []Parameter
}

// Parameter is one scalar of $_GET or $_POST: Path is its name followed by the array keys below it.
type Parameter struct {
	Path  []string
	Value string
}

// Decision is who sent a request, or why the request is refused before anything else happens.
type Decision struct {
	User *User // nil: nobody
	// Key is the REST API key in use. It can be there without a user, when its owner was removed from the database
	// (docs/checks/key-owner-deleted.md).
	Key     *Key
	Refusal *Refusal
	// How says what was decided and why, for the request log. It holds no secret.
	How string
}

// Refusal is an authentication error.
type Refusal struct {
	Status  int
	Code    string
	Message string
}

func refuse(code, message string) *Refusal {
	return &Refusal{Status: http.StatusUnauthorized, Code: code, Message: message}
}

const authenticationError = "woocommerce_rest_authentication_error"

// Authenticate decides who sent a request, in the order of docs/woocommerce/authentication.md#decision-order.
func (d *Directory) Authenticate(f Facts) Decision {
	var refusal *Refusal
	if !f.isForWooCommerce() {
		how := "anonymous"
		if f.Authorization != "" || f.Query.Text("consumer_key") != "" {
			how = "keys are not looked at: the address does not contain " + f.RESTPrefix + "/wc/"
		}
		return d.byApplicationPassword(f, true, how)
	}
	how := "no credentials"
	if f.SSL {
		decision, tried := d.byBasic(f)
		if decision.User != nil || decision.Key != nil && decision.Refusal == nil {
			return decision
		}
		refusal = decision.Refusal
		if tried {
			how = decision.How
		}
	} else if user, _, ok := basicCredentials(f.Authorization); ok && user != "" {
		how = "Basic credentials are ignored: the connection is not TLS to PHP"
	}
	if decision, tried := d.byOAuth(f); tried {
		if decision.Refusal == nil {
			return decision
		}
		refusal, how = decision.Refusal, decision.How
	}
	if refusal != nil {
		return Decision{Refusal: refusal, How: how}
	}
	return d.byApplicationPassword(f, false, how)
}

// isForWooCommerce is the substring test that WooCommerce makes on the raw address. The test is case-sensitive, and
// finds its text anywhere in the query.
func (f Facts) isForWooCommerce() bool {
	uri := wptext.SanitizeURL(f.RequestURI)
	return strings.Contains(uri, f.RESTPrefix+"/wc/") || strings.Contains(uri, f.RESTPrefix+"/wc-")
}

// byBasic tries key and secret from the query, then from the header. tried is false when neither has both.
func (d *Directory) byBasic(f Facts) (decision Decision, tried bool) {
	consumerKey, secret, where := f.Query.Text("consumer_key"), f.Query.Text("consumer_secret"), "query"
	if empty(consumerKey) || empty(secret) {
		consumerKey, secret, _ = basicCredentials(f.Authorization)
		where = "Basic"
	}
	if empty(consumerKey) || empty(secret) {
		return Decision{}, false
	}
	key, ok := d.keys[wptext.SanitizeTextField(consumerKey)]
	if !ok {
		return Decision{How: where + ": unknown key"}, true
	}
	if subtle.ConstantTimeCompare([]byte(key.ConsumerSecret), []byte(secret)) != 1 {
		return Decision{
			Refusal: refuse(authenticationError, "Consumer secret is invalid."),
			How:     where + ": wrong secret",
		}, true
	}
	return d.owner(key, where), true
}

// owner finds the user of a key whose credentials are right.
func (d *Directory) owner(key *Key, where string) Decision {
	user, ok := d.users.Get(key.UserID)
	if !ok {
		return Decision{Key: key, How: where + ": right key, but its owner does not exist"}
	}
	return Decision{User: user, Key: key, How: where}
}

// empty is PHP's empty() for strings.
func empty(s string) bool { return s == "" || s == "0" }

// basicCredentials reads a Basic Authorization header as PHP does; the scheme may be in any case.
func basicCredentials(header string) (user, password string, ok bool) {
	if len(header) < 6 || !strings.EqualFold(header[:6], "basic ") {
		return "", "", false
	}
	encoded := strings.TrimRight(strings.TrimSpace(header[6:]), "=")
	decoded, err := base64.RawStdEncoding.DecodeString(encoded)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(decoded), ":")
}

var notInPassword = regexp.MustCompile(`[^a-zA-Z\d]`)

// byApplicationPassword is WordPress's own check of Basic credentials. WordPress makes it only over TLS and once an
// application password exists on the site. With collect a failure refuses the request. On WooCommerce's own addresses
// the failure comes too late to matter.
func (d *Directory) byApplicationPassword(f Facts, collect bool, how string) Decision {
	login, password, ok := basicCredentials(f.Authorization)
	if !f.SSL || len(d.passwords) == 0 || !ok {
		return Decision{How: how}
	}
	failed := func(code, message string) Decision {
		if !collect {
			return Decision{How: how}
		}
		return Decision{Refusal: refuse(code, message), How: "application password: " + code}
	}
	user, found := d.ByLogin(login)
	if !found {
		if wptext.IsEmail(login) {
			return failed("invalid_email", "Unknown email address. Check again or try your username.")
		}
		return failed("invalid_username", "Unknown username. Check again or try your email address.")
	}
	given := notInPassword.ReplaceAllString(password, "")
	for _, p := range d.passwords {
		if p.UserID == user.ID && p.Password == given {
			return Decision{User: user, How: "application password"}
		}
	}
	return failed("incorrect_password", "The provided password is an invalid application password.")
}

// Use records that a key served a request that the key's own permission allows.
func (d *Directory) Use(key *Key, now time.Time) {
	d.used.Lock()
	key.LastAccess = now
	d.used.Unlock()
}

// Permit checks a method against the key's own permission (docs/woocommerce/authentication.md#decision-order). OPTIONS
// always passes.
func (k *Key) Permit(method string) *Refusal {
	switch method {
	case "GET", "HEAD":
		if !k.Permissions.AllowsRead() {
			return refuse(authenticationError, "The API key provided does not have read permissions.")
		}
	case "POST", "PUT", "PATCH", "DELETE":
		if !k.Permissions.AllowsWrite() {
			return refuse(authenticationError, "The API key provided does not have write permissions.")
		}
	case "OPTIONS":
	default:
		return refuse(authenticationError, "Unknown request method.")
	}
	return nil
}
