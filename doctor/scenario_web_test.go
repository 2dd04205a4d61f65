package doctor_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// atAPI puts a handler in the place of the REST API only, the site stays.
func atAPI(h http.Handler) func(*testing.T) *patient {
	return func(t *testing.T) *patient { return newPatient(t).behind(t, when(isAPI, h)) }
}

func everywhere(h http.Handler) func(*testing.T) *patient {
	return func(t *testing.T) *patient {
		return newPatient(t).behind(t, func(http.Handler) http.Handler { return h })
	}
}

func blockingScenarios() []scenario {
	list := []scenario{
		broken("ua-blocked"), broken("rest-disabled"), broken("maintenance-core"), broken("maintenance-plugin"),
		broken("staging-basic-auth"), broken("js-cookie-challenge"),
		{id: "ip-or-geo-block",
			set: everywhere(page(403, "403 Forbidden",
				"<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>"))},
		{id: "path-refused", set: atAPI(page(403, "403 Forbidden",
			"<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>"))},
		{id: "accept-header-406", note: true,
			set: func(t *testing.T) *patient { return newPatient(t).breakIn(t, "accept-header-406") }},
		{id: "accept-header-406", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return isAPI(r) && !strings.Contains(r.Header.Get("Accept"), "*/*") },
					page(406, "Not Acceptable", "")))
		}},
		{id: "ua-blocked", note: true, set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.Contains(r.UserAgent(), "python-requests") },
					page(403, "403 Forbidden", "")))
		}},
		{id: "ua-blocked", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return !strings.Contains(r.UserAgent(), "Mozilla") }, hangUp()))
		}},
		{id: "rate-limit", unproved: usedUp, set: func(t *testing.T) *patient {
			return newPatient(t).fault(t,
				sandbox.Fault{Match: sandbox.Match{Skip: 9, Times: 3},
					Answer: &sandbox.Answer{Status: 429, Header: map[string]string{"Retry-After": "1"}}})
		}},
		{id: "rate-limit", unproved: usedUp, set: func(t *testing.T) *patient { // nginx's limit answers 503
			p := newPatient(t)
			var taken atomic.Int32
			return p.behind(t, when(func(*http.Request) bool {
				n := taken.Add(1)
				return n > 8 && n%4 == 0 && n < 24
			}, page(503, "503 Service Temporarily Unavailable",
				"<center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center>")))
		}},
		{id: "cf-waf-payload", set: func(t *testing.T) *patient {
			return newPatient(t).fault(t,
				sandbox.Fault{Match: sandbox.Match{Body: `<script`},
					Answer: &sandbox.Answer{Status: 403, Header: map[string]string{"cf-ray": "1-FRA"},
						Body: "<html><title>Attention Required! | Cloudflare</title></html>"}})
		}},
		{id: "waf-modsecurity", set: func(t *testing.T) *patient { // only some bodies
			return newPatient(t).fault(t,
				sandbox.Fault{Match: sandbox.Match{Body: `<iframe`},
					Answer: &sandbox.Answer{Status: 406,
						Body: "<html><title>Not Acceptable!</title>Mod_Security</html>"}})
		}},
		{id: "rest-disabled", set: atAPI(jsonAnswer(401,
			`{"code":"rest_login_required","message":"x","data":{"status":401}}`))},
		// wp_send_json_error
		{id: "rest-disabled", set: atAPI(jsonAnswer(403, `{"success":false,"data":"The API is closed."}`))},
		{id: "rest-disabled", set: func(t *testing.T) *patient { // open for reading only
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return isAPI(r) && r.Method != http.MethodGet && r.Method != http.MethodOptions
			}, jsonAnswer(403, `{"code":"rest_read_only","message":"x","data":{"status":403}}`)))
		}},
		// as PHP sends a page
		{id: "rest-disabled", set: atAPI(page(403, "REST API disabled", ""))},
		// wp_die with its usual status
		{id: "rest-disabled", set: atAPI(jsonAnswer(500,
			`{"code":"wp_die","message":"x","data":{"status":500},"additional_errors":[]}`))},
		{id: "maintenance-core",
			set: everywhere(withHeader("Retry-After", "600",
				jsonAnswer(503,
					`{"code":"wp_die","message":"Wartung.","data":{"status":503},"additional_errors":[]}`)))},
		{id: "maintenance-plugin",
			set: everywhere(jsonAnswer(503,
				`{"code":"wp_die","message":"x","data":{"status":503},"additional_errors":[]}`))},
		{id: "maintenance-plugin",
			set: atAPI(jsonAnswer(503, `{"code":"maintenance_mode","message":"x","data":{"status":503}}`))},
		{id: "waf-imunify360",
			set: atAPI(jsonAnswer(403,
				`{"message":"Access denied by Imunify360 bot-protection. IPs used for automation should be whitelisted"}`))},
		{id: "waf-sucuri", set: atAPI(page(403, "Access Denied", "", "X-Sucuri-ID", "18012"))},
		{id: "cf-block", set: atAPI(page(403, "Forbidden", "Blocked.", "Server", "cloudflare", "Cf-Ray", "1-FRA"))},
		{id: "waf-other", set: atAPI(page(403, "ERROR: The request could not be satisfied",
			"Request blocked. Generated by cloudfront (CloudFront)", "Server", "CloudFront"))},
		{id: "waf-other", set: atAPI(page(200, "",
			`<iframe src="/_Incapsula_Resource?SWUDNSAI=31">Incapsula incident ID: 1</iframe>`))},
		{id: "ip-or-geo-block", set: everywhere(page(451, "Unavailable For Legal Reasons", ""))},
		{id: "path-refused", set: func(t *testing.T) *patient { // WooCommerce's routes only, for every client
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/wp-json/wc/") },
					serverPage(403)))
		}},
		{id: "ip-or-geo-block", set: func(t *testing.T) *patient { // a plugin inside WordPress, on every page
			return newPatient(t).behind(t, func(http.Handler) http.Handler {
				return when(isAPI,
					jsonAnswer(403,
						`{"code":"wp_die","message":"x","data":{"status":403},"additional_errors":[]}`))(page(403,
					"Blocked", "Access from your country is not allowed."))
			})
		}},
		{id: "ua-blocked", set: func(t *testing.T) *patient { // by a plugin inside WordPress
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return isAPI(r) && !strings.Contains(r.UserAgent(), "Mozilla") },
					jsonAnswer(403, `{"code":"no_bots","message":"x","data":{"status":403}}`)))
		}},
		{id: "ua-blocked", set: func(t *testing.T) *patient { // on WooCommerce's routes only
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return strings.HasPrefix(r.URL.Path, "/wp-json/wc/") && !strings.Contains(r.UserAgent(), "Mozilla")
			}, serverPage(403)))
		}},
		{id: "path-refused", set: func(t *testing.T) *patient { // one kind of record, or some arguments
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/wc/v3/customers") },
					serverPage(403)))
		}},
		{id: "path-refused", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, "orderby=") },
					serverPage(403)))
		}},
		{id: "path-refused", set: func(t *testing.T) *patient { // what the key is tried on
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/wp-json/wc/v3/orders") },
					serverPage(403)))
		}},
		{id: "waf-other", set: func(t *testing.T) *patient { // the header with the key is what is objected to
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return r.Header.Get("Authorization") != "" }, serverPage(403)))
		}},
		{id: "path-refused", set: func(t *testing.T) *patient { // every POST, and no other method
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return r.Method == http.MethodPost }, serverPage(403)))
		}},
		{id: "rate-limit", unproved: usedUp, note: true, set: func(t *testing.T) *patient { // met once in passing
			return newPatient(t).fault(t,
				sandbox.Fault{Match: sandbox.Match{Skip: 25, Times: 1}, Answer: &sandbox.Answer{Status: 429}})
		}},
		{id: "rate-limit", set: func(t *testing.T) *patient { // some of what was asked stayed without an answer
			return newPatient(t).fault(t,
				sandbox.Fault{Match: sandbox.Match{Methods: []string{"POST"}}, Answer: &sandbox.Answer{Status: 429}})
		}},
		{id: "maintenance-plugin", set: everywhere(page(200, "Coming soon", "We are coming soon."))},
	}
	for _, id := range []string{"cf-challenge", "cf-block", "cf-origin-5xx", "waf-sucuri", "waf-wordfence",
		"waf-imunify360", "waf-bitninja", "waf-siteground", "waf-modsecurity", "waf-other"} {
		list = append(list, broken(id))
	}
	// The same at the API only, as firewalls with rules by path do.
	for id, h := range map[string]http.Handler{
		"cf-challenge":  page(403, "Just a moment...", "", "cf-mitigated", "challenge", "cf-ray", "1-FRA"),
		"cf-block":      page(403, "", "error code: 1010", "cf-ray", "1-FRA"),
		"cf-origin-5xx": page(525, "x", "error code: 525", "cf-ray", "1-FRA"),
		"waf-sucuri":    page(403, "Sucuri WebSite Firewall - Access Denied", "", "x-sucuri-id", "1"),
		"waf-wordfence": page(403, "403 Forbidden",
			"A potentially unsafe operation has been detected in your request to this site"),
		"waf-imunify360": page(200, "One moment, please...", "This site is protected by Imunify360"),
		"waf-siteground": page(202, "", `<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=x">`,
			"SG-Captcha", "challenge"),
		"waf-modsecurity": page(403, "403 Forbidden", "This error was generated by Mod_Security."),
		"waf-other": page(403, "Access Denied",
			"You don't have permission to access this on this server. Reference #18.2d351ab8", "Server", "AkamaiGHost"),
	} {
		list = append(list, scenario{id: id, set: atAPI(h)})
	}
	return list
}

