package doctor_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/waybillhq/waybill/doctor"
)

const nginxPage = "<center><h1>%s</h1></center><hr><center>nginx/1.22.1</center>"

// roadScenarios are faults between the name and the key as they were met on real servers, each with the look-alike that
// it was once taken for.
func roadScenarios() []scenario {
	return []scenario{
		// A web server that has no site of this name, and one whose directory is empty: no other shop system.
		{id: "dns-wrong-host",
			set: everywhere(page(404, "404 Not Found", strings.Replace(nginxPage, "%s", "404 Not Found", 1)))},
		{id: "dns-wrong-host", set: everywhere(page(200, "Index of /", "<h1>Index of /</h1>"))},
		{id: "dns-wrong-host",
			set: everywhere(page(200, "shop.test - This website is for sale!",
				"The domain shop.test may be for sale."))},
		{id: "not-wordpress", set: everywhere(page(200, "Bakery", "Fresh bread every day"))},
		// The site answers and the API's path is hung up on: nobody was banned.
		{id: "tcp-blocked", set: atAPI(hangUp())},
		{id: "tls-default-vhost",
			set: twoHosts(page(403, "403 Forbidden", strings.Replace(nginxPage, "%s", "403 Forbidden", 1)))},
		{id: "tls-default-vhost", set: twoHosts(page(200, "Welcome to nginx!", "<h1>Welcome to nginx!</h1>"))},
		{id: "ipv6-broken", unproved: noIPv6, set: overIPv6(syscall.EHOSTUNREACH)},

		// Nothing at the root, not even for visitors: the shop is below it.
		{id: "subdirectory-install", set: func(t *testing.T) *patient {
			p := newPatient(t)
			store := p.shop.Store
			return p.behind(t, func(http.Handler) http.Handler {
				mux := http.NewServeMux()
				mux.Handle("/shop/", mounted("/shop", store))
				mux.Handle("/{$}", page(403, "403 Forbidden", strings.Replace(nginxPage, "%s", "403 Forbidden", 1)))
				mux.Handle("/", http.NotFoundHandler())
				return mux
			})
		}},
		{id: "url-contains-api-path", note: true, set: func(t *testing.T) *patient { // a page of a shop in a directory
			p := newPatient(t)
			store := p.shop.Store
			p.behind(t, func(http.Handler) http.Handler {
				mux := http.NewServeMux()
				mux.Handle("/shop/", announced("/shop", mounted("/shop", store)))
				mux.Handle("/", http.NotFoundHandler())
				return mux
			})
			p.target.URL += "/shop/my-account/"
			return p
		}},
		{id: "legacy-api-removed", set: func(t *testing.T) *patient {
			p := newPatient(t)
			p.target.URL += "/?wc-api=v3"
			return p
		}},
		// nginx finds index.php for “/” by itself and answers 405 to other methods there: WordPress names index.php.
		{id: "permalinks-plain", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "permalinks-plain").behind(t, when(func(r *http.Request) bool {
				return r.URL.Path == "/" && r.Method != http.MethodGet && r.Method != http.MethodHead &&
					r.Method != http.MethodPost
			}, page(405, "405 Not Allowed", strings.Replace(nginxPage, "%s", "405 Not Allowed", 1))))
		}},
		// The pages keep the prefix to themselves, the answers of the API do not.
		{id: "rest-prefix-changed",
			set: func(t *testing.T) *patient { return newPatient(t).behind(t, quietly(movedTo("/api"))) }},
		// the address is the right one already
		{id: "permalinks-pathinfo", note: true, set: func(t *testing.T) *patient {
			p := newPatient(t).breakIn(t, "permalinks-pathinfo").behind(t,
				when(isAPI, page(404, "404 Not Found", "The requested URL was not found on this server.")))
			p.target.URL += "/index.php"
			return p
		}},

		{id: "ua-bot-cache", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(forRobots,
					page(200, "Test Shop", `<link href="/wp-content/x.css">`, "X-Cache", "HIT", "Age", "3600")))
		}},
		{id: "ua-bot-cache", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(forRobots, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Age", "3600")
					jsonAnswer(401,
						`{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":401}}`).ServeHTTP(w, r)
				})))
		}},

		{id: "woocommerce-inactive", set: func(t *testing.T) *patient { // and the index does not say so
			return newPatient(t).behind(t,
				when(isAPI, jsonAnswer(404, `{"code":"rest_no_route","message":"x","data":{"status":404}}`)))
		}},
		// one route keeps the name of the namespace in the list
		{id: "wc-namespace-old", set: func(t *testing.T) *patient {
			gone := regexp.MustCompile(
				`^/wp-json/wc/v3/(orders|products|customers|coupons|webhooks|refunds|reports)(/|$)`)
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return gone.MatchString(r.URL.Path) && !strings.HasSuffix(r.URL.Path, "/statuses") &&
					r.Method != http.MethodOptions
			}, jsonAnswer(404, `{"code":"rest_no_route","message":"x","data":{"status":404}}`)))
		}},

		{id: "redirect-https", set: func(t *testing.T) *patient { // the path is dropped on the way
			p := newPatient(t)
			home := p.shop.URL
			p.target.URL = serveHTTP(t, redirectTo(301, func(*http.Request) string { return home + "/" }))
			return p
		}},
		{id: "redirect-canonical-slash", set: func(t *testing.T) *patient { // a rule of the web server
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return isAPI(r) && !strings.HasSuffix(r.URL.Path, "/") },
					redirectTo(301, func(r *http.Request) string { return r.URL.Path + "/?" + r.URL.RawQuery })))
		}},
		{id: "wpcom-hosted", set: everywhere(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Ac", "3.fra")
			redirectTo(302, func(*http.Request) string { return "https://wordpress.com/log-in?redirect_to=x" }).
				ServeHTTP(w, r)
		}))},
		{id: "auth-hijack-miniorange",
			set: atAPI(jsonAnswer(401,
				`{"status":"error","error":"MISSING_AUTHORIZATION_HEADER","code":"401","error_description":"x"}`))},

		// Visitors are refused by a plugin, and that hides what becomes of the key.
		{id: "auth-header-stripped", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "rest-auth-required", "auth-header-stripped")
		}},
		{id: "is-ssl-false", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "rest-auth-required",
				"is-ssl-false")
		}},
		{id: "auth-header-stripped-proxy", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "auth-header-stripped").behind(t,
				editAnswer(func(_ *http.Request, w *httptest.ResponseRecorder) string {
					w.Header().Set("X-Hcdn-Request-Id", "1-fra")
					return w.Body.String()
				}))
		}},
	}
}

