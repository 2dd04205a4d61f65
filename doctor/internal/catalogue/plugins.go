package catalogue

import (
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// A plugin that refuses a request, answers in the store's place or prints around its answers leaves a sign in the
// answer. The fix is then in that plugin's own settings, and advice for the web server or the host would be of no use.
// The signs and the places were seen on a real store with each plugin; what only may be behind an answer, or was not
// seen itself, is called possible.

// pluginSign tells a plugin by an answer. Every part that is given must be there.
type pluginSign struct {
	plugin string
	menu   string // where in wp-admin what is to be changed is found, and what to change
	// possible says that other plugins and snippets answer in the same way.
	possible bool

	code    string // of a JSON error
	message string // how the message of a JSON error begins
	inJSON  string // in a JSON error without a code of WordPress
	page    string // in the title or the beginning of a page, lower case
	mark    string // of a page, see doctor/internal/evidence/marks.go
	header  string // "name: how it begins", lower case
	behind  string // in the text behind the JSON, lower case
	refusal bool   // the answer refuses
	visitor bool   // the refusal goes by the client's name and comes from PHP
}

var pluginSigns = []pluginSign{
	{plugin: "Disable REST API", message: "DRA:", menu: "Settings > Disable REST API, the rules of the role that " +
		"the key's user has: tick /wc/v3 and the routes below it"},
	{plugin: "REST API Control", code: "mdra_rest_disabled",
		menu: "Settings > REST API Control: allow the namespace wc/v3"},
	{plugin: "W3 Total Cache", code: "rest_disabled",
		menu: "Performance > Page Cache > REST API: choose “Don't cache” in place of “Disable REST API”"},
	{plugin: "Password Protected", code: "rest_cannot_access", possible: true, menu: "Settings > Password Protected " +
		"> Advanced: tick “Allow REST API access”. Or give the role of the key's user the capability edit_posts"},
	{plugin: "All-In-One Security", code: "wp_die", refusal: true, possible: true, menu: "WP Security > Firewall > " +
		"WP REST API: put wc on the list of allowed routes, or allow the role of the key's user"},
	{plugin: "Simple JWT Login", inJSON: `"error_code":75`,
		menu: "Simple JWT Login > Protect endpoints: add /wc/v3 to the public ones"},
	{plugin: "WP Cerber", page: "403 access forbidden", refusal: true,
		menu: "WP Cerber > Hardening > Access to WordPress REST API: allow the namespace wc, or allow logged-in users"},
	{plugin: "WP Cerber", page: "your request looks suspicious or similar to automated requests",
		menu: "WP Cerber > Access Lists: put {egress} on the White IP Access List"},
	{plugin: "NinjaFirewall", code: "nfw_rest_api_access_restricted",
		menu: "NinjaFirewall > Firewall Policies > WordPress REST API: tick “Allow logged-in users”"},
	{plugin: "Solid Security", code: "itsec_rest_api_access_restricted",
		menu: "Security > Settings > Advanced > WordPress Tweaks > REST API: “Default Access”"},
	{plugin: "Defender", mark: "wp-defender",
		menu: "Defender > Firewall > IP Banning: add {egress} to the IP Addresses Allowlist"},
	{plugin: "SecuPress", page: "secupress", menu: "SecuPress > Modules > Firewall: switch “Block Bad User Agents” " +
		"off, or take the integration's name off its list"},
	{plugin: "SecuPress", visitor: true, possible: true, menu: "SecuPress > Modules > Firewall: switch “Block Bad " +
		"User Agents” off, or take the integration's name off its list"},
	{plugin: "Defender", visitor: true, possible: true,
		menu: "Defender > Firewall > User Agent Banning: take the integration's name off the blocklist"},
	{plugin: "WP REST Cache", header: "x-wp-cached-call: served-cache", menu: "Settings > WP REST Cache: clear the " +
		"cache, and take wc/v3 out of what the filter wp_rest_cache/allowed_endpoints allows"},
	{plugin: "LiteSpeed Cache", header: "x-litespeed-cache: hit",
		menu: "LiteSpeed Cache > Cache > Cache > “Cache REST API”: off; then LiteSpeed Cache > Toolbox > Purge All"},
	{plugin: "WP Super Cache", header: "x-wp-super-cache: ",
		menu: "Settings > WP Super Cache > Advanced > Rejected URL Strings: add wp-json"},

	{plugin: "SpeedyCache", behind: "speedycache", possible: true,
		menu: "the settings of SpeedyCache: exclude addresses that begin with /wp-json"},
	{plugin: "WP Super Cache", behind: "super cache",
		menu: "Settings > WP Super Cache > Advanced > Rejected URL Strings: add wp-json"},
	{plugin: "WP Super Cache", behind: "super-cache",
		menu: "Settings > WP Super Cache > Advanced > Rejected URL Strings: add wp-json"},
	{plugin: "W3 Total Cache", behind: "w3 total cache",
		menu: "Performance > Page Cache > “Never cache the following pages”: add wp-json/.*"},
	{plugin: "WP Rocket", behind: "wp rocket",
		menu: "Settings > WP Rocket > Advanced Rules > “Never Cache URL(s)”: add /wp-json/(.*)"},
	{plugin: "LiteSpeed Cache", behind: "litespeed cache",
		menu: "LiteSpeed Cache > Cache > Cache > “Cache REST API”: off"},
	{plugin: "WP Fastest Cache", behind: "wp fastest cache", possible: true,
		menu: "the settings of WP Fastest Cache: exclude addresses that begin with /wp-json"},
	{plugin: "Autoptimize", behind: "autoptimize", possible: true,
		menu: "the settings of Autoptimize: leave addresses with wp-json out"},
	{plugin: "Hummingbird", behind: "hummingbird", possible: true,
		menu: "the page cache in Hummingbird's settings: exclude wp-json"},
	{plugin: "Cache Enabler", behind: "cache enabler", possible: true,
		menu: "the settings of Cache Enabler: exclude addresses that begin with /wp-json"},
}

// pluginAreas are those of findings that a plugin may be behind.
var pluginAreas = []Area{AreaBlocking, AreaRouting, AreaTransport, AreaKey, AreaCaching, AreaServer, AreaPermissions}

// pluginsBehind are the plugins whose signs the answers bear that a finding shows: one that is certain, or all that
// are possible.
func (f *Case) pluginsBehind(c Check, h *hit) []pluginSign {
	var maybe []pluginSign
	if !slices.Contains(pluginAreas, c.Area) {
		return nil
	}
	for _, x := range f.citedAll(h.shown) {
		for _, sign := range pluginSigns {
			switch {
			case !f.bears(x, sign, c.ID):
			case !sign.possible:
				return []pluginSign{sign}
			case !slices.ContainsFunc(maybe, func(other pluginSign) bool { return other.plugin == sign.plugin }):
				maybe = append(maybe, sign)
			}
		}
	}
	return maybe
}

func (f *Case) bears(x *evidence.Exchange, sign pluginSign, check string) bool {
	page := strings.ToLower(x.Body.Title + " " + x.Body.Snippet)
	switch {
	case sign.code != "" && x.Body.Code != sign.code,
		sign.message != "" && !strings.HasPrefix(x.Body.Message, sign.message),
		sign.inJSON != "" && !strings.Contains(string(x.Body.JSON), sign.inJSON),
		sign.page != "" && (x.Body.Kind == "json" || !strings.Contains(page, sign.page)),
		sign.mark != "" && !evidence.HasMark(x, sign.mark),
		sign.header != "" && !evidence.HeaderHas(x.Header, sign.header),
		sign.behind != "" && !strings.Contains(strings.ToLower(x.Body.Behind), sign.behind),
		sign.refusal && x.Status != http.StatusForbidden && x.Status != http.StatusUnauthorized,
		sign.visitor && (check != "ua-blocked" || !f.fromPHP(x)):
		return false
	}
	return true
}

// fromPHP reports an answer that WordPress or a plugin in it made, and not the web server or something in front of it.
func (f *Case) fromPHP(x *evidence.Exchange) bool {
	return evidence.IsJSON(x) && x.Body.Code != "" && !evidence.IsStoreCode(x.Body.Code) || x.Body.Kind == "html" &&
		(f.PhpMade(x) || evidence.HasMark(x, "wp-defender", "wp-message"))
}

// ofPlugins are the checks whose fixes name a menu path for plugins in general.
var ofPlugins = []string{"rest-disabled", "cache-rest", "cache-401", "stray-output-behind", "redirect-home"}

// fixesOf are the fixes of a finding without its proof: those of the check, with the plugin's own place first where a
// plugin is behind it. What PHP refused the web server and the host cannot let pass.
func (f *Case) fixesOf(c Check, h *hit) []Fix {
	var fixes []Fix
	behind := f.pluginsBehind(c, h)
	for _, sign := range behind {
		text := "The plugin " + sign.plugin + " does this. In wp-admin: " + sign.menu + "."
		if sign.possible {
			text = "Possibly the plugin " + sign.plugin + " does this. If it is active, in wp-admin: " + sign.menu + "."
		}
		fixes = append(fixes, menu(text))
	}
	certain := len(behind) > 0 && !behind[0].possible
	inside := certain || slices.ContainsFunc(f.citedAll(h.shown), func(x *evidence.Exchange) bool {
		return x.Status >= http.StatusBadRequest && (c.Area == AreaBlocking || c.Area == AreaRouting) && f.fromPHP(x)
	})
	own := c.Fixes
	if h.fixes != nil {
		own = h.fixes
	}
	if h.refit != nil {
		own = h.refit(own)
	}
	for _, fix := range own {
		server := fix.Kind == FixHost || fix.Kind == FixApache || fix.Kind == FixNginx
		if fix.isProof() || !f.fillable(fix, h) || inside && server || certain && fix.Kind == FixMenu &&
			slices.Contains(ofPlugins, c.ID) {
			continue
		}
		fixes = append(fixes, fix)
	}
	if inside && len(fixes) == 0 {
		return insideFix
	}
	return fixes
}

// insideFix is for a page that PHP made in the name of a firewall: no rule of the server or the host gives it.
var insideFix = []Fix{
	menu("The page comes from PHP: a security plugin or a snippet inside WordPress gives it. In wp-admin: Plugins > " +
		"switch security plugins off one after the other, on a copy of the shop, until the command below gives what " +
		"it should; then let that plugin leave /wp-json/wc/ alone."),
	wpcli("grep -rnE 'REQUEST_URI|QUERY_STRING|REQUEST_METHOD|http_response_code|status_header' --include=*.php " +
		"wp-content/mu-plugins wp-content/themes wp-content/plugins --exclude-dir=woocommerce   # who looks at " +
		"requests"),
}