// serverPage is an error page as nginx makes it, which names nobody.
func serverPage(status int) http.HandlerFunc {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	return page(status, title, "<center><h1>"+title+"</h1></center><hr><center>nginx</center>")
}

func withHeader(name, value string, next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(name, value)
		next.ServeHTTP(w, r)
	}
}

func jsonAnswer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// redirectTo sends every matching request to an address made of its own.
func redirectTo(status int, to func(r *http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to(r))
		w.WriteHeader(status)
	}
}

func routingScenarios() []scenario {
	given := func(suffix string) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			p := newPatient(t)
			p.target.URL += suffix
			return p
		}
	}
	return []scenario{
		broken("redirect-home"), broken("redirect-login"), broken("redirect-geo-lang"), broken("redirect-loop"),
		{id: "redirect-www", set: func(t *testing.T) *patient {
			p := newPatient(t)
			home := p.shop.URL
			return p.behind(t, func(http.Handler) http.Handler {
				return redirectTo(301, func(r *http.Request) string { return home + r.URL.RequestURI() })
			})
		}},
		{id: "redirect-https", set: func(t *testing.T) *patient {
			p := newPatient(t)
			home := p.shop.URL
			p.target.URL = serveHTTP(t,
				redirectTo(301, func(r *http.Request) string { return home + r.URL.RequestURI() }))
			return p
		}},
		{id: "redirect-login", set: atAPI(redirectTo(302, func(*http.Request) string { return "/my-account/" }))},
		{id: "redirect-geo-lang", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool { return r.URL.Query().Get("lang") == "" },
				redirectTo(302, func(r *http.Request) string { return r.URL.Path + "?lang=de" })))
		}},
		{id: "redirect-home", set: func(t *testing.T) *patient { // only WooCommerce's routes
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/wp-json/wc/") },
					redirectTo(302, func(*http.Request) string { return "/" })))
		}},
		{id: "redirect-post-to-get", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return r.Method == http.MethodPost },
					redirectTo(301, func(r *http.Request) string { return r.URL.Path + "/" })))
		}},
		broken("query-string-dropped").with("modified-after-ignored"), broken("permalinks-plain"),
		broken("rewrite-missing"), broken("rest-hidden"), broken("not-wordpress"),
		{id: "permalinks-pathinfo", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "permalinks-pathinfo").behind(t,
				when(isAPI, page(404, "404 Not Found", "The requested URL was not found on this server.")))
		}},
		{id: "rest-hidden", set: func(t *testing.T) *patient { // WooCommerce's routes only
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/wp-json/wc/") },
					serverPage(404)))
		}},
		{id: "endpoint-removed", set: func(t *testing.T) *patient { // by the web server
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/wc/v3/customers") },
					serverPage(404)))
		}},
		{id: "rest-prefix-changed",
			set: func(t *testing.T) *patient { return newPatient(t).behind(t, movedTo("/api")) }},
		{id: "rest-unhooked", set: func(t *testing.T) *patient { // WordPress takes the address for a page
			return newPatient(t).behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch {
					case strings.HasPrefix(r.URL.Path, "/wp-json/wc"):
						redirectTo(301, func(r *http.Request) string { return r.URL.Path + "/" }).ServeHTTP(w, r)
					case isAPI(r) || strings.HasPrefix(r.URL.Path, "/index.php") || r.URL.Query().Has("rest_route"):
						next.ServeHTTP(w, rewritten(r, "/", ""))
					default:
						next.ServeHTTP(w, r)
					}
				})
			})
		}},
		{id: "rest-unhooked", set: func(t *testing.T) *patient { // and adds its slash at once
			return newPatient(t).behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if isAPI(r) || r.URL.Query().Has("rest_route") || strings.HasPrefix(r.URL.Path, "/index.php") {
						if !strings.HasSuffix(r.URL.Path, "//") && isAPI(r) {
							redirectTo(301,
								func(r *http.Request) string {
									return "https://" + r.Host + r.URL.Path +
										"/"
								}).ServeHTTP(w, r)
							return
						}
						r = rewritten(r, "/", "")
					}
					next.ServeHTTP(w, r)
				})
			})
		}, also: []string{"redirect-canonical-slash"}},
		{id: "subdirectory-install", set: func(t *testing.T) *patient {
			p := newPatient(t)
			shop := sandbox.New(sandbox.WithOrders(3))
			return p.behind(t, func(http.Handler) http.Handler {
				mux := http.NewServeMux()
				mux.Handle("/shop/", mounted("/shop", shop))
				mux.Handle("/", page(200, "Our company", `<a href="/shop/">Shop</a>`))
				return mux
			})
		}},
		{id: "woocommerce-inactive", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				if r.URL.Path == "/wp-json/" {
					return `{"name":"x","url":"https://` + r.Host + `","home":"https://` + r.Host +
						`","namespaces":["oembed/1.0","wp/v2"],"authentication":{}}`
				}
				return body
			}))
		}},
		{id: "wc-namespace-old", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				edit(func(r *http.Request, body string) string { return strings.ReplaceAll(body, `"wc\/v3",`, "") }))
		}},
		{id: "wpcom-hosted", set: atAPI(jsonAnswer(403,
			`{"code":"unauthorized","message":"User cannot access this private blog.","data":{"status":403}}`))},
		{id: "url-contains-api-path", set: given("/wp-json/wc/v3/"), note: true},
		{id: "url-contains-api-path", set: given("/wp-admin/"), note: true},
		{id: "url-double-slash", set: given("//")}, {id: "url-case", set: given("/WP-JSON/")},
		{id: "url-encoded-route", set: given("/wp-json/wc%2Fv3")},
		{id: "client-wrong-api-version", set: given("/wp-json/wc/v2")},
		{id: "legacy-api-removed", set: given("/wc-api/v3")},
		{id: "rest-route-ignores-keys", set: given("/?rest_route=/wc/v3/")},
	}
}

