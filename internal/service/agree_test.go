package service_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

// disputed are the ways to be broken in which connecting and examining have come to different ends, or may: what
// refuses strangers only, what refuses single requests, what hides behind a detour. All ways with
// WAYBILL_TEST_DOCTOR=all.
var disputed = []string{
	"cache-401", "cache-rest", "rest-auth-required", "rest-disabled", "rest-hidden", "waf-wordfence", "ip-or-geo-block",
	"permalinks-pathinfo",
	"auth-header-stripped", "key-unknown", "secret-wrong", "key-owner-demoted", "cap-read-private", "php-fatal",
	"html-200", "stray-output", "jwt-200-error",
	"endpoint-removed", "perm-filter-override", "invalid-username-global", "query-string-dropped", "redirect-home",
}

// TestConnectAndDoctorAgree: what the doctor calls healthy can be connected, and what cannot be connected is no healthy
// store.
func TestConnectAndDoctorAgree(t *testing.T) {
	t.Parallel()
	for _, b := range sandbox.Breakages() {
		if os.Getenv("WAYBILL_TEST_DOCTOR") != "all" && !slices.Contains(disputed, b.ID) || b.ID == "client-timeout" {
			continue // a store that takes half a minute for a write is read as any other
		}
		t.Run(b.ID, func(t *testing.T) {
			t.Parallel()
			var options []sandbox.Option
			if slices.Contains([]string{"order-post-row-missing", "cap-hpos-placeholder", "cap-hpos-mixed"}, b.ID) {
				options = append(options, sandbox.WithVersion("10.0.2")) // they happen before 11.0 only
			}
			w := setup(t, options...)
			if err := w.shop.Break(b.ID); err != nil {
				t.Fatal(err)
			}
			s := w.open(t)
			budget := doctor.DefaultBudget()
			budget.Spacing, budget.Calm, budget.Pause = 0, 0, 0
			target := doctor.Target{URL: w.shop.URL, Key: w.shop.Key, Secret: w.shop.Secret,
				Scopes: stores.ReadScopes()}
			report, err := s.Examine(t.Context(), 0, target, doctor.WithBudget(budget))
			if err != nil {
				t.Fatal(err)
			}
			w.shop.Mend(b.ID) // what counts requests begins anew
			if err := w.shop.Break(b.ID); err != nil {
				t.Fatal(err)
			}
			connected, err := s.Connect(t.Context(), stores.Connection{URL: w.shop.URL, Key: w.shop.Key,
				Secret: w.shop.Secret})
			root := report.Root()
			switch {
			case err != nil && report.Status != doctor.Problems:
				t.Errorf("connecting fails (%v) and the doctor says %s", problem.From(err), report.Status)
			case err == nil && root != nil && root.ID == "rest-disabled" && root.Adopt == nil:
				t.Errorf("connected (%s), and the doctor says that the API is closed: %s", connected.AuthReason,
					root.Why)
			}
		})
	}
}

// TestConnectSaysThatAnswersVary: on a store whose faults come and go connecting either fails and names that cause, or
// works and shows the finding.
func TestConnectSaysThatAnswersVary(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"answers-vary", "answers-vary:overload", "answers-vary:key"} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprint(id, " ", seed), func(t *testing.T) {
				t.Parallel()
				w := setup(t, sandbox.WithSeed(seed+1), sandbox.WithOrders(12))
				if err := w.shop.Break(id); err != nil {
					t.Fatal(err)
				}
				_, report, err := w.connectExamined(t)
				if err != nil {
					if cause := problem.From(err).Details["cause"]; cause != "answers-vary" {
						t.Errorf("connecting fails for %v: %v", cause, err)
					}
					return
				}
				if root := report.Root(); root == nil || root.ID != "answers-vary" {
					t.Errorf("it is connected, and what is said first is %+v", root)
				}
			})
		}
	}
}

// TestConnectSaysWhatOnlyItsOwnRequestsMet: a fault that comes after the doctor has looked, and goes.
func TestConnectSaysWhatOnlyItsOwnRequestsMet(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, report, err := w.connectExamined(t)
	if err != nil {
		t.Fatal(err)
	}
	again := setup(t)
	if _, err := again.shop.AddFault(sandbox.Fault{
		Match:  sandbox.Match{Path: "^/wp-json/wc/v3/", Skip: ofDoctor(w, report), Times: 4}, // all ways of the key
		Answer: &sandbox.Answer{Status: 403, Body: "<html><title>403 Forbidden</title></html>"},
	}); err != nil {
		t.Fatal(err)
	}
	connected, report, err := again.connectExamined(t)
	if err != nil || report.Status != doctor.Healthy {
		t.Fatalf("connecting: %v; the doctor says %s", err, report.Status)
	}
	said := func(note string) bool { return strings.Contains(note, "failed at first") }
	if !slices.ContainsFunc(connected.Notes, said) {
		t.Errorf("nothing is said of the first try: %q", connected.Notes)
	}
}

// ofDoctor counts the requests to WooCommerce that the doctor made: the first that the store logged. One of those that
// the report counts is the handshake.
func ofDoctor(w *bundle, report *doctor.Report) int {
	n := 0
	for _, r := range w.shop.Requests()[:report.Requests-1] {
		if strings.HasPrefix(r.Path, "/wp-json/wc/v3/") {
			n++
		}
	}
	return n
}

func (b *bundle) connectExamined(t *testing.T) (stores.Connected, *doctor.Report, error) {
	t.Helper()
	budget := doctor.DefaultBudget()
	budget.Spacing, budget.Calm, budget.Pause = 0, 0, 0
	return b.open(t).ConnectExamined(t.Context(), stores.Connection{URL: b.shop.URL, Key: b.shop.Key,
		Secret: b.shop.Secret}, doctor.WithBudget(budget))
}

// TestAnAddressWithoutTLSIsToldTheOneWith: where the same shop answers over HTTPS, connecting it there is the next
// step, and not a certificate.
func TestAnAddressWithoutTLSIsToldTheOneWith(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, _, err := w.open(t).ConnectExamined(t.Context(), stores.Connection{Key: w.shop.Key, Secret: w.shop.Secret,
		URL: strings.Replace(w.shop.URL, "https://", "http://", 1)})
	if hint := problem.From(err).Hint; !strings.Contains(hint, "waybill connect "+w.shop.URL) {
		t.Errorf("the next step is %q, after %v", hint, err)
	}
}
