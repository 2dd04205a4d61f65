package evidence

import (
	"net/http"
	"strings"
)

// pageMark is a sign in an answer that tells what answered, beyond those that the client itself knows
// (woo.Fingerprint). A mark is a fact, not yet a diagnosis: checks decide what it means.
type pageMark struct {
	name   string
	status int    // 0: any
	header string // "name" or "name: part", lower case
	body   string // lower case
}

// Names that equal a check's id are decisive for it.
var pageMarks = []pageMark{
	{name: "cf-challenge", header: "cf-mitigated: challenge"},
	{name: "cf-challenge", body: "cdn-cgi/challenge-platform"},
	{name: "cf-challenge", body: "/cdn-cgi/l/chk_jschl"},
	{name: "cf-challenge", header: "cf-ray", body: "<title>just a moment...</title>"},
	{name: "cf-challenge", header: "server: cloudflare", body: "<title>just a moment...</title>"},
	{name: "cf-block", body: "error code: 1006"}, {name: "cf-block", body: "error code: 1007"},
	{name: "cf-block", body: "error code: 1008"},
	{name: "cf-block", body: "error code: 1009"}, {name: "cf-block", body: "error code: 1010"},
	{name: "cf-block", body: "error code: 1012"},
	{name: "cf-block", body: "error code: 1015"}, {name: "cf-block", body: "error code: 1020"},
	{name: "cf-block", body: "<title>attention required! | cloudflare</title>"},
	{name: "cf-block", body: "cf-error-details"},
	{name: "cf-1015", body: "error code: 1015"},
	{name: "waf-sucuri", header: "x-sucuri-block"},
	{name: "waf-sucuri", body: "sucuri website firewall"},
	{name: "sucuri-front", status: 403, header: "x-sucuri-id"},
	{name: "waf-wordfence", body: "wordfence"},
	{name: "waf-wordfence", body: "your access to this site has been limited"},
	{name: "waf-wordfence", body: "a potentially unsafe operation has been detected in your request to this site"},
	{name: "waf-imunify360", header: "server: imunify360"},
	{name: "waf-imunify360", body: "imunify360"},
	{name: "waf-imunify360", body: "webshield"},
	{name: "waf-bitninja", body: "bitninja"},
	{name: "waf-bitninja", header: "server: bitninja"},
	{name: "waf-siteground", header: "sg-captcha"},
	{name: "waf-siteground", body: "our system thinks you might be a robot"},
	{name: "waf-modsecurity", body: "mod_security"},
	{name: "waf-modsecurity", body: "modsecurity"},
	{name: "waf-modsecurity", body: "<title>not acceptable!</title>"},
	{name: "waf-modsecurity", status: 406, body: "an appropriate representation of the requested resource"},
	{name: "waf-modsecurity", header: "server: mod_security"},
	{name: "waf-page", body: "_incapsula_resource"}, {name: "waf-page", body: "incapsula incident id"},
	{name: "waf-page", body: "the requested url was rejected. please consult with your administrator"},
	{name: "waf-other", body: "incapsula"}, {name: "waf-other", header: "x-iinfo"},
	{name: "waf-other", body: "errors.edgesuite.net"},
	{name: "waf-other", status: 403, header: "server: akamaighost"},
	{name: "waf-other", header: "x-amzn-waf-action"},
	{name: "waf-other", body: "ddos-guard"}, {name: "waf-other", status: 403, header: "server: ddos-guard"},
	{name: "waf-other", body: "ninjafirewall"}, {name: "waf-other", body: "shield security"},
	{name: "waf-other", body: "blocked by the web application firewall"},
	{name: "waf-other", body: "astra security"}, {name: "waf-other", body: "malcare"},
	{name: "waf-other", body: "fortiguard"},
	{name: "waf-other", body: "bulletproof security"}, {name: "waf-other", body: "stackpath"},
	{name: "waf-other", body: "barracuda"},
	{name: "waf-other", status: 403, body: "the request could not be satisfied"},
	{name: "waf-other", status: 403, header: "x-azure-ref"}, {name: "waf-other", body: "comodo waf"},
	{name: "waf-other", body: "/.lsrecap/"}, {name: "waf-other", body: "wp cerber"},
	{name: "waf-other", body: "your request looks suspicious or similar to automated requests"},
	{name: "waf-other", body: "wallarm"}, {name: "waf-other", body: "sitelock"},
	{name: "waf-other", body: "quic.cloud"},
	{name: "wp-defender", body: "wp-defender"},
	{name: "js-cookie-challenge", body: "/aes.js"}, {name: "js-cookie-challenge", body: "__test="},
	{name: "js-cookie-challenge", body: "slowaes.decrypt"}, {name: "js-cookie-challenge", body: "testcookie"},
	{name: "akamai-reference", status: 403, body: "reference #"},
	{name: "akamai-reference", status: 403, body: "reference&#32;&#35;"},

	{name: "maintenance-core", status: 503, body: "<title>maintenance</title>"},
	{name: "maintenance-core", status: 503, body: "briefly unavailable for scheduled maintenance"},
	{name: "coming-soon", body: "coming soon"}, {name: "coming-soon", body: "under construction"},
	{name: "coming-soon", body: "maintenance mode"}, {name: "coming-soon", body: "site is undergoing maintenance"},
	{name: "coming-soon", body: "under maintenance"}, {name: "coming-soon", body: "seedprod"},
	{name: "coming-soon", body: "wp-maintenance"},
	{name: "coming-soon", body: "wartungsmodus"}, {name: "coming-soon", body: "wartungsarbeiten"},
	{name: "coming-soon", body: "en construction"},
	{name: "coming-soon", body: "en mantenimiento"}, {name: "coming-soon", body: "in onderhoud"},
	{name: "coming-soon", body: "be right back"},
	{name: "coming-soon", body: "launching soon"}, {name: "coming-soon", body: "maintenance-mode"},
	{name: "coming-soon", body: "cmp-coming-soon"},
	{name: "wc-coming-soon", body: "woocommerce-coming-soon"},

	{name: "db-down", body: "<title>database error</title>"},
	{name: "db-down", body: "error establishing a database connection"},
	{name: "wp-fatal", body: "there has been a critical error on this website"},
	{name: "wp-fatal", body: "<title>wordpress &rsaquo; error</title>"},
	{name: "wp-fatal", body: "<title>wordpress › error</title>"},
	{name: "wp-fatal", body: `"internal_server_error"`},
	{name: "memory", body: "allowed memory size of"},
	{name: "php-error", body: "<b>fatal error</b>"}, {name: "php-error", body: "php fatal error"},
	{name: "max-execution", body: "maximum execution time of"},

	{name: "login", body: `id="loginform"`}, {name: "login", body: "wp-login.php?action=lostpassword"},
	{name: "login", body: "woocommerce-form-login"},
	{name: "login", body: `type="password"`}, {name: "login", body: "type=password"},
	{name: "login", body: "type='password'"},
	{name: "wordpress", body: "/wp-content/"}, {name: "wordpress", body: "/wp-includes/"},
	{name: "wordpress", body: "wp-block-"},
	{name: "nginx-404", status: 404, body: "<center>nginx"}, {name: "nginx-page", body: "<hr><center>nginx"},
	{name: "nginx-page", body: "<hr><center>cloudflare"},
	{name: "apache-404", status: 404, body: "was not found on this server"},
	{name: "openresty-page", body: "<center>openresty"}, {name: "litespeed-page", body: "litespeed web server"},
	{name: "iis-404", status: 404, body: "404 - file or directory not found"},
	{name: "plain-http-to-https", status: 400, body: "the plain http request was sent to https port"},
	{name: "client-certificate", status: 400, body: "no required ssl certificate was sent"},
	{name: "client-certificate", status: 400, body: "the ssl certificate error"},
	{name: "header-too-large", status: 400, body: "request header or cookie too large"},

	{name: "shopify", header: "x-shopify-stage"}, {name: "shopify", header: "x-shopid"},
	{name: "shopify", header: "powered-by: shopify"},
	{name: "shopify", body: "cdn.shopify.com"}, {name: "wix", header: "x-wix-request-id"},
	{name: "wix", body: "static.wixstatic.com"},
	{name: "squarespace", body: "static1.squarespace.com"}, {name: "magento", body: "mage/cookies"},
	{name: "prestashop", body: "prestashop"},
	{name: "bigcommerce", body: "cdn11.bigcommerce.com"}, {name: "joomla", body: `content="joomla!`},
	{name: "drupal", header: "x-drupal-cache"},
	{name: "drupal", body: "drupal-settings-json"}, {name: "shopware", body: "shopware"},
	{name: "opencart", body: "catalog/view/theme"},
	{name: "typo3", body: "typo3"},

	{name: "parked", body: "domain is parked"}, {name: "parked", body: "this domain is for sale"},
	{name: "parked", body: "domain is for sale"},
	{name: "parked", body: "domain parking"}, {name: "parked", body: "parked free"},
	{name: "parked", body: "buy this domain"},
	{name: "parked", body: "parkingcrew"}, {name: "parked", body: "sedoparking"},
	{name: "parked", body: "this domain has been registered"},
	{name: "parked", body: "this website is for sale"}, {name: "parked", body: "may be for sale"},
	{name: "parked", body: "domain wurde registriert"},
	{name: "parked", body: "domain wurde gerade"}, {name: "parked", body: "hier entsteht eine neue"},
	{name: "parked", body: "domain is available for sale"},
	{name: "parked", body: "domain name is for sale"}, {name: "parked", body: "domaine est en vente"},
	{name: "parked", body: "afternic"},
	{name: "parked", body: "parkingpage"}, {name: "parked", body: "parked-content"},
	{name: "parked", body: "bodis.com"},
	{name: "parked", body: "domain has expired"}, {name: "parked", body: "parked domain"},
	{name: "parked", body: "this domain is parked"},
	{name: "default-page", body: "<title>welcome to nginx"},
	{name: "default-page", body: "apache2 debian default page"},
	{name: "default-page", body: "apache2 ubuntu default page"}, {name: "default-page", body: "<title>iis windows"},
	{name: "default-page", body: "<h1>it works!</h1>"}, {name: "default-page", body: "default web site page"},
	{name: "default-page", body: "plesk"}, {name: "default-page", body: "account suspended"},
	{name: "default-page", body: "this is the default"},
	{name: "default-page", body: "default server page"}, {name: "default-page", body: "future home of"},
	{name: "default-page", body: "web server's default page"},
	{name: "default-page", body: "cgi-sys/defaultwebpage.cgi"}, {name: "default-page", body: "site not found"},
	{name: "default-page", body: "<title>caddy works"}, {name: "default-page", body: "your web server is working"},
	{name: "default-page", body: "<title>index of /</title>"},
	{name: "default-page", body: "<title>test page for the"}, {name: "default-page", body: "http server test page"},
	{name: "default-page", body: "domain not configured"},
	{name: "default-page", body: "site has moved"}, {name: "default-page", body: "no such site"},
	{name: "default-page", body: "there is no website configured at this address"},
	{name: "default-page", body: "domain is not configured"},
	{name: "default-page", body: "this account has been suspended"}, {name: "default-page", body: "hosting account"},

	{name: "wpcom", header: "x-ac"}, {name: "wpcom", header: "host-header: wordpress.com"},
	{name: "wpcom", body: "private blog"},
	{name: "cloudflare", header: "cf-ray"}, {name: "cloudflare", header: "server: cloudflare"},
}

