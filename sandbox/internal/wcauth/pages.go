package wcauth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/front"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Config is what the pages need from the store.
type Config struct {
	// Base is the home address as a request sees it, without a trailing slash.
	Base func(*http.Request) string
	// Name is the title of the site.
	Name func() string
	// WordPress is the version of WordPress.
	WordPress func() string
	Now       func() time.Time
	// Locked runs f with the store locked, exclusively when write is true.
	Locked func(write bool, f func(*identity.Directory))
	// Hex returns n random hexadecimal digits. The store is locked.
	Hex    func(n int) string
	Client *outbound.Client
	// Plain says that permalinks are plain; nil means that they are not.
	Plain func() bool
	// Fault is what happens to keys on their way to the application; nil means nothing.
	Fault func() HandoverFault
}

// Pages serves the endpoint. It is safe for parallel use.
type Pages struct{ config Config }

// New returns the pages of a store.
func New(config Config) *Pages { return &Pages{config} }

// Prefix is where the endpoint is.
const Prefix = "/wc-auth/v1"

// The query variables that lead to the endpoint from any address.
const (
	versionVariable = "wc-auth-version"
	routeVariable   = "wc-auth-route"
)

// Variables are the query variables that lead to the endpoint when both are given. A rewrite rule sets them for
// addresses below [Prefix].
func Variables() []string { return []string{versionVariable, routeVariable} }

// route is the page asked for: that of the query variable, else what the address has below [Prefix].
func (v *visit) route() string {
	route := rest.Text(v.get.Value(routeVariable))
	if route == "" {
		_, route, _ = strings.Cut(v.r.URL.Path, Prefix)
	}
	return strings.ToLower(strings.Trim(route, "/"))
}

// visit is one request to a page.
type visit struct {
	*Pages
	w       http.ResponseWriter
	r       *http.Request
	base    string
	get     *rest.Object // $_GET
	request *rest.Object // $_REQUEST
	user    account      // who is logged in
}

// newVisit reads the parameters of a request and finds out who is logged in.
func (p *Pages) newVisit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{Pages: p, w: w, r: r, base: p.config.Base(r), get: rest.ParseQuery(r.URL.RawQuery)}
	v.request = v.get.Clone()
	for name, value := range postForm(r).All() {
		v.request.Set(name, value)
	}
	v.recognise()
	return v
}

func (v *visit) text(name string) string { return rest.Text(v.request.Value(name)) }

// clean is wc_clean of a parameter.
func (v *visit) clean(name string) string { return wptext.SanitizeTextField(v.text(name)) }

// Authorize answers everything below [Prefix], and what [Variables] name.
func (p *Pages) Authorize(w http.ResponseWriter, r *http.Request) {
	v := p.newVisit(w, r)
	route := v.route()
	if err := v.validate(); err != nil {
		v.deny(err)
		return
	}
	switch {
	case route == "login" && !v.user.known():
		v.loginPage()
	case route == "login":
		v.redirect(v.endpoint("authorize"))
	case route == "authorize" && !v.user.known():
		v.redirect(v.endpoint("login"))
	case route == "authorize" && v.user.manages:
		v.approvalPage()
	case route == "access_granted" && v.user.manages:
		v.grant()
	default:
		v.deny(errors.New("You do not have permission to access this page")) //nolint:staticcheck,revive // for people
	}
}

// required are the parameters of every page, in the order in which WooCommerce reports them missing.
var required = []string{"app_name", "user_id", "return_url", "callback_url", "scope"}

// validate checks the parameters. WooCommerce checks them before it looks whether somebody is logged in.
func (v *visit) validate() error {
	for _, name := range required {
		if !rest.Truthy(v.request.Value(name)) {
			return errors.New("Missing parameter " + name) //nolint:staticcheck,revive // shown to people
		}
	}
	if permissionsIn[v.text("scope")] == nil {
		return errors.New("Invalid scope " + v.clean("scope")) //nolint:staticcheck,revive // shown to people
	}
	for _, name := range []string{"return_url", "callback_url"} {
		if address := formatted(v.text(name)); !wptext.IsURL(address) {
			return errors.New("The " + address + " is not a valid URL") //nolint:staticcheck,revive // shown to people
		}
	}
	callback := formatted(v.text("callback_url"))
	if len(callback) < 8 || !strings.EqualFold(callback[:8], "https://") {
		return errors.New("The callback_url needs to be over SSL") //nolint:staticcheck,revive // shown to people
	}
	return nil
}