func forRobots(r *http.Request) bool {
	return isAPI(r) && !strings.Contains(r.UserAgent(), "Mozilla")
}

// twoHosts is a shop at port 80 of a name, and something else at its port 443.
func twoHosts(other http.Handler) func(*testing.T) *patient {
	return func(t *testing.T) *patient {
		p := newPatient(t)
		ca := newAuthority(t)
		secure := serveTLS(t, other,
			&tls.Config{Certificates: []tls.Certificate{ca.leaf(t, leafOptions{names: []string{"shop.test"}})}})
		plain := serveHTTP(t, p.shop.Store)
		at := map[string]string{":443": strings.TrimPrefix(secure, "https://"),
			":80": strings.TrimPrefix(plain, "http://")}
		p.target.URL = "https://shop.test"
		p.trusted = append(p.trusted, ca.cert)
		for port, address := range at {
			p.curlrc += fmt.Sprintf("connect-to = \"shop.test%s:%s\"\n", port, address)
		}
		p.options = []doctor.Option{
			doctor.WithRootCAs(ca.pool()), doctor.WithResolver(fixedNames{"shop.test": {"192.0.2.1"}}),
			doctor.WithDial(func(ctx context.Context, network, to string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, at[to[strings.LastIndexByte(to, ':'):]])
			}),
		}
		return p
	}
}

