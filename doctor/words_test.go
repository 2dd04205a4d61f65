package doctor_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// printedReport is the report for a person.
func printedReport(t *testing.T, r *doctor.Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteText(&b, doctor.TextOptions{Width: 110}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// TestSentencesAreUnderstoodAtFirstReading: the head says which half works, the foot why checks were left out, and
// clocks are told as people tell them.
func TestSentencesAreUnderstoodAtFirstReading(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		set  func(*testing.T) *patient
		want []string
	}{
		"one half works": {func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "cap-create-missing").wanting(doctor.OrdersRead, doctor.OrdersWrite)
		}, []string{"orders:write does not work; orders:read does.", "checks skipped (not in --for)."}},
		"a key that may only read": {func(t *testing.T) *patient {
			return newPatient(t).login(t, "smread").wanting(doctor.OrdersRead, doctor.OrdersWrite)
		}, []string{"orders:write does not work; orders:read does."}},
		"a Shop Manager deletes no customers": {func(t *testing.T) *patient {
			return newPatient(t).login(t, "sm").wanting(doctor.CustomersRead, doctor.CustomersWrite,
				doctor.CustomersDelete)
		}, []string{"customers:delete does not work; customers:read, customers:write do."}},
		"the host refuses PUT": {func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "method-blocked").wanting(doctor.ProductsRead, doctor.ProductsWrite)
		}, []string{"products:write does not work; products:read does."}},
		"a webhook that is switched off": {func(t *testing.T) *patient {
			p := newPatient(t)
			p.hook(t)
			return p.breakIn(t, "webhook-disabled").wanting(doctor.OrdersRead, doctor.WebhooksScope)
		}, []string{"webhooks does not work; orders:read does."}},
		"a plugin refuses deletions": {func(t *testing.T) *patient {
			return newPatient(t).wanting(doctor.OrdersRead, doctor.OrdersWrite, doctor.OrdersDelete).behind(t,
				when(func(r *http.Request) bool {
					return r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/orders/")
				}, jsonAnswer(403, `{"code":"no","message":"x","data":{"status":403}}`)))
		}, []string{"orders:delete does not work; orders:read, orders:write do.", `grep -rnF -e "'no'"`}},
		"a role for writing reads first": {func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "cap-read-private").wanting(doctor.OrdersWrite)
		}, []string{"waybill role --for orders:read,orders:write"}},
		"only the type of answers is changed": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				if isAPI(r) {
					w.Header().Set("Content-Type", "text/html")
				}
				return w.Body.String()
			}))
		}, []string{"Something on the way calls the store's answers pages"}},
		"a key without its first character": {func(t *testing.T) *patient {
			p := newPatient(t)
			p.target.Key = p.target.Key[1:]
			return p
		}, []string{"The consumer key is damaged"}},
		"strangers can read": {func(t *testing.T) *patient {
			return newPatient(t).wanting(doctor.OrdersRead).behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if _, _, keyed := r.BasicAuth(); !keyed && r.URL.Query().Get("page") == "1" {
						jsonAnswer(200, `[{"id":1}]`).ServeHTTP(w, r)
						return
					}
					next.ServeHTTP(w, r)
				})
			})
		}, []string{"Works, and must be mended all the same:", "Fix On a copy of the shop: switch plugins"}},
		"nothing works": {func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "cf-challenge").wanting(doctor.OrdersRead)
		}, []string{"nothing of orders:read was seen to work.", "skipped (--skipped says why)."}},
		"one warning": {func(t *testing.T) *patient { return newPatient(t).breakIn(t, "pagination-header-missing") },
			[]string{"Works, with 1 warning:"}},
		"a clock": {func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithClock(func() time.Time { return time.Now().Add(2 * time.Hour) }))
		}, []string{"clock is 2 hours ahead"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := printedReport(t, one.set(t).examine(t))
			for _, want := range one.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
		})
	}
}

// TestWritesThatGoThroughAreSaidNotToBeTried: a plugin can refuse every create once WooCommerce has looked at it, and
// no request without an effect comes that far.
func TestWritesThatGoThroughAreSaidNotToBeTried(t *testing.T) {
	t.Parallel()
	for scope, want := range map[doctor.Scope]bool{doctor.OrdersWrite: true, doctor.OrdersRead: false} {
		text := printedReport(t, newPatient(t).wanting(doctor.OrdersRead, scope).examine(t))
		if strings.Contains(text, "Not tried: a write that goes through.") != want {
			t.Errorf("wanting %s:\n%s", scope, text)
		}
	}
}
