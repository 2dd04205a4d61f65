package doctor_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// nowAndThen does something to some of the requests to the API, and hands the others on.
func nowAndThen(chosen func() bool, then func(next http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		spoiled := then(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isAPI(r) && chosen() {
				spoiled.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// everyNth chooses each nth request.
func everyNth(n int) func() bool {
	var mu sync.Mutex
	seen := 0
	return func() bool {
		mu.Lock()
		defer mu.Unlock()
		seen++
		return seen%n == 0
	}
}

// TestWhatComesAndGoesHasOneCause: one broken server behind a balancer, a pool without processes, a server that loses
// the key. Whatever the requests are that it happens to, the first cause is the same, and none that single answers
// stand for is said to be sure.
func TestWhatComesAndGoesHasOneCause(t *testing.T) {
	t.Parallel()
	chance := func(id string, seed int) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithSeed(uint64(seed+1))).breakIn(t, id)
		}
	}
	answering := func(h http.Handler) func(http.Handler) http.Handler {
		return func(http.Handler) http.Handler { return h }
	}
	oops := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oops", 500) })
	seeds := 3
	switch {
	case everything():
		seeds = 10
	case testing.Short():
		seeds = 1
	}
	for seed := range seeds {
		for name, set := range map[string]func(*testing.T) *patient{
			"every third is a 500": func(t *testing.T) *patient {
				return newPatient(t).behind(t, nowAndThen(everyNth(3), answering(oops)))
			},
			"one of three servers is broken": chance("answers-vary", seed),
			"too few processes":              chance("answers-vary:overload", seed),
			"a server loses the key":         chance("answers-vary:key", seed),
		} {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				t.Parallel()
				p := set(t)
				one := quick()
				one.Concurrency = 1 // or the order in which requests come decides which of them it happens to
				report := p.examine(t, doctor.WithBudget(one))
				if len(report.Findings) == 0 || report.Findings[0].ID != "answers-vary" {
					t.Fatalf("want answers-vary first, got\n%s", describeReport(report))
				}
				for _, f := range report.Findings {
					if f.Confidence == "sure" && f.Severity != doctor.Note {
						t.Errorf("%s is said to be sure: %s", f.ID, f.Why)
					}
				}
				if report.ExitCode() == 0 || strings.Contains(printedReport(t, report), "Healthy") {
					t.Errorf("it is called healthy:\n%s", describeReport(report))
				}
			})
		}
	}
}