// deny shows why there is no key.
func (v *visit) deny(err error) {
	front.Die(v.w, "Access denied", "Error: "+err.Error()+".", http.StatusUnauthorized)
}

// redirect is wp_redirect. An address that WordPress does not allow leads nowhere: the page stays empty.
func (v *visit) redirect(address string) {
	v.w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	address = sanitizeRedirect(wptext.SanitizeURL(address))
	if address == "" {
		v.w.WriteHeader(http.StatusOK)
		return
	}
	v.w.Header().Set("X-Redirect-By", "WordPress")
	v.w.Header().Set("Location", address)
	v.w.WriteHeader(http.StatusFound)
}

// errUndelivered is what the owner of the shop reads when the application does not take its key
// (docs/checks/wc-auth-callback.md).
//
//nolint:staticcheck,revive // shown to people
var errUndelivered = errors.New(
	"An error occurred in the request and at the time were unable to send the consumer data",
)

// grant makes a key, hands it to the application and sends the browser back. When the application does not answer 200,
// the key is removed again.
func (v *visit) grant() {
	nonce, _ := v.get.Value("wc_auth_nonce").(string)
	if !v.verifyNonce(nonce, grantAction) {
		v.deny(errors.New("Invalid nonce verification")) //nolint:staticcheck,revive // shown to people
		return
	}
	key := v.makeKey()
	if err := v.handOver(v.r.Context(), key); err != nil {
		v.config.Locked(true, func(d *identity.Directory) { d.RemoveKey(key) })
		v.deny(err)
		return
	}
	v.redirect(v.returnAddress("1"))
}

// makeKey makes a key of the user who is logged in.
func (v *visit) makeKey() *identity.Key {
	key := &identity.Key{
		UserID:      v.user.id,
		Description: shorten(v.clean("app_name"), 170) + " - API (" + v.config.Now().UTC().Format(time.DateTime) + ")",
		Permissions: identity.Permissions(v.text("scope")),
	}
	v.config.Locked(true, func(d *identity.Directory) {
		key.ConsumerKey, key.ConsumerSecret = "ck_"+v.config.Hex(40), "cs_"+v.config.Hex(40)
		if v.fault() != NotKept {
			d.AddKey(key)
		}
	})
	return key
}

// handTimeout is how long the application has to take its key.
const handTimeout = time.Minute

// hand posts a key to the application.
func (v *visit) hand(ctx context.Context, key *identity.Key) error {
	response, err := v.config.Client.Send(ctx, outbound.Request{
		URL:       wptext.SanitizeURL(formatted(v.text("callback_url"))),
		UserAgent: "WordPress/" + v.config.WordPress() + "; " + v.base,
		Header:    []outbound.Header{{Name: "Content-Type", Value: "application/json;charset=UTF-8"}},
		Body: rest.AppendJSON(nil, rest.NewObject(
			"key_id", key.ID, "user_id", v.request.Value("user_id"),
			"consumer_key", key.ConsumerKey, "consumer_secret", key.ConsumerSecret, "key_permissions",
			string(key.Permissions))),
		Redirects: 5, Home: v.base, Timeout: handTimeout,
	})
	switch {
	case err != nil:
		return err
	case response.Status != http.StatusOK:
		return errUndelivered
	}
	return nil
}

// shorten is wc_trim_string.
func shorten(s string, limit int) string {
	runes := []rune(s)
	if len(s) <= limit || len(runes) <= limit-3 {
		return s
	}
	return string(runes[:limit-3]) + "..."
}
