package wcauth

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/front"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

//go:embed templates/*.html
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.html"))

// permissionsIn is what the approval page says of each scope.
var permissionsIn = map[string][]string{
	"read":  {"View coupons", "View customers", "View orders and sales reports", "View products"},
	"write": {"Create webhooks", "Create coupons", "Create customers", "Create orders", "Create products"},
	"read_write": {
		"Create webhooks", "View and manage coupons", "View and manage customers",
		"View and manage orders and sales reports",
		"View and manage products",
	},
}

var scopeNames = map[string]string{"read": "Read", "write": "Write", "read_write": "Read/Write"}

// page shows a template with status 200.
func (v *visit) page(name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		front.Die(v.w, "WordPress › Error", err.Error(), http.StatusInternalServerError)
		return
	}
	v.w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	_, _ = v.w.Write(b.Bytes())
}

// link is a href with what WordPress's esc_url lets through, whatever the scheme.
func link(address string) template.HTMLAttr {
	//nolint:gosec // escaped
	return template.HTMLAttr(`href="` + template.HTMLEscapeString(wptext.SanitizeURL(address)) + `"`)
}

// loginPage asks for name and password on the way to the approval page.
func (v *visit) loginPage() {
	problem := ""
	if v.text("login") != "" && v.verifyNonce(v.text("woocommerce-login-nonce"), loginAction) {
		if v.signOn(v.text("username"), v.text("password")) {
			v.redirect(safeRedirect(v.text("redirect"), v.base, v.base+"/my-account/"))
			return
		}
		problem = "Error: the username or the password is incorrect."
	}
	v.page("login.html", map[string]any{
		"App": v.clean("app_name"), "Cancel": link(v.returnAddress("0")), "Problem": problem,
		"Username": v.text("username"),
		"Nonce":    v.nonce(loginAction), "Redirect": wptext.SanitizeURL(v.endpoint("authorize")),
	})
}

// approvalPage asks the owner of the shop to approve or deny.
func (v *visit) approvalPage() {
	host := ""
	if parsed, err := url.Parse(formatted(v.text("callback_url"))); err == nil {
		host = parsed.Hostname()
	}
	scope := v.text("scope")
	digest := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(v.user.email))))
	v.page("approve.html", map[string]any{
		"App": v.clean("app_name"), "Scope": scopeNames[scope], "Permissions": permissionsIn[scope], "Host": host,
		"User":    v.user.display,
		"Avatar":  "https://secure.gravatar.com/avatar/" + hex.EncodeToString(digest[:]) + "?s=70&d=mm&r=g",
		"Logout":  link(v.logoutAddress()),
		"Approve": link(withArguments(v.endpoint("access_granted"), argument{"wc_auth_nonce", v.nonce(grantAction)})),
		"Deny":    link(v.returnAddress("0")),
	})
}

// logoutAddress logs the user out and leads to the login page for another user.
func (v *visit) logoutAddress() string {
	return withArguments(v.base+"/wp-login.php",
		argument{"action", "logout"}, argument{"redirect_to", urlencode(v.endpoint("login"))},
		argument{"_wpnonce", v.nonce(logoutAction)})
}

// Login answers /wp-login.php: the form, logging in and out.
func (p *Pages) Login(w http.ResponseWriter, r *http.Request) {
	v := p.newVisit(w, r)
	rest.SetNocache(w.Header())
	v.setCookie("wordpress_test_cookie", "WP%20Cookie%20check", "", v.sitePath())
	switch {
	case v.text("action") == "logout":
		v.logout()
	case r.Method == http.MethodPost:
		if v.signOn(v.text("log"), v.text("pwd")) {
			v.redirect(safeRedirect(v.text("redirect_to"), v.base, v.base+"/wp-admin/"))
			return
		}
		v.formPage("Error: the username or the password is incorrect.")
	default:
		v.formPage("")
	}
}

func (v *visit) formPage(problem string) {
	v.page("wp-login.html", map[string]any{
		"Site": v.config.Name(), "Problem": problem, "Username": v.text("log"), "Redirect": v.text("redirect_to"),
	})
}

func (v *visit) logout() {
	if nonce, _ := v.get.Value("_wpnonce").(string); !v.verifyNonce(nonce, logoutAction) {
		front.Die(v.w, "WordPress Failure Notice", "You are attempting to log out of "+v.config.Name(),
			http.StatusForbidden)
		return
	}
	v.setSession("%20", "; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0")
	v.redirect(safeRedirect(v.text("redirect_to"), v.base, v.base+"/wp-login.php?loggedout=true"))
}

// formLimit is more than any of these forms has.
const formLimit = 1 << 20

// postForm is $_POST.
func postForm(r *http.Request) *rest.Object {
	if r.Method != http.MethodPost ||
		!strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, formLimit))
	if err != nil {
		return nil // the client went away while sending; nobody reads an answer
	}
	return rest.ParseQuery(string(body))
}
