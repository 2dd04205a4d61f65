package doctor_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

const latency = 150 * time.Millisecond

// TestCost: at most 51 requests for what is usually wanted and 58 for everything, of the sixty there are, and four
// seconds on a store that takes 150 ms for each answer. The time is that of the waits alone, on a clock that stands
// still while anything works, so that a busy machine changes nothing.
func TestCost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scopes []doctor.Scope
		broken string
	}{
		"usual": {scopes: doctor.DefaultScopes()}, "everything": {scopes: allScopes()},
		"read only":           {scopes: []doctor.Scope{doctor.OrdersRead}},
		"header lost":         {doctor.DefaultScopes(), "auth-header-stripped"},
		"unknown key":         {doctor.DefaultScopes(), "key-unknown"},
		"permissions missing": {allScopes(), "cap-hpos-placeholder"},
		"plain permalinks":    {allScopes(), "permalinks-plain"},
		"not WordPress":       {doctor.DefaultScopes(), "not-wordpress"}, "a fatal error": {allScopes(), "php-fatal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newStillPatient(t, nil, sandbox.WithOrders(12), suiting(c.broken)).wanting(c.scopes...)
				if c.broken != "" {
					p.breakIn(t, c.broken)
				}
				p.fault(t, sandbox.Fault{Delay: sandbox.Duration(latency)})
				evidence := p.collect(t, doctor.WithBudget(doctor.DefaultBudget()))
				t.Logf("%d scopes: %d requests, %v of waiting", len(c.scopes), evidence.Spent, evidence.Elapsed)
				most := 51
				if c.broken == "auth-header-stripped" {
					most = 55 // where the key gets lost is asked in five ways
				}
				if len(c.scopes) == len(allScopes()) {
					most = 58
				}
				if evidence.Spent > most {
					t.Errorf("%d requests, more than %d: nothing is left for a closer look", evidence.Spent, most)
				}
				if evidence.Elapsed > 4*time.Second {
					t.Errorf("%v, more than 4 s", evidence.Elapsed)
				}
				if evidence.Spent < 3 || evidence.Elapsed < 2*latency {
					t.Errorf("the store was hardly asked: %d requests, %v", evidence.Spent, evidence.Elapsed)
				}
			})
		})
	}
}

// BenchmarkExamination prints what a run costs in requests and in real time on a store that takes 150 ms for each
// answer.
func BenchmarkExamination(b *testing.B) {
	for name, scopes := range map[string][]doctor.Scope{"usual": doctor.DefaultScopes(), "everything": allScopes()} {
		b.Run(name, func(b *testing.B) {
			shop, err := sandbox.Serve("127.0.0.1:0", sandbox.WithOrders(12))
			if err != nil {
				b.Fatal(err)
			}
			defer shop.Close()
			if _, err := shop.AddFault(sandbox.Fault{Delay: sandbox.Duration(latency)}); err != nil {
				b.Fatal(err)
			}
			requests := 0
			for b.Loop() {
				evidence, err := doctor.Collect(b.Context(),
					doctor.Target{URL: shop.URL, Key: shop.Key, Secret: shop.Secret, Scopes: scopes},
					doctor.WithRootCAs(poolOf(shop.CertificateAuthority)))
				if err != nil {
					b.Fatal(err)
				}
				requests += evidence.Spent
			}
			b.ReportMetric(float64(requests)/float64(b.N), "requests/run")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/run")
		})
	}
}
