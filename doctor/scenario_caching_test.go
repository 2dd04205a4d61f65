package doctor_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

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
		// the same, asked for the second time
		{id: "cache-rest", set: func(t *testing.T) *patient {
			p := newPatient(t).behind(t, keepAnswers(func(r *http.Request) string { return r.URL.RequestURI() }))
			p.collect(t)
			return p
		}, also: []string{"anonymous-read", "pagination-header-missing"}},
		// all of the API is kept, the arguments that pass caches by are left out of the address: asked for twice
		{id: "cache-rest", set: func(t *testing.T) *patient {
			p := newPatient(t).behind(t, deafCache())
			p.collect(t)
			return p
		}, also: []string{"anonymous-read", "pagination-header-missing"}},
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
		// it tells readers apart, leaves "_" out of addresses, says nothing, and nothing has changed in the shop
		{id: "cache-rest", breakage: "cache-rest:deaf",
			set: func(t *testing.T) *patient { return newPatient(t).breakIn(t, "cache-rest:deaf") }},
		{id: "cache-rest", set: func(t *testing.T) *patient { // the same, where answers to Origin are taken away
			return newPatient(t).breakIn(t, "cache-rest:deaf").behind(t, withoutOrigin)
		}},
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

// withoutOrigin is a store that names no origin in its answers.
func withoutOrigin(next http.Handler) http.Handler {
	return editAnswer(func(_ *http.Request, w *httptest.ResponseRecorder) string {
		for name := range w.Header() {
			if strings.HasPrefix(name, "Access-Control-") {
				w.Header().Del(name)
			}
		}
		return w.Body.String()
	})(next)
}

// openToStrangers answers whoever reads orders without a key as it answers the key.
func openToStrangers() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reads := r.Method == http.MethodGet || r.URL.Query().Get("_method") == http.MethodGet
			if reads && strings.HasPrefix(r.URL.Path, "/wp-json/wc/v3/orders") &&
				r.Header.Get("Authorization") == "" && !strings.Contains(r.URL.RawQuery, "oauth_") {
				jsonAnswer(200, `[{"id":1}]`).ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// deafCache keeps every good answer to GET, whoever asks, by the address without the arguments that were meant to pass
// it by. It tells no age.
func deafCache() func(http.Handler) http.Handler {
	var kept sync.Map
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			for _, name := range []string{"_", "_skip_cache", "skip_cache"} {
				q.Del(name)
			}
			key := r.URL.Path + "?" + q.Encode()
			if old, ok := kept.Load(key); ok && r.Method == http.MethodGet {
				rec := old.(*httptest.ResponseRecorder)
				for name, values := range rec.Header() {
					w.Header()[name] = values
				}
				w.Header().Del("Date")
				_, _ = w.Write(rec.Body.Bytes())
				return
			}
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			if r.Method == http.MethodGet && rec.Code == http.StatusOK {
				kept.Store(key, rec)
			}
			for name, values := range rec.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
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
