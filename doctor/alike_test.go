package doctor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// moody are the ways to be broken in which the order of requests that go out side by side may decide what is seen.
var moody = []string{"rate-limit", "fail2ban-ban", "cache-rest", "cache-plugin-broken-json", "bad-record",
	"client-timeout"}

// harmless are ways to be broken that hinder no key, or only what nobody asked for.
var harmless = []string{
	"wc-coming-soon", "rest-auth-required", "rest-solid-security", "coupons-disabled", "app-password-disabled",
	"webhook-random-loss", "webhook-owner-caps",
	"webhook-legacy-version", "sku-lookup-orphan", "oauth-extra-param", "key-owner-not-in-blog", "accept-header-406",
	"signed-links", "status-hidden", "status-private", "status-unregistered", "date-filter-local-time",
	"invalid-username-global",
	// They show when something is written, which the doctor never does; the outbox says them.
	"markers-stripped", "write-dies:totals", "write-dies:lines", "write-dies:refund", "write-dies:bare",
}

// TestTheSameFaultGivesTheSameCause: runs of the same broken store name the same cause first, and none calls it
// healthy. A sample of ways, three runs each; all ways on two versions, ten runs each, with WAYBILL_TEST_DOCTOR=all
// (some four minutes of a processor).
func TestTheSameFaultGivesTheSameCause(t *testing.T) {
	t.Parallel()
	versions, runs := []string{"11.0.1"}, 3
	if everything() {
		versions, runs = []string{"11.0.1", "10.0.2"}, 10
	}
	if testing.Short() {
		runs = 2
	}
	for _, version := range versions {
		for _, b := range sandbox.Breakages() {
			if !everything() && !slices.Contains(moody, b.ID) {
				continue
			}
			t.Run(version+" "+b.ID, func(t *testing.T) {
				t.Parallel()
				seen := map[string]int{}
				for n := range runs {
					// its store goes with it, and not with the last of the runs
					t.Run(fmt.Sprint(n), func(t *testing.T) {
						options := []sandbox.Option{sandbox.WithVersion(version), sandbox.WithOrders(110)}
						if slices.Contains(ofTLS, sandbox.TLSFault(b.ID)) {
							seen[firstCause(t, newPatient(t, options...), b.ID)]++
							return
						}
						synctest.Test(t, func(t *testing.T) {
							p := newStillPatient(t, nil, options...)
							p.options = append(p.options, doctor.WithBudget(doctor.DefaultBudget()))
							seen[firstCause(t, p, b.ID)]++
						})
					})
				}
				t.Logf("%d runs: %v", runs, seen)
				if len(seen) != 1 {
					t.Errorf("%d runs name different causes: %v", runs, seen)
				}
				// Before 11.0 a public status asks for no capability of its own and gives nothing away
				// (docs/woocommerce/permissions.md#public-status).
				spared := slices.Contains(harmless, b.ID) || b.ID == "status-public" && version == "10.0.2"
				if seen["healthy"] > 0 && !spared {
					t.Error("it is called healthy")
				}
			})
		}
	}
}

// ofTLS are the ways that only a server of its own has.
var ofTLS = []sandbox.TLSFault{sandbox.TLSExpired, sandbox.TLSSelfSigned, sandbox.TLSNameMismatch,
	sandbox.TLSIncompleteChain, sandbox.TLSOldVersion}

// firstCause breaks a fresh store and examines it for everything usual and webhooks.
func firstCause(t *testing.T, p *patient, id string) string {
	t.Helper()
	p.hook(t)
	p.wanting(allScopes()...)
	if err := p.shop.Break(id); err != nil {
		if strings.Contains(err.Error(), "cannot be broken by") {
			return "not in this version"
		}
		t.Fatal(err)
	}
	report := p.examine(t)
	if root := report.Root(); root != nil {
		return root.ID
	}
	return fmt.Sprint(report.Status)
}
