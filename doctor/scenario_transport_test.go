package doctor_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

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
