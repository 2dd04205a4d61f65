package doctor_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
)

// TestQueueStandsOnlyWhereSomethingHasWaited: jobs that wait are usual in a busy shop, and a cron job may call the
// queue in place of WP-Cron. What was counted for the analytics shows whether it does.
func TestQueueStandsOnlyWhereSomethingHasWaited(t *testing.T) {
	t.Parallel()
	// The youngest order is the first; ages in minutes.
	for _, c := range []struct {
		name    string
		ages    []int
		counted string // answer of wc-analytics/reports/orders, by age; "" refuses it
		hookAge int
		cron    bool
		moves   bool // the queue has run when it is asked again
		want    doctor.Severity
	}{
		{name: "nothing changed for hours", ages: []int{300, 400}, counted: "400", hookAge: 9999, want: doctor.Problem},
		{name: "a busy shop whose queue stands", ages: []int{1, 9, 40, 70}, counted: "70", hookAge: 9999,
			want: doctor.Problem},
		{name: "a busy shop whose queue never ran", ages: []int{1, 9, 40, 70}, counted: "-", hookAge: 60,
			want: doctor.Problem},
		{name: "a busy shop with a cron job", ages: []int{1, 9, 40, 70}, counted: "40,70", hookAge: 9999, want: ""},
		{name: "a busy shop with a cron job of every ten minutes", ages: []int{1, 9, 40, 70}, counted: "9,40,70",
			hookAge: 9999, want: ""},
		{name: "young orders only", ages: []int{1, 2}, counted: "-", hookAge: 9999, want: doctor.Note},
		{name: "young orders only, WP-Cron runs", ages: []int{1, 2}, counted: "-", hookAge: 9999, cron: true, want: ""},
		{name: "the analytics may not be read", ages: []int{1, 40}, hookAge: 9999, want: doctor.Note},
		{name: "a new shop before its first event", ages: []int{300}, counted: "-", hookAge: 5, want: doctor.Note},
		{name: "a shop that slept and is woken by the visit", ages: []int{300, 400}, counted: "400", hookAge: 9999,
			cron: true, moves: true, want: ""},
		{name: "visits do not wake the queue", ages: []int{300, 400}, counted: "400", hookAge: 9999, cron: true,
			want: doctor.Problem},
		{name: "visits have not woken the queue for half an hour", ages: []int{30, 40}, counted: "-", hookAge: 9999,
			cron: true, want: doctor.Warning},
		{name: "an empty shop", hookAge: 9999, counted: "-", want: ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			now := time.Now().UTC()
			at := func(age int) string {
				return now.Add(-time.Duration(age) * time.Minute).Format(
					"2006-01-02T15:04:05")
			}
			orders, counted := []any{}, []any{}
			for i, age := range c.ages {
				id := 900 - i
				orders = append(orders,
					map[string]any{"id": id, "status": "processing", "created_via": "checkout",
						"date_created_gmt": at(age), "date_modified_gmt": at(age)})
				if strings.Contains(","+c.counted+",", fmt.Sprintf(",%d,", age)) {
					counted = append(counted, map[string]any{"order_id": id, "date_created_gmt": at(age)})
				}
			}
			p := newPatient(t).wanting(doctor.OrdersRead, doctor.WebhooksScope)
			p.target.DeliveryURL = receiver
			var asked atomic.Int32
			p.behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Method != http.MethodGet:
					case strings.HasSuffix(r.URL.Path, "/wc/v3/webhooks"):
						answerWith(t, w,
							[]any{map[string]any{"id": 7, "name": "ERP", "status": "active", "topic": "order.updated",
								"delivery_url": receiver, "date_created_gmt": at(c.hookAge)}})
						return
					case strings.HasSuffix(r.URL.Path, "/wc/v3/orders") &&
						strings.Contains(r.URL.Query().Get("_fields"), "date_modified_gmt"):
						answerWith(t, w, orders)
						return
					case strings.HasSuffix(r.URL.Path, "/wc-analytics/reports/orders") && c.counted != "":
						answerWith(t, w, counted)
						return
					case strings.HasSuffix(r.URL.Path, "/reports/import/status"):
						answerWith(t, w, map[string]any{"is_importing": asked.Add(1) == 1 || !c.moves})
						return
					case strings.HasSuffix(r.URL.Path, "/wc-analytics/reports/orders"):
						jsonAnswer(403,
							`{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":403}}`).ServeHTTP(w,
							r)
						return
					}
					statusAnswer(map[string]any{"wp_cron": c.cron}, nil)(next).ServeHTTP(w, r)
				})
			})
			report := p.examine(t)
			var got doctor.Severity
			for _, f := range report.Findings {
				if f.ID == "webhook-queue-stuck" {
					got = f.Severity
				}
			}
			if got != c.want {
				t.Errorf("the queue is a %q in place of a %q\n%s", got, c.want, describeReport(report))
			}
		})
	}
}

func answerWith(t *testing.T, w http.ResponseWriter, body any) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Error(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if list, ok := body.([]any); ok {
		w.Header().Set("X-Wp-Total", fmt.Sprint(len(list)))
		w.Header().Set("X-Wp-Totalpages", "1")
	}
	if _, err := w.Write(raw); err != nil {
		t.Error(err)
	}
}