// movedTo gives the API another prefix, as the filter rest_url_prefix does.
func movedTo(prefix string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		edited := edit(func(_ *http.Request, body string) string { return body })(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isAPI(r) || strings.HasPrefix(r.URL.Path, "/index.php") || r.URL.Query().Has("rest_route") {
				page(404, "Page not found", `<link href="/wp-content/x.css">`, "Link",
					"<https://"+r.Host+prefix+`/>; rel="https://api.w.org/"`).ServeHTTP(w, r)
				return
			}
			if rest, ok := strings.CutPrefix(r.URL.Path, prefix); ok {
				r = rewritten(r, "/wp-json"+rest, r.URL.RawQuery)
			}
			rec := httptest.NewRecorder()
			edited.ServeHTTP(rec, r)
			for name, values := range rec.Header() {
				for _, v := range values {
					w.Header().Add(name, strings.ReplaceAll(v, "/wp-json/", prefix+"/"))
				}
			}
			w.Header().Del("Content-Length")
			w.WriteHeader(rec.Code)
			io.WriteString(w, strings.ReplaceAll(rec.Body.String(), "/wp-json/", prefix+"/"))
		})
	}
}

// edit changes bodies on their way out.
func edit(change func(r *http.Request, body string) string) func(http.Handler) http.Handler {
	return editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string { return change(r, w.Body.String()) })
}

