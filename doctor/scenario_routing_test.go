package doctor_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

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