func findMarks(status int, header http.Header, raw []byte) []string {
	body := strings.ToLower(string(raw[:min(len(raw), 96<<10)]))
	held := triplesOf(body)
	var found []string
	for _, m := range pageMarks {
		repeats := len(found) > 0 && found[len(found)-1] == m.name
		if !repeats && held.mayHold(m.body) && m.matches(status, header, body) {
			found = append(found, m.name)
		}
	}
	if asksForCookie(body) {
		found = append(found, "js-cookie-challenge")
	}
	return found
}

// asksForCookie: the page is hardly more than a script that sets a cookie and loads the page again. A shop's own pages
// hold such scripts too, and much else.
func asksForCookie(body string) bool {
	const short = 4 << 10
	if len(body) > short || strings.Contains(body, "/wp-content/") || strings.Contains(body, "/wp-includes/") {
		return false
	}
	reloads := strings.Contains(body, "location.reload") || strings.Contains(body, "location.href") ||
		strings.Contains(body, "location.replace") || strings.Contains(body, "location=")
	return strings.Contains(body, "<script") && strings.Contains(body, "document.cookie") && reloads
}

func (m pageMark) matches(status int, header http.Header, body string) bool {
	if m.status != 0 && m.status != status {
		return false
	}
	if m.body != "" && !strings.Contains(body, m.body) {
		return false
	}
	return m.header == "" || HeaderHas(header, m.header)
}

// HeaderHas reports whether a header is there and, when the wanted text says so, contains a value.
func HeaderHas(header http.Header, want string) bool {
	name, part, _ := strings.Cut(want, ": ")
	for _, value := range header.Values(name) {
		if strings.Contains(strings.ToLower(value), part) {
			return true
		}
	}
	return false
}

// triples tells which three bytes in a row a text certainly lacks. There are many marks and an index is long: with
// it the text is gone through once, and again only for marks whose every part is in it.
type triples [1 << 16 / 64]uint64

func triplesOf(text string) *triples {
	var held triples
	for i := range max(len(text)-2, 0) {
		at := tripleAt(text, i)
		held[at/64] |= 1 << (at % 64)
	}
	return &held
}

// mayHold is false only for a part that the text does not hold.
func (t *triples) mayHold(part string) bool {
	for i := range max(len(part)-2, 0) {
		if at := tripleAt(part, i); t[at/64]&(1<<(at%64)) == 0 {
			return false
		}
	}
	return true
}

// tripleAt folds three bytes into the number of a place: letters and signs differ in their lower bits.
func tripleAt(text string, i int) uint16 {
	return uint16(text[i])<<11 ^ uint16(text[i+1])<<5 ^ uint16(text[i+2])
}
