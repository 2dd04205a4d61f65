package doctor_test

import (
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// harmlessMethods change nothing by themselves.
var harmlessMethods = []string{http.MethodGet, http.MethodHead, http.MethodOptions}

// unchanged examines a patient for everything and fails when the store is another one afterwards: another state hash, a
// sequence of ids that moved on, a webhook delivered, or a write that was let through.
func unchanged(t *testing.T, p *patient) *doctor.Report {
	t.Helper()
	p.wanting(allScopes()...)
	p.target.DeliveryURL = receiver
	before, asked := p.shop.Hash(), len(p.shop.Requests())
	report := p.examine(t)
	if p.shop.Hash() != before {
		t.Error("the store is another one after the examination")
	}
	for _, r := range p.shop.Requests()[asked:] {
		if !slices.Contains(harmlessMethods, r.Method) && r.Status < 400 && !emptyBatch(r) {
			t.Errorf("a write was let through: %s %s: %d", r.Method, r.Path, r.Status)
		}
	}
	return report
}

// emptyBatch is a batch of nothing, which is how a store answers a body whose type got lost.
func emptyBatch(r sandbox.LoggedRequest) bool {
	return r.Method == http.MethodPost && r.Path == "/wp-json/wc/v3/orders/batch"
}

// TestNothingReachesTheStore: after any run, with any key and whatever is broken, the store is as it was. Every
// breakage with one of the roles; with all of them when WAYBILL_TEST_DOCTOR=all.
func TestNothingReachesTheStore(t *testing.T) {
	t.Parallel()
	roles := []string{"adm", "sm", "smread", "smwrite", "author", "cust", "sub", "seedrole", "seed5", "seed10"}
	impatient := quick()
	impatient.Request, impatient.Pause = 300*time.Millisecond, 3*time.Millisecond
	still := func(t *testing.T, login string, options ...sandbox.Option) *patient {
		// The clock stands still, so that nothing of the store itself moves.
		clock := sandbox.NewClock(time.Now().Truncate(time.Second))
		p := newPatient(t, append([]sandbox.Option{sandbox.WithClock(clock.Now), sandbox.WithOrders(2)},
			options...)...).login(t, login)
		p.options = append(p.options, doctor.WithBudget(impatient))
		return p
	}
	for _, login := range roles {
		t.Run("as "+login, func(t *testing.T) {
			t.Parallel()
			unchanged(t, still(t, login))
		})
	}
	if testing.Short() {
		return
	}
	for i, b := range sandbox.Breakages() {
		with := roles[i%len(roles) : i%len(roles)+1]
		if everything() {
			with = roles
		}
		for _, login := range with {
			t.Run("as "+login+" with "+b.ID, func(t *testing.T) {
				t.Parallel()
				unchanged(t, still(t, login, suiting(b.ID)).breakIn(t, b.ID))
			})
		}
	}
}

// everything asks for what is too long for every run: all pairs of faults, all breakages with all roles.
func everything() bool { return os.Getenv("WAYBILL_TEST_DOCTOR") == "all" }