// editAnswer changes whole answers on their way out: headers and status in place, the body by its result.
func editAnswer(change func(r *http.Request, w *httptest.ResponseRecorder) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked := r.Clone(r.Context())
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			body := change(asked, rec)
			for name, values := range rec.Header() {
				w.Header()[name] = values
			}
			w.Header().Del("Content-Length")
			w.WriteHeader(rec.Code)
			io.WriteString(w, body)
		})
	}
}

func transportScenarios() []scenario {
	// plain is a store without TLS.
	plain := func(front func(http.Handler) http.Handler, options ...sandbox.Option) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			p := newPatient(t, append(options, sandbox.WithPlainHTTP())...)
			if front != nil {
				p.behindHTTP(t, front)
			}
			return p
		}
	}
	return []scenario{
		broken("auth-header-stripped"), broken("auth-header-stripped-proxy"), broken("is-ssl-false"),
		broken("auth-hijack-jwt"), broken("auth-hijack-miniorange"),
		{id: "auth-hijack-jwt", set: func(t *testing.T) *patient { return newPatient(t).breakIn(t, "jwt-200-error") },
			also: []string{"jwt-200-error"}},
		{id: "invalid-username-global", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { _, _, ok := r.BasicAuth(); return ok },
					jsonAnswer(401, `{"code":"invalid_username","message":"x","data":{"status":401}}`)))
		}, also: []string{"auth-hook-conflict", "auth-header-stripped"}},
		{id: "keys-over-http", set: func(t *testing.T) *patient {
			p := newPatient(t)
			home := p.shop.URL
			p.target.URL = serveHTTP(t, edit(func(r *http.Request, body string) string {
				return strings.ReplaceAll(body, strings.ReplaceAll("http://"+r.Host, "/", `\/`),
					strings.ReplaceAll(home, "/", `\/`))
			})(p.shop.Store))
			p.repair = func(*testing.T) { p.target.URL = home }
			return p
		}},
		{id: "keys-over-http", set: func(t *testing.T) *patient {
			p := newPatient(t)
			p.target.URL = strings.Replace(p.shop.URL, "https://", "http://", 1) // the port of HTTPS
			p.repair = func(*testing.T) { p.target.URL = p.shop.URL }
			return p
		}},
		{id: "keys-over-http", unproved: fixedHome, note: true, set: plain(nil)},
		{id: "oauth-host-mismatch", unproved: fixedHome, set: plain(nil, sandbox.WithHome("http://shop.example.test")),
			also: []string{"keys-over-http", "key-staging-clone"}},
		{id: "oauth-scheme-mismatch", unproved: fixedHome,
			set:  plain(nil, sandbox.WithSSL(func(*http.Request) bool { return true })),
			also: []string{"keys-over-http"}},
		{id: "oauth-extra-param", set: plain(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.URL.RawQuery = "q=" + url.QueryEscape(r.URL.Path) + "&" + r.URL.RawQuery
				r.RequestURI = r.URL.RequestURI()
				next.ServeHTTP(w, r)
			})
		}), also: []string{"keys-over-http"}},
		{id: "oauth-missing-param", set: plain(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				q.Del("oauth_signature")
				r.URL.RawQuery = q.Encode()
				r.RequestURI = r.URL.RequestURI()
				next.ServeHTTP(w, r)
			})
		}), also: []string{"keys-over-http"}},
		{id: "clock-skew", unproved: fixedHome,
			set:  plain(nil, sandbox.WithClock(func() time.Time { return time.Now().Add(-3 * time.Hour) })),
			also: []string{"keys-over-http"}},
		{id: "clock-skew", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(_ *http.Request, w *httptest.ResponseRecorder) string {
				w.Header().Set("Date", time.Now().Add(2*time.Hour).UTC().Format(http.TimeFormat))
				return w.Body.String()
			}))
		}},
		{id: "auth-hook-conflict", set: func(t *testing.T) *patient { // keys are not looked at
			return newPatient(t).behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.Header.Del("Authorization")
					q := r.URL.Query()
					for name := range q {
						if strings.HasPrefix(name, "oauth_") || strings.HasPrefix(name, "consumer_") {
							q.Del(name)
						}
					}
					r.URL.RawQuery = q.Encode()
					r.RequestURI = r.URL.RequestURI()
					next.ServeHTTP(w, r)
				})
			})
		}},
		{id: "auth-hook-conflict", set: func(t *testing.T) *patient { // whoever brings no key is taken for somebody
			p := newPatient(t)
			key, secret := p.target.Key, p.target.Secret
			return p.behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/wp-json/wp/v2/users/me" && r.Header.Get("Authorization") == "" {
						r = rewritten(r, r.URL.Path, "x=wp-json/wc/&"+r.URL.RawQuery) // where WooCommerce looks at keys
					}
					if r.Header.Get("Authorization") == "" {
						r.SetBasicAuth(key, secret)
					}
					next.ServeHTTP(w, r)
				})
			})
		}},
		{id: "auth-hook-conflict", set: func(t *testing.T) *patient { // everybody is taken for somebody
			p := newPatient(t)
			key, secret := p.target.Key, p.target.Secret
			return p.behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.SetBasicAuth(key, secret)
					next.ServeHTTP(w, r)
				})
			})
		}},
	}
}