// overIPv6 is a shop whose IPv6 address fails in the given way.
func overIPv6(reason error) func(*testing.T) *patient {
	return func(t *testing.T) *patient {
		p := newPatient(t)
		ca := newAuthority(t)
		address := serveTLS(t, p.shop.Store,
			&tls.Config{Certificates: []tls.Certificate{ca.leaf(t, leafOptions{names: []string{"shop.test"}})}})
		p.target.URL = "https://shop.test" + address[strings.LastIndexByte(address, ':'):]
		p.options = []doctor.Option{
			doctor.WithRootCAs(ca.pool()), doctor.WithResolver(fixedNames{"shop.test": {"2001:db8::1", "127.0.0.1"}}),
			doctor.WithDial(func(ctx context.Context, network, to string) (net.Conn, error) {
				if strings.HasPrefix(to, "[") {
					return nil, &net.OpError{Op: "dial", Err: reason}
				}
				return (&net.Dialer{}).DialContext(ctx, network, to)
			}),
		}
		return p
	}
}

// announced puts the announcement of the API into every page of a shop in a directory, as WordPress does.
func announced(dir string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "/wp-json") && !r.URL.Query().Has("rest_route") {
			page(200, "My account", `<link href="`+dir+`/wp-content/x.css">`, "Link",
				"<https://"+r.Host+dir+`/wp-json/>; rel="https://api.w.org/"`).ServeHTTP(w, r)
			return
		}
		if !strings.HasPrefix(r.URL.Path, dir+"/wp-json") || r.URL.Query().Has("rest_route") {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// quietly takes the announcement out of every page, and lets the form ?rest_route= through, whose answers announce.
func quietly(front func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		moved := front(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			if route := r.URL.Query().Get("rest_route"); route != "" {
				args := r.URL.Query()
				args.Del("rest_route")
				r = rewritten(r, "/api"+route, args.Encode())
			}
			moved.ServeHTTP(rec, r)
			for name, values := range rec.Header() {
				w.Header()[name] = values
			}
			if !strings.Contains(rec.Header().Get("Content-Type"), "json") {
				w.Header().Del("Link")
			}
			w.WriteHeader(rec.Code)
			_, _ = io.WriteString(w, strings.ReplaceAll(rec.Body.String(), `rel="https://api.w.org/"`, ""))
		})
	}
}

// TestUnusualRoadsRaiseNoAlarm: what looks like one of the faults above and is none.
func TestUnusualRoadsRaiseNoAlarm(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*testing.T) *patient{
		"visitors are sent to the home page, keys are not": func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return isAPI(r) && r.Header.Get("Authorization") == "" },
					redirectTo(302, func(*http.Request) string { return "/" })))
		},
		"a rule that takes the slash away from the index": func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool { return r.URL.Path == "/wp-json/" },
				redirectTo(301, func(r *http.Request) string { return "/wp-json?" + r.URL.RawQuery })))
		},
		"visitors are sent to a login, keys are not": func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return r.Header.Get("Authorization") == "" },
					redirectTo(302, func(r *http.Request) string { return "https://" + r.Host + "/wp-login.php" })))
		},
		"the address given is the API's own, at another prefix": func(t *testing.T) *patient {
			p := newPatient(t).behind(t, movedTo("/api"))
			p.target.URL += "/api"
			return p
		},
		"an index of the API that was emptied": func(t *testing.T) *patient {
			return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				if r.URL.Path == "/wp-json/" {
					return `{"name":"x"}`
				}
				return body
			}))
		},
		"the web server closes the index of the API and nothing else": func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool { return r.URL.Path == "/wp-json/" },
				page(403, "403 Forbidden", strings.Replace(nginxPage, "%s", "403 Forbidden", 1))))
		},
		"an IPv6 address and a machine without IPv6": overIPv6(syscall.ENETUNREACH),
		"a connection that ends in the middle of one answer": func(t *testing.T) *patient {
			var cut atomic.Bool
			return newPatient(t).behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasSuffix(r.URL.Path, "/products") && r.Method == http.MethodGet &&
						cut.CompareAndSwap(false, true) {
						w.Header().Set("Content-Length", "9000")
						w.Header().Set("Content-Type", "application/json; charset=UTF-8")
						_, _ = io.WriteString(w, `[{"id":1,"status":"publish"},{"id":`+strings.Repeat(" ", 6000))
						panic(http.ErrAbortHandler)
					}
					next.ServeHTTP(w, r)
				})
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if report := set(t).examine(t); report.ExitCode() != 0 || len(report.Crashes) > 0 {
				t.Errorf("a healthy store is alarmed about:\n%s", describeReport(report))
			}
		})
	}
}
