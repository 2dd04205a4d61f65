package doctor_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

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