func keyScenarios() []scenario {
	with := func(change func(target *doctor.Target)) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			p := newPatient(t)
			change(&p.target)
			return p
		}
	}
	return []scenario{
		broken("key-unknown"), broken("key-owner-deleted"), broken("key-write-only"), broken("key-read-only"),
		broken("secret-wrong"),
		{id: "key-secret-swapped", set: with(func(x *doctor.Target) { x.Key, x.Secret = x.Secret, x.Key })},
		{id: "key-malformed", set: with(func(x *doctor.Target) { x.Key = x.Key[len(x.Key)-7:] })},
		{id: "key-malformed", set: with(func(x *doctor.Target) { x.Key = strings.ToUpper(x.Key) })},
		{id: "key-malformed", set: with(func(x *doctor.Target) { x.Key = x.Key[:42] })},
		{id: "secret-wrong", set: with(func(x *doctor.Target) { x.Secret += "\n" })},
		{id: "secret-wrong", set: with(func(x *doctor.Target) { x.Secret = x.Secret[:40] })},
		{id: "wp-login-instead-of-key", set: with(func(x *doctor.Target) { x.Key, x.Secret = "admin", "adminpass" })},
		{id: "app-password-disabled", set: func(t *testing.T) *patient {
			p := newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				return strings.ReplaceAll(body, "application-passwords", "none")
			}))
			p.target.Key, p.target.Secret = "admin", "abcd EFGH ijkl MNOP qrst UVWX"
			return p
		}},
		{id: "multisite-wrong-blog", set: func(t *testing.T) *patient {
			p := newPatient(t).breakIn(t, "key-unknown")
			other := sandbox.New() // the site that has the key
			return p.behind(t, func(next http.Handler) http.Handler {
				mux := http.NewServeMux()
				mux.Handle("/shop/", mounted("/shop", other))
				mux.Handle("/wp-json/wc/v3/orders/network",
					jsonAnswer(401, `{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":401}}`))
				mux.Handle("/", next)
				return mux
			})
		}},
	}
}

