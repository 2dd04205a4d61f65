package woo

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// TestAReadingThatDecidesComesFromNoCache: a cache keeps what it sees of GET whatever the arguments, and the store is
// reached all the same.
func TestAReadingThatDecidesComesFromNoCache(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		switch query := r.URL.Query(); {
		case r.Method == http.MethodGet:
			answerJSON(w, 200, `[{"id":1}]`) // of an hour ago
		case r.Method == http.MethodOptions && query.Get("_method") == "GET" && query.Get("_") != "":
			answerJSON(w, 200, `[{"id":2},{"id":1}]`)
		default:
			w.WriteHeader(500)
		}
	})
	c := s.client(t)
	for range 2 {
		res, err := c.Do(context.Background(), Request{Path: "orders", Query: url.Values{"per_page": {"5"}},
			Fresh: true})
		if err != nil || string(res.Body) != `[{"id":2},{"id":1}]` {
			t.Errorf("%v, %v", res, err)
		}
	}
	if sent := len(s.requests()); sent != 2 {
		t.Errorf("%d requests were sent for two readings", sent)
	}
}

// TestAStoreThatAnswersOptionsItselfIsAskedWithGET: only after the store has shown that it does, and at addresses that
// were never asked for before.
func TestAStoreThatAnswersOptionsItselfIsAskedWithGET(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]http.HandlerFunc{
		"a preflight's answer": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) },
		"a firewall": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<h1>No</h1>", http.StatusForbidden)
		},
		"no such method": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<h1>No</h1>", http.StatusMethodNotAllowed)
		},
		"_method is dropped": func(w http.ResponseWriter, _ *http.Request) {
			answerJSON(w, 200, `{"namespace":"wc/v3","methods":["GET","POST"],"endpoints":[{"methods":["GET"]}]}`)
		},
		"a plugin": func(w http.ResponseWriter, _ *http.Request) {
			answerJSON(w, 401, `{"code":"rest_api_disabled","message":"No.","data":{"status":401}}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodOptions {
					options(w, r)
					return
				}
				answerJSON(w, 200, `[{"id":1}]`)
			})
			c := s.client(t)
			for range 3 {
				res, err := c.Do(context.Background(), Request{Path: "orders", Fresh: true})
				if err != nil || string(res.Body) != `[{"id":1}]` {
					t.Fatalf("%v, %v", res, err)
				}
			}
			methods, addresses := "", map[string]bool{}
			for _, sent := range s.requests() {
				methods += sent.method + " "
				addresses[sent.uri] = true
			}
			if methods != "OPTIONS GET GET GET " || len(addresses) != 4 {
				t.Errorf("%s at %d addresses", methods, len(addresses))
			}
		})
	}
}

// TestAnEmptyListIsBelievedOfGETOrWithItsCount: an answer of [] to OPTIONS may come from anybody. A write that is
// looked for must not be taken for one that never was.
func TestAnEmptyListIsBelievedOfGETOrWithItsCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		total, want string
		sent        int
	}{
		"of somebody else": {"", `[{"id":1}]`, 2},
		"of the store":     {"0", `[]`, 1},
	} {
		s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodOptions {
				if c.total != "" {
					w.Header().Set("X-WP-Total", c.total)
				}
				answerJSON(w, 200, `[]`)
				return
			}
			answerJSON(w, 200, `[{"id":1}]`)
		})
		res, err := s.client(t).Do(context.Background(), Request{Path: "orders", Fresh: true})
		if err != nil || string(res.Body) != c.want || len(s.requests()) != c.sent {
			t.Errorf("%s: %v, %v after %d requests", name, res, err, len(s.requests()))
		}
	}
}

// TestAFailureInPassingTeachesNothingOfOPTIONS: before OPTIONS has worked, GET is tried as well; once it has, a cache
// must not answer while the store is in trouble.
func TestAFailureInPassingTeachesNothingOfOPTIONS(t *testing.T) {
	t.Parallel()
	var trouble atomic.Bool
	trouble.Store(true)
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodOptions && trouble.Load():
			http.Error(w, "<h1>Bad gateway</h1>", http.StatusBadGateway)
		case r.Method == http.MethodOptions:
			answerJSON(w, 200, `[{"id":2}]`)
		default:
			answerJSON(w, 200, `[{"id":1}]`)
		}
	})
	c := s.client(t, WithRetries(0))
	for i, want := range []string{`[{"id":1}]`, `[{"id":2}]`, ""} {
		trouble.Store(i != 1)
		res, err := c.Do(context.Background(), Request{Path: "orders", Fresh: true})
		switch {
		case want == "" && err == nil:
			t.Errorf("in trouble again, %s is believed", res.Body)
		case want != "" && (err != nil || string(res.Body) != want):
			t.Errorf("reading %d: %v, %v; want %s", i, res, err, want)
		}
	}
}

// TestWhatWooCommerceAnswersToAFreshReadingIsBelieved: a record that is not there costs one request.
func TestWhatWooCommerceAnswersToAFreshReadingIsBelieved(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, 404, `{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}`)
	})
	_, err := s.client(t).Do(context.Background(), Request{Path: "orders/9", Fresh: true})
	if e, ok := AsError(err); !ok || !e.NotFound() || len(s.requests()) != 1 {
		t.Errorf("%v after %d requests", err, len(s.requests()))
	}
	if strings.Contains(err.Error(), "cs_") {
		t.Errorf("the secret is shown: %v", err)
	}
}
