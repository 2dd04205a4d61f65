package sandbox

import (
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// routingBreakages are failures between the address and the API: redirects, rewrites, routes that are gone.
func routingBreakages() []Breakage {
	header := func(pairs ...string) map[string]string {
		h := map[string]string{}
		for i := 0; i+1 < len(pairs); i += 2 {
			h[pairs[i]] = pairs[i+1]
		}
		return h
	}
	notFound := Answer{Status: 404, Header: header("Content-Type", "text/html; charset=iso-8859-1", "Server", "Apache"),
		Body: htmlPage("404 Not Found", "<h1>Not Found</h1><p>The requested URL was not found on this server.</p>")}
	return []Breakage{
		inPlace("redirect-www", "the shop lives on www and redirects there", Match{},
			Answer{Status: 301, Header: header("Location", "https://www.{host}{path}{query}")}),
		inPlace("redirect-home", "something redirects the REST API to the home page", api,
			Answer{Status: 302, Header: header("Location", "https://{host}/")}),
		inPlace("redirect-login", "a plugin asks everybody to log in first", Match{Path: `^/(wp-json.*)?$`},
			Answer{Status: 302, Header: header("Location",
				"https://{host}/wp-login.php?redirect_to=https%3A%2F%2F{host}%2F")}),
		inPlace("redirect-geo-lang", "a plugin redirects to a language", api,
			Answer{Status: 302, Header: header("Location", "https://{host}/en{path}{query}")}),
		inPlace("redirect-loop", "the shop redirects to itself", Match{},
			Answer{Status: 301, Header: header("Location", "https://{host}{path}{query}")}),
		inPlace(
			"rewrite-missing", "the web server does not hand pretty addresses to WordPress", Match{Path: `^/.+`},
			notFound,
		),
		{
			ID:     "oauth-extra-param",
			What:   "the web server adds an argument to addresses it rewrites, and the store takes it for a signed one",
			Faults: []Fault{{Match: Match{Path: `^/wp-json`}, AddQuery: "q={path}"}},
		},
		{ID: "query-string-dropped", What: "the web server drops the query",
			Faults: []Fault{{Match: api, DropQuery: true}}},
		inPlace("not-wordpress", "the address is no WordPress", Match{},
			Answer{Status: 404, Header: header("Server", "example"),
				Body: htmlPage("Nothing here", "<p>No such page.</p>")}),
		inPlace("rest-hidden", "a plugin hides the REST API", api, Answer{Status: 404, Body: htmlPage(
			"Page not found – Test Shop", "<p>It looks like nothing was found at this location.</p>",
		)}),
		inPlace("endpoint-removed", "a plugin removed the orders endpoint", Match{Path: `/wc/v3/orders`},
			Answer{Status: 404,
				Header: header("Content-Type", "application/json; charset=UTF-8"),
				Body:   `{"code":"rest_no_route","message":"No route was found matching the URL and request method.","data":{"status":404}}`}),
		inPlace("shipping-disabled", "shipping is switched off", Match{Path: `/wc/v3/shipping/zones`},
			Answer{Status: 404,
				Header: header("Content-Type", "application/json; charset=UTF-8"),
				Body:   `{"code":"rest_no_route","message":"Shipping is disabled.","data":{"status":404}}`}),
	}
}

// transportBreakages take the key out of a request on its way.
func transportBreakages() []Breakage {
	jwt := `{"code":"jwt_auth_bad_auth_header","message":"Authorization header malformed.","data":{"status":403}}`
	withKey := Match{Headers: map[string]string{"Authorization": "^Basic "}}
	return []Breakage{
		{ID: "auth-header-stripped", What: "the server drops the Authorization header", Faults: []Fault{{
			StripHeaders: []string{"Authorization"},
		}}},
		{ID: "auth-header-stripped-proxy", What: "a proxy drops the Authorization header",
			Faults: []Fault{{StripHeaders: []string{"Authorization"},
				SetHeaders: map[string]string{"Via": "1.1 varnish", "X-Varnish": "32770"}}}},
		{ID: "is-ssl-false", What: "TLS ends in front of the shop, and PHP does not know",
			Faults: []Fault{{Insecure: true}}},
		inPlace("auth-hijack-jwt", "a JWT plugin takes the Authorization header for its own", withKey,
			Answer{Status: 403, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
				Body: jwt}),
		inPlace("jwt-200-error", "a JWT plugin answers errors with HTTP 200", withKey,
			Answer{Status: 200, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
				Body: `{"success":false,"statusCode":403,"code":"jwt_auth_bad_auth_header","message":"Authorization header malformed.","data":[]}`}),
		inPlace("auth-hijack-miniorange", "miniOrange API Authentication protects all routes", api,
			Answer{Status: 401, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
				Body: `{"status":"error","error":"UNAUTHORIZED","error_description":"Sorry, you are not allowed to access REST API."}`}),
		inPlace("staging-basic-auth", "a password of the host protects the whole site", Match{},
			Answer{Status: 401, Header: map[string]string{"WWW-Authenticate": `Basic realm="Staging"`,
				"Server": "nginx"}, Body: htmlPage("401 Authorization Required",
				"<center><h1>401 Authorization Required</h1></center>")}),
	}
}

// blockingBreakages are firewalls, challenges, limits and the like that refuse some requests and let others through.
func blockingBreakages() []Breakage {
	all := Match{}
	html := func(status int, body string, headers ...string) Answer {
		a := Answer{Status: status, Header: map[string]string{}, Body: body}
		for i := 0; i+1 < len(headers); i += 2 {
			a.Header[headers[i]] = headers[i+1]
		}
		return a
	}
	json := func(status int, body string) Answer {
		return Answer{
			Status: status, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"}, Body: body,
		}
	}
	return []Breakage{
		inPlace("cf-challenge", "Cloudflare challenges the client", all, html(
			403, htmlPage("Just a moment...", "Enable JavaScript and cookies to continue"), "cf-mitigated", "challenge",
			"cf-ray", "8a1b2c3d4e5f-FRA", "Server", "cloudflare",
		)),
		inPlace("cf-block", "a Cloudflare rule blocks the client", all, html(
			403, "error code: 1020", "cf-ray", "8a1b2c3d4e5f-FRA", "Server", "cloudflare", "Content-Type",
			"text/plain; charset=UTF-8",
		)),
		inPlace("cf-origin-5xx", "Cloudflare cannot reach the shop", all, html(
			522, "error code: 522", "cf-ray", "8a1b2c3d4e5f-FRA", "Server", "cloudflare", "Content-Type",
			"text/plain; charset=UTF-8",
		)),
		inPlace("waf-sucuri", "the Sucuri firewall denies access", all, html(
			403,
			htmlPage("Sucuri WebSite Firewall - Access Denied", "<h1>Access Denied - Sucuri Website Firewall</h1>"),
			"x-sucuri-id", "11005", "Server", "Sucuri/Cloudproxy",
		)),
		inPlace("waf-wordfence", "Wordfence blocks the client", all, html(503, htmlPage(
			"Your access to this site has been limited",
			"<p>Your access to this site has been limited by the site owner</p><p>Generated by Wordfence</p>",
		))),
		inPlace("waf-imunify360", "Imunify360 protects the host", all, html(
			415,
			htmlPage(
				"", "<p>Access denied by Imunify360 bot-protection. IPs used for automation should be whitelisted</p>",
			),
			"Server", "imunify360-webshield/1.21",
		)),
		inPlace("waf-bitninja", "BitNinja greylisted the client", all, html(403, htmlPage(
			"Waiting for the redirectiron...",
			"<p>Security check by BitNinja.IO</p><p>Visitor anti-robot validation</p>",
		))),
		inPlace("waf-siteground", "SiteGround's anti-bot asks for a captcha", all, html(
			202,
			`<html><head><meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F"></meta></head></html>`,
			"SG-Captcha", "challenge",
		)),
		inPlace("waf-modsecurity", "ModSecurity refuses the request", all, html(
			406,
			htmlPage(
				"Not Acceptable!",
				"<h1>Not Acceptable!</h1><p>An appropriate representation of the requested resource could not be "+
					"found on this server. This error was generated by Mod_Security.</p>",
			),
			"Server", "Apache",
		)),
		inPlace("waf-other", "a firewall of another make answers", all, html(
			403, htmlPage("", "Request unsuccessful. Incapsula incident ID: 123-456"), "X-Iinfo", "1-2-3",
		)),
		{ID: "ua-blocked", What: "the host blocks User-Agents it does not know", Faults: []Fault{{
			Match: Match{Headers: map[string]string{"User-Agent": `^(?:[^M]|M[^o]|$)`}}, Answer: &Answer{Status: 403,
				Body: htmlPage("403 Forbidden", "<h1>Forbidden</h1>")}}}},
		{ID: "accept-header-406", What: "the host refuses requests without Accept", Faults: []Fault{{
			Match: Match{Headers: map[string]string{"Accept": `^$`}}, Answer: &Answer{Status: 406,
				Body: htmlPage("Not Acceptable!", "<h1>Not Acceptable!</h1>")}}}},
		inPlace("js-cookie-challenge", "a free host wants JavaScript and "+
			"a cookie", all, html(200,
			`<html><body><script type="text/javascript" src="/aes.js"></script><script>document.cookie="__test=1";</script></body></html>`)),
		{ID: "rate-limit", What: "the host allows only so many requests", Faults: []Fault{{
			Match: Match{Skip: 10},
			Answer: &Answer{Status: 429, Header: map[string]string{"Retry-After": "2"},
				Body: htmlPage("429 Too Many Requests", "")},
		}}},
		inPlace("rest-disabled", "a plugin switched the REST API off for "+
			"everybody", api, json(401,
			`{"code":"rest_cannot_access","message":"DRA: Only authenticated users can access the REST API.","data":{"status":401}}`)),
		{ID: "rest-auth-required", What: "a snippet refuses anonymous requests; keys are not affected",
			Faults: []Fault{{
				Match: Match{Path: api.Path, Headers: map[string]string{"Authorization": `^$`},
					Query: `^(?:[^c]|c[^o])*$`},
				Answer: &Answer{Status: 401,
					Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
					Body:   `{"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}`}}}},
		inPlace(
			"method-blocked", "the server refuses PUT, PATCH and DELETE",
			Match{Methods: []string{"PUT", "PATCH", "DELETE"}},
			html(405, htmlPage("405 Not Allowed", "<center><h1>405 Not Allowed</h1></center>"), "Server", "nginx"),
		),
		{ID: "method-rewritten", What: "the host turns PUT into GET", Faults: []Fault{{
			Match: Match{Methods: []string{"PUT", "PATCH", "DELETE"}}, Method: "GET",
		}}},
		partRefused("notes", "notes of orders are written", `/orders/\d+/notes$`, "POST"),
		partRefused("refunds", "orders are refunded", `/orders/\d+/refunds$`, "POST"),
		partRefused("customers", "customers are written", `/v3/customers\b`, "POST", "PUT", "DELETE"),
		partRefused("coupons", "coupons are written", `/v3/coupons\b`, "POST", "PUT", "DELETE"),
		partRefused("terms", "categories, tags and attributes are written",
			`/v3/products/(categories|tags|attributes)\b`, "POST", "PUT", "DELETE"),
		partRefused("webhooks", "webhooks are written", `/v3/webhooks\b`, "POST", "PUT", "DELETE"),
		partRefused("variations", "variations are written", `/products/\d+/variations\b`, "POST", "PUT", "DELETE"),
		partRefused("products-batch", "products are written in batches", `/v3/products/batch$`, "POST"),
		partRefused("deletions", "orders, products and customers are deleted",
			`/v3/(orders|products|customers)/\d+`, "DELETE"),
		inPlace("body-too-large", "the server refuses long bodies", Match{Body: `(?s)^.{1000}.{1000}`}, html(
			413, htmlPage("413 Request Entity Too Large", ""), "Server", "nginx",
		)),
		inPlace("uri-too-long", "the server refuses long addresses", Match{Query: `^.{1000}`}, html(
			414, htmlPage("414 Request-URI Too Large", ""), "Server", "nginx",
		)),
		inPlace("maintenance-core", "WordPress is being updated", all, html(
			503, htmlPage("Maintenance", "Briefly unavailable for scheduled maintenance. Check back in a minute."),
			"Retry-After", "600",
		)),
		inPlace("maintenance-plugin", "a coming-soon plugin answers for every address", all, html(
			503, htmlPage("Coming soon", "<p>We will be back.</p>"),
		)),
	}
}

// partRefused is a rule that lets reads of a part of the API pass and answers writes to that part with a page.
func partRefused(part, when, path string, methods ...string) Breakage {
	return inPlace("path-refused:"+part, "a rule answers with a page when "+when, Match{Methods: methods, Path: path},
		Answer{Status: 403, Body: htmlPage("403 Forbidden", "<h1>Forbidden</h1>")})
}

// serverBreakages spoil what the server answers: notices before it, ends cut off, caches, pages in place of JSON.
func serverBreakages() []Breakage {
	half := -40
	return []Breakage{
		inPlace("php-fatal", "PHP dies in a plugin", Match{Path: `/wc/v3/`}, fatalError),
		inPlace(
			"php-oom", "PHP runs out of memory on large pages", Match{Query: `per_page=(100|[5-9]\d)`},
			Answer{Status: 500},
		),
		{ID: "bad-record", What: "one order cannot be rendered, and no page that it is on", set: unreadableOrder},
		inPlace(
			"gateway-timeout", "a gateway gives up on long lists", Match{Path: `/wc/v3/orders$`, Query: `per_page=100`},
			Answer{Status: 504, Header: map[string]string{"Server": "nginx"}, Body: htmlPage(
				"504 Gateway Time-out", "<center><h1>504 Gateway Time-out</h1></center>",
			)},
		),
		inPlace("answers-vary", "one of three servers behind a balancer is broken",
			Match{Path: `^/wp-json`, Probability: 1.0 / 3}, Answer{Status: 500, Body: "oops"}),
		inPlace("answers-vary:overload", "the server has too few processes, and a gateway gives up now and then",
			Match{Path: `^/wp-json`, Probability: 0.1}, Answer{Status: 502, Header: map[string]string{"Server": "nginx"},
				Body: htmlPage("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center>")}),
		{ID: "answers-vary:key", What: "one of several servers loses the header with the key", Faults: []Fault{{
			Match: Match{Path: `^/wp-json`, Probability: 0.15}, StripHeaders: []string{"Authorization"}}}},
		{ID: "client-timeout", What: "the shop takes half a minute to write", Faults: []Fault{{
			Match: Match{Methods: []string{"POST", "PUT", "DELETE"}}, Delay: Duration(30e9),
		}}},
		inPlace("db-down", "the database does not answer", Match{}, Answer{Status: 500, Body: htmlPage(
			"Database Error", "<h1>Error establishing a database connection</h1>",
		)}),
		{ID: "stray-output", What: "PHP prints notices before the JSON", Faults: []Fault{{
			Match: api,
			Before: "<br />\n<b>Notice</b>:  Undefined index: x in <b>/wp-content/plugins/y.php</b> on line " +
				"<b>12</b><br />\n",
		}}},
		{ID: "headers-already-sent", What: "errors arrive as HTTP 200 text/html", Faults: []Fault{{
			Match: api, Before: "\n", Status: 200,
			SetHeaders:    map[string]string{"Content-Type": "text/html; charset=UTF-8"},
			RemoveHeaders: []string{"X-WP-*", "Allow"},
		}}},
		{ID: "truncated-body", What: "bodies end early", Faults: []Fault{{Match: Match{Path: `/wc/v3/`}, Cut: &half}}},
		{ID: "gzip-garbled", What: "bodies are compressed and say nothing of it", Faults: []Fault{{
			Match: api, Before: "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
		}}},
		inPlace("json-encode-error", "a value cannot be written as JSON", Match{Path: `/wc/v3/orders$`},
			Answer{Status: 500, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
				Body: `{"code":"rest_encode_error","message":"Inf and NaN cannot be JSON encoded","data":{"status":500}}`}),
		inPlace("html-200", "a page answers in place of JSON, with 200", api, Answer{
			Status: 200, Body: htmlPage("Test Shop", "<p>Welcome.</p>"),
		}),
		{ID: "pagination-header-missing", What: "a proxy takes the totals away", Faults: []Fault{{
			Match: api, RemoveHeaders: []string{"X-WP-Total", "X-WP-TotalPages"},
		}}},
		{ID: "cache-rest", What: "a cache answers lists with old ones", Faults: []Fault{{
			Match: Match{Methods: []string{"GET"}, Path: `/wc/v3/`}, Remember: true,
			SetHeaders: map[string]string{"X-LiteSpeed-Cache": "hit", "Age": "120"},
		}}},
		inPlace("cache-401", "a cache kept a refusal and gives it to everybody",
			Match{Methods: []string{"GET"}, Path: `/wc/v3/orders`}, Answer{Status: 401,
				Header: map[string]string{"Content-Type": "application/json; charset=UTF-8", "Age": "300",
					"X-Cache": "HIT"},
				Body: `{"code":"woocommerce_rest_cannot_view","message":"Sorry, you cannot list resources.","data":{"status":401}}`}),
		{ID: "modified-after-ignored", What: "the shop is too old to know modified_after", Faults: []Fault{{
			Match: Match{Path: `/wc/v3/`, Query: `modified_after`}, DropQuery: true,
		}}},
	}
}

// fatalError is how WordPress says that PHP died while it answered.
var fatalError = Answer{Status: 500, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
	Body: `{"code":"internal_server_error","message":"<p>There has been a critical error on this website.<\/p>","data":{"status":500},"additional_errors":[]}`}

// unreadableOrder lets PHP die whenever it renders the seventh of the newest orders, or the oldest of a smaller shop.
func unreadableOrder(s *Store) func() {
	var id int64
	s.shop.View(func(st *shop.Store) {
		var ids []int64
		for o := range st.Orders.Orders.All() {
			if o.Status != "trash" {
				ids = append(ids, o.ID)
			}
		}
		slices.Sort(ids)
		if len(ids) > 0 {
			id = ids[max(0, len(ids)-7)]
		}
	})
	// The second alternative tells an order from a line of an order by the members that follow the id.
	in := fmt.Sprintf(`\{"id":%d(\}|,"(parent_id|status|number|customer_id|date_created|date_modified|_links)")`, id)
	for _, f := range []Fault{
		{Match: Match{Path: `/wc/v3/orders$`, Methods: []string{"GET"}}, Finds: in},
		{Match: Match{Path: fmt.Sprintf(`/wc/v3/orders/%d$`, id), Methods: []string{"GET"}}},
	} {
		f.Name, f.Answer = "bad-record", &fatalError
		_, _ = s.AddFault(f) // cannot fail: the fault is well formed
	}
	return func() {} // the faults of the same name cause the death, and Mend ends them
}