func serverScenarios() []scenario {
	// cutShort gives the examination fewer requests than it takes to see everything that is asked for.
	cutShort := func(t *testing.T) *patient {
		p := newPatient(t)
		few := quick()
		few.Requests = 24
		p.options = append(p.options, doctor.WithBudget(few))
		p.repair = func(*testing.T) { p.options = append(p.options, doctor.WithBudget(quick())) }
		return p
	}
	ordersBreak := func(match sandbox.Match, answer sandbox.Answer) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			return newPatient(t).fault(t, sandbox.Fault{Match: match, Answer: &answer})
		}
	}
	fatal := sandbox.Answer{Status: 500, Header: map[string]string{"Content-Type": "application/json; charset=UTF-8"},
		Body: `{"code":"internal_server_error","message":"x","data":{"status":500},"additional_errors":[]}`}
	return []scenario{
		{id: "not-seen-to-work", set: cutShort},
		broken("db-down"), broken("gateway-timeout"), broken("stray-output"), broken("truncated-body"),
		broken("gzip-garbled"), broken("json-encode-error"),
		broken("method-blocked"), broken("method-rewritten"), broken("body-too-large"), broken("uri-too-long"),
		broken("html-200"),
		{id: "method-blocked", set: func(t *testing.T) *patient { // only reads are let through
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead },
					serverPage(403)))
		}},
		{id: "method-blocked", set: func(t *testing.T) *patient { // POST alone
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return r.Method == http.MethodPost }, serverPage(405)))
		}},
		{id: "db-down", set: everywhere(jsonAnswer(500,
			`{"code":"wp_die","message":"<h1>Error establishing a database connection<\/h1>","data":{"status":500},"additional_errors":[]}`))},
		{id: "gateway-timeout",
			set: atAPI(page(503, "503 Service Unavailable",
				"The server is temporarily unable to service your request."))},
		{id: "gateway-timeout",
			set: atAPI(page(504, "shop.example | 504: Gateway time-out",
				`<div id="cf-error-details">Error code 504</div>`, "Cf-Ray", "1-FRA"))},
		{id: "gateway-timeout", set: everywhere(page(508, "508 Resource Limit Is Reached", ""))},
		{id: "uri-too-long", set: func(t *testing.T) *patient { // the connection is closed
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return len(r.URL.RawQuery) > 2000 }, hangUp()))
		}},
		{id: "php-fatal", set: ordersBreak(sandbox.Match{Methods: []string{"POST", "PUT", "DELETE"}}, fatal)},
		// every customer breaks, and the empty pages beyond the last one work
		{id: "php-fatal", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				if body := w.Body.String(); !strings.HasSuffix(r.URL.Path, "/wc/v3/customers") ||
					r.Method != http.MethodGet || strings.TrimSpace(body) == "[]" {
					return body
				}
				w.Code = 500
				return fatal.Body
			}))
		}},
		{id: "stray-output", set: printed("debug", isAPI)}, // text that runs straight into the JSON
		{id: "stray-output", set: printed("\n\n", isAPI)},  // blank lines
		{id: "stray-output-behind", set: behindJSON("\n<!-- Page supported by a cache plugin -->")},
		{id: "stray-output-behind",
			set: behindJSON("<br />\n<b>Deprecated</b>: something in <b>/wp-content/plugins/x.php</b> on line " +
				"<b>1</b>")},
		{id: "stray-output", also: []string{"stray-output-behind"}, set: func(t *testing.T) *patient { // on both sides
			return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				if isAPI(r) {
					return "<br />\n<b>Notice</b>: x\n" + body + "<!-- cached -->"
				}
				return body
			}))
		}},
		{id: "truncated-body", set: func(t *testing.T) *patient { // with a length that is right
			return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				if strings.HasSuffix(r.URL.Path, "/wc/v3/orders") && len(body) > 40 {
					return body[:len(body)-20]
				}
				return body
			}))
		}},
		{id: "gzip-garbled", set: func(t *testing.T) *patient { // named otherwise than it is
			return newPatient(t).behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				w.Header().Set("Content-Encoding", "br")
				return w.Body.String()
			}))
		}},
		{id: "php-fatal", set: ordersBreak(sandbox.Match{Path: `/wc/v3/orders$`, Methods: []string{"GET"}}, fatal)},
		{id: "php-fatal", set: ordersBreak(sandbox.Match{Path: `/wc/v3/`}, fatal)},
		{id: "php-fatal", set: everywhere(page(500, "WordPress &rsaquo; Error",
			"There has been a critical error on this website."))},
		{id: "php-fatal", set: atAPI(
			http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))},
		{id: "php-oom", set: func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithOrders(120)).fault(t,
				sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/orders$`, Query: `^[^_]*per_page=(100|5[1-9]|[6-9]\d)`,
					Methods: []string{"GET"}}, Answer: &sandbox.Answer{Status: 500}})
		}},
		{id: "bad-record", set: func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithOrders(30)).behind(t,
				breakingOrder(7))
		}},
		{id: "bad-record", set: func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithOrders(30)).behind(t,
				breakingOrder(0))
		}},
		{id: "bad-record", set: func(t *testing.T) *patient { // found out as far as the requests last
			p := newPatient(t, sandbox.WithOrders(30)).behind(t, breakingOrder(7))
			b, whole := quick(), p.collect(t)
			b.Requests = whole.Spent + 2
			for _, x := range whole.Exchanges {
				if strings.HasPrefix(x.ID, "part.") || strings.HasPrefix(x.ID, "single.") {
					b.Requests--
				}
			}
			p.options = append(p.options, doctor.WithBudget(b))
			return p
		}},
		{id: "client-timeout", still: true, set: func(t *testing.T) *patient {
			p := newStillPatient(t, nil).fault(t,
				sandbox.Fault{Match: sandbox.Match{Path: `/wc/v3/orders$`, Methods: []string{"GET"}},
					Delay: sandbox.Duration(45 * time.Second)})
			p.options = append(p.options, doctor.WithBudget(doctor.DefaultBudget()))
			return p
		}},
		{id: "headers-already-sent", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				if !isAPI(r) {
					return w.Body.String()
				}
				w.Code = 200
				w.Header().Set("Content-Type", "text/html; charset=UTF-8")
				return " " + w.Body.String()
			}))
		}, also: []string{"auth-hook-conflict"}},
		{id: "content-type-missing", set: func(t *testing.T) *patient {
			return newPatient(t).fault(t, sandbox.Fault{StripHeaders: []string{"Content-Type"}})
		}},
		{id: "gzip-garbled", set: func(t *testing.T) *patient { // twice
			return newPatient(t).behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				if !isAPI(r) {
					return w.Body.String()
				}
				w.Header().Set("Content-Encoding", "gzip")
				return zipped(zipped(w.Body.String()))
			}))
		}},
	}
}

// printed puts text in front of every answer that matches.
func printed(text string, match func(*http.Request) bool) func(*testing.T) *patient {
	return func(t *testing.T) *patient {
		return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
			if match(r) {
				return text + body
			}
			return body
		}))
	}
}

func behindJSON(text string) func(*testing.T) *patient {
	return func(t *testing.T) *patient {
		return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
			if isAPI(r) {
				return body + text
			}
			return body
		}))
	}
}

func zipped(s string) string {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, s)
	_ = z.Close()
	return b.String()
}

// breakingOrder makes every answer a fatal error that holds the order at a position, counted from the newest.
func breakingOrder(position int) func(http.Handler) http.Handler {
	var once sync.Once
	var mark string
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/wc/v3/orders") && rec.Code == 200 {
				once.Do(func() {
					ask := httptest.NewRequest("GET",
						"https://"+r.Host+
							fmt.Sprintf("/wp-json/wc/v3/orders?per_page=1&orderby=id&order=desc&offset=%d&_fields=id",
								position), nil)
					ask.Header, ask.TLS = r.Header, r.TLS
					found := httptest.NewRecorder()
					next.ServeHTTP(found, ask)
					mark = strings.Trim(found.Body.String(), "[{}]\n") // "id":123
				})
				if strings.Contains(rec.Body.String(), mark+",") || strings.Contains(rec.Body.String(), mark+"}") {
					jsonAnswer(500, `{"code":"internal_server_error","message":"x","data":{"status":500}}`).ServeHTTP(w,
						r)
					return
				}
			}
			if _, number, _ := strings.Cut(mark, ":"); mark != "" && strings.HasSuffix(r.URL.Path, "/orders/"+number) &&
				r.Method == http.MethodGet {
				jsonAnswer(500, `{"code":"internal_server_error","message":"x","data":{"status":500}}`).ServeHTTP(w, r)
				return
			}
			for name, values := range rec.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
		})
	}
}

func cachingScenarios() []scenario {
	return []scenario{
		{id: "cache-rest", set: func(t *testing.T) *patient { return newPatient(t).breakIn(t, "cache-rest") },
			also: []string{"anonymous-read"}},
		{id: "cache-rest", set: func(t *testing.T) *patient { // no header tells, only the age of the answer
			p := newPatient(t)
			return p.behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				if r.URL.Query().Get("per_page") == "1" && !r.URL.Query().Has("_") && w.Code == 200 &&
					strings.HasSuffix(r.URL.Path, "/orders") && !r.URL.Query().Has("include") &&
					!r.URL.Query().Has("modified_after") {
					return `[{"id":1}]`
				}
				return w.Body.String()
			}))
		}},
		{id: "cache-401", set: func(t *testing.T) *patient { return newPatient(t).behind(t, keepRefusals()) }},
		// no header tells, and nothing has changed yet: it answers strangers
		{id: "cache-rest", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, keepAnswers(func(r *http.Request) string { return r.URL.RequestURI() }))
		}, also: []string{"anonymous-read"}},
		{id: "anonymous-read", set: func(t *testing.T) *patient { // the same, asked for the second time
			p := newPatient(t).behind(t, keepAnswers(func(r *http.Request) string { return r.URL.RequestURI() }))
			p.collect(t)
			return p
		}, also: []string{"cache-rest", "pagination-header-missing"}},
		{id: "cache-rest", set: func(t *testing.T) *patient { // a plugin that names itself, asked for the second time
			keep := keepAnswers(func(r *http.Request) string { return r.URL.RequestURI() })
			p := newPatient(t).behind(t, func(next http.Handler) http.Handler {
				return editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
					if r.Method == http.MethodGet && w.Code == 200 && strings.HasPrefix(r.URL.Path, "/wp-json/wc/") {
						w.Header().Set("X-WP-Cached-Call", "served-cache")
					}
					return w.Body.String()
				})(keep(next))
			})
			p.collect(t)
			return p
		}, also: []string{"anonymous-read", "pagination-header-missing"}},
		{id: "anonymous-read", set: func(t *testing.T) *patient { // a snippet says yes to every reading of orders
			return newPatient(t).behind(t, openToStrangers())
		}},
		{id: "cache-woocommerce", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/wp-json/wc/v3/products") {
					w.Header().Set("X-WC-Cache", "MISS")
				}
				return w.Body.String()
			}))
		}},
		{id: "cache-plugin-broken-json", set: func(t *testing.T) *patient { // arguments make no difference
			return newPatient(t).behind(t, keepAnswers(func(r *http.Request) string { return r.URL.Path }))
		}, also: []string{"cache-rest", "anonymous-read"}},
		{id: "cache-plugin-broken-json", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				if strings.HasSuffix(r.URL.Path, "/wc/v3/products") && r.Method == http.MethodGet {
					return strings.ReplaceAll(body, `\/products\/`, `\/orders\/`)
				}
				return body
			}))
		}},
	}
}

// openToStrangers answers whoever reads orders without a key as it answers the key.
func openToStrangers() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/wp-json/wc/v3/orders") &&
				r.Header.Get("Authorization") == "" && !strings.Contains(r.URL.RawQuery, "oauth_") {
				jsonAnswer(200, `[{"id":1}]`).ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// keepAnswers is a cache that keeps the data of the API by a key of its own and does not look at who asks.
func keepAnswers(by func(*http.Request) string) func(http.Handler) http.Handler {
	var kept sync.Map
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mine := r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/wp-json/wc/")
			key := by(r)
			if body, ok := kept.Load(key); ok && mine {
				jsonAnswer(200, body.(string)).ServeHTTP(w, r)
				return
			}
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			if mine && rec.Code == 200 {
				kept.Store(key, rec.Body.String())
			}
			for name, values := range rec.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
		})
	}
}

// keepRefusals is a cache that keeps what carries no Cache-Control and does not look at the key.
func keepRefusals() func(http.Handler) http.Handler {
	var mu sync.Mutex
	kept := map[string]*httptest.ResponseRecorder{}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			answer := kept[r.URL.RequestURI()]
			mu.Unlock()
			if answer == nil || r.Method != http.MethodGet {
				answer = httptest.NewRecorder()
				next.ServeHTTP(answer, r)
				if answer.Code == http.StatusUnauthorized && answer.Header().Get("Cache-Control") == "" {
					mu.Lock()
					kept[r.URL.RequestURI()] = answer
					mu.Unlock()
				}
			} else {
				answer.Header().Set("X-Cache", "HIT")
			}
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes())
		})
	}
}
