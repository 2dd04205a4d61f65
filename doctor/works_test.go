package doctor_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// proofs are the requests without whose right answer nobody may say of a scope that it works: the very method and path
// of each request that it is made of.
var proofs = map[doctor.Scope][]string{
	doctor.OrdersRead: {"read", "list.orders", "deep.orders.2", "door.refunds.get"},
	doctor.OrdersWrite: {"list.orders", "scope.write", "door.orders.post", "door.orders.put", "body.type",
		"door.notes.post", "door.refunds.post", "door.refunds.get", "edit.orders"},
	doctor.OrdersDelete: {"list.orders", "scope.write", "door.orders.delete", "door.notes.delete",
		"door.refunds.delete"},
	doctor.ProductsRead: {"list.products", "deep.products.2"},
	doctor.ProductsWrite: {"list.products", "scope.write", "door.products.post", "door.products.put",
		"door.products.batch", "door.variations.post", "door.variations.put", "door.variations.batch", "edit.products"},
	doctor.ProductsDelete: {"list.products", "scope.write", "verb.delete", "door.products.delete",
		"door.variations.delete"},
	doctor.TermsRead: {"list.terms", "deep.terms.2", "door.tags.get", "door.attributes.get", "door.terms.get", "door.brands.get",
		"door.shipping_classes.get"},
	doctor.TermsWrite: {"list.terms", "scope.write", "door.categories.post", "door.categories.put",
		"door.categories.batch", "door.tags.post", "door.tags.put", "door.tags.batch", "door.attributes.post",
		"door.attributes.put", "door.attributes.batch", "door.terms.post", "door.terms.put", "door.terms.batch",
		"door.brands.post", "door.brands.put", "door.brands.batch", "door.shipping_classes.post",
		"door.shipping_classes.put", "door.shipping_classes.batch"},
	doctor.CustomersRead: {"list.customers", "deep.customers.2", "door.customers.get"},
	doctor.CustomersWrite: {"list.customers", "scope.write", "door.customers.post", "door.customers.put",
		"edit.customers"},
	doctor.CustomersDelete: {"list.customers", "scope.write", "verb.delete", "door.customers.delete"},
	doctor.CouponsRead:     {"list.coupons", "deep.coupons.2", "door.coupons.get"},
	doctor.CouponsWrite: {"list.coupons", "scope.write", "door.coupons.post", "door.coupons.put",
		"door.coupons.batch"},
	doctor.WebhooksScope: {"list.webhooks", "scope.write", "door.webhooks.post", "door.webhooks.put",
		"door.webhooks.delete", "door.webhooks.batch"},
	doctor.ReportsRead:       {"list.reports", "door.totals.get"},
	doctor.ReviewsRead:       {"list.reviews", "door.reviews.get"},
	doctor.FulfillmentsRead:  {"list.fulfillments"},
	doctor.FulfillmentsWrite: {"list.fulfillments", "scope.write", "door.fulfillments.post", "door.fulfillments.put"},
	doctor.ShippingRead:      {"list.shipping", "door.zones.get", "door.locations.get", "door.methods.get"},
	doctor.SettingsScope:     {"status", "list.settings", "scope.write", "door.settings.get", "door.settings.put"},
}

// TestNothingWorksThatWasNotSeenTo: of each scope alone and of all together, every request that proves it is taken
// away, times out, or is answered with an error in turn. Then nothing says that the scope works, and no report is
// healthy.
func TestNothingWorksThatWasNotSeenTo(t *testing.T) {
	t.Parallel()
	together := newPatient(t, sandbox.WithFeatures("fulfillments")).wanting(capability.Scopes...).collect(t)
	for _, scope := range capability.Scopes {
		t.Run(string(scope), func(t *testing.T) {
			t.Parallel()
			if len(proofs[scope]) == 0 {
				t.Fatal("nothing proves this scope")
			}
			alone := newPatient(t, sandbox.WithFeatures("fulfillments")).wanting(scope).collect(t)
			if text := printedReport(t, doctor.Diagnose(alone)); !strings.Contains(text, "Healthy") ||
				!strings.Contains(text, string(scope)+" works") {
				t.Fatalf("nothing is wrong, and it says\n%s", text)
			}
			for nth, id := range proofs[scope] {
				for _, how := range waysToSpoil(nth) {
					spoil := spoils[how]
					for _, evidence := range []*doctor.Evidence{alone, together} {
						if slices.Contains(evidence.Omitted, doctor.Probe(id)) {
							omitted(t, evidence, scope, id)
							continue
						}
						report := doctor.Diagnose(spoiled(t, evidence, id, spoil))
						if slices.Contains(report.Works, string(scope)+" works") {
							t.Errorf("%s %s, and %s works", id, how, scope)
						}
						if text := printedReport(t, report); report.ExitCode() == 0 ||
							strings.Contains(text, "Healthy") || strings.Contains(text, "! Works") {
							t.Errorf("%s %s, and it says\n%s", id, how, text)
						}
					}
				}
			}
		})
	}
}

// omitted: there was no room for a request of the scope. It is named, and the scope is not said to work.
func omitted(t *testing.T, evidence *doctor.Evidence, scope doctor.Scope, id string) {
	t.Helper()
	report := doctor.Diagnose(evidence)
	named := slices.ContainsFunc(report.NotAsked, func(one doctor.Unasked) bool { return one.Scope == scope })
	if slices.Contains(report.Works, string(scope)+" works") || !named || len(evidence.Target.Scopes) == 1 {
		t.Errorf("%s was not asked, and of %s it is said: %v; not asked: %v", id, scope, report.Works, report.NotAsked)
	}
}

// spoils are the ways in which an answer lacks; nil takes the whole exchange away.
var spoils = map[string]func(*doctor.Exchange){
	"goes missing": nil,
	"times out": func(x *doctor.Exchange) {
		x.Status, x.Header, x.Body = 0, nil, doctor.Body{Count: -1}
		x.Fault, x.Elapsed = &doctor.Fault{Class: "timeout", Err: "deadline exceeded"}, 30*time.Second
	},
	"is not sent": func(x *doctor.Exchange) {
		x.Status, x.Header, x.Body = 0, nil, doctor.Body{Count: -1}
		x.Fault = &doctor.Fault{Class: "budget", Err: "the budget of requests is spent"}
	},
	"gets an empty answer": func(x *doctor.Exchange) {
		x.Status, x.Body = http.StatusNoContent, doctor.Body{Kind: "empty", Count: -1}
	},
}

// waysToSpoil are all of them; with -short one, another for each answer.
func waysToSpoil(nth int) []string {
	ways := slices.Sorted(maps.Keys(spoils))
	if testing.Short() {
		return ways[nth%len(ways):][:1]
	}
	return ways
}

// spoiled is the evidence with one exchange spoiled.
func spoiled(t *testing.T, evidence *doctor.Evidence, id string, spoil func(*doctor.Exchange)) *doctor.Evidence {
	t.Helper()
	other := *evidence
	other.Exchanges = slices.Clone(evidence.Exchanges)
	at := slices.IndexFunc(other.Exchanges, func(x doctor.Exchange) bool { return x.ID == id })
	switch {
	case at < 0 && id == "read":
		return &other // of all scopes together orders are read first
	case at < 0:
		t.Fatalf("%s was not asked", id)
	case spoil == nil:
		other.Exchanges = slices.Delete(other.Exchanges, at, at+1)
	default:
		spoil(&other.Exchanges[at])
	}
	return &other
}

// TestASlowStoreIsNotSaidToWork: each answer takes so long that the examination is kept short, and writes are not
// tried.
func TestASlowStoreIsNotSaidToWork(t *testing.T) {
	t.Parallel()
	evidence := newPatient(t).wanting(doctor.OrdersRead, doctor.OrdersWrite).collect(t)
	evidence.Exchanges = slices.DeleteFunc(evidence.Exchanges,
		func(x doctor.Exchange) bool {
			return strings.HasPrefix(x.ID, "door.") && x.Request.Method != http.MethodGet
		})
	for i := range evidence.Exchanges {
		evidence.Exchanges[i].Elapsed = 6 * time.Second
	}
	report := doctor.Diagnose(evidence)
	text := printedReport(t, report)
	if !report.Has("client-timeout") ||
		!strings.Contains(text, "not seen to work: orders:write; seen to work: orders:read") ||
		strings.Contains(text, "Works, with") {
		t.Errorf("a store that is slow every time:\n%s", text)
	}
}

// TestWithoutAKeyNothingIsSaidToWork: a stranger sees that the store answers, and nothing of what a key could do.
func TestWithoutAKeyNothingIsSaidToWork(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.target.Key, p.target.Secret = "", ""
	report := p.examine(t)
	if report.Status != doctor.Incomplete || report.ExitCode() != 12 {
		t.Errorf("without a key the status is %s, exit status %d", report.Status, report.ExitCode())
	}
	if text := printedReport(t, report); strings.Contains(text, "can be used for") ||
		strings.Contains(text, "read works") || !strings.Contains(text, "shows with a key only") {
		t.Errorf("without a key it says\n%s", text)
	}
}

// TestOneCheckSaysNothingOfOthers: asked for one cause alone, a report is about that cause. It asks what is needed for
// it, and where it cannot be asked it is not said to be well.
func TestOneCheckSaysNothingOfOthers(t *testing.T) {
	t.Parallel()
	p := newPatient(t).breakIn(t, "cap-read-private")
	stranger := p.target
	stranger.Key, stranger.Secret = "", ""
	for _, one := range []struct {
		id     string
		target doctor.Target
		most   int
		exit   int
		says   string
	}{
		{"tls-expired", p.target, 4, 0, "✓ tls-expired:"}, {"tls-expired", stranger, 4, 0, "has nothing of it"},
		{"key-unknown", p.target, 8, 0, "✓ key-unknown:"}, {"key-unknown", stranger, 8, 12, "could not be asked"},
		{"cap-read-private", p.target, 60, 10, "✗ cap-read-private:"},
	} {
		evidence, err := doctor.Collect(t.Context(), one.target, append(slices.Clone(p.options),
			doctor.WithBudget(quick()), doctor.WithCheck(one.id))...)
		if err != nil {
			t.Fatal(err)
		}
		report, err := doctor.Examine(evidence, one.id)
		if err != nil {
			t.Fatal(err)
		}
		text := printedReport(t, report)
		if report.Requests > one.most || report.ExitCode() != one.exit || !strings.Contains(text, one.says) ||
			strings.Contains(text, "works") || strings.Contains(text, "seen to work") {
			t.Errorf("%s: %d requests, exit status %d, and it says\n%s", one.id, report.Requests, report.ExitCode(),
				text)
		}
	}
}

// TestABatchThatBreaksLeavesReadsWorking: one request of one scope breaks, and every other was answered.
func TestABatchThatBreaksLeavesReadsWorking(t *testing.T) {
	t.Parallel()
	report := newPatient(t).fault(t, sandbox.Fault{
		Match:  sandbox.Match{Path: `/wc/v3/products/batch$`, Methods: []string{http.MethodPost}},
		Answer: &sandbox.Answer{Status: http.StatusInternalServerError}}).
		wanting(doctor.OrdersRead, doctor.OrdersWrite, doctor.ProductsRead, doctor.ProductsWrite).examine(t)
	if len(report.Findings) == 0 || report.Findings[0].ID != "php-fatal" || report.ExitCode() == 0 {
		t.Errorf("want php-fatal first, got\n%s", describeReport(report))
	}
	for scope, want := range map[doctor.Scope]bool{doctor.OrdersRead: true, doctor.OrdersWrite: true,
		doctor.ProductsRead: true, doctor.ProductsWrite: false} {
		if works := slices.Contains(report.Works, string(scope)+" works"); works != want {
			t.Errorf("%s works: %t, want %t", scope, works, want)
		}
	}
}

// TestAPluginThatPagesProductsLeavesOrdersWorking: what is said of a list that gives its first page for ever is said of
// that list alone, and the fixes are for a plugin.
func TestAPluginThatPagesProductsLeavesOrdersWorking(t *testing.T) {
	t.Parallel()
	report := newPatient(t).breakIn(t, "pages-unheeded:plugin").
		wanting(doctor.OrdersRead, doctor.OrdersWrite, doctor.ProductsRead, doctor.CustomersRead).examine(t)
	if len(report.Findings) == 0 || report.Findings[0].ID != "pages-unheeded" || report.ExitCode() != 10 {
		t.Fatalf("want pages-unheeded first, got\n%s", describeReport(report))
	}
	for scope, want := range map[doctor.Scope]bool{doctor.OrdersRead: true, doctor.OrdersWrite: true,
		doctor.ProductsRead: false, doctor.CustomersRead: true} {
		if works := slices.Contains(report.Works, string(scope)+" works"); works != want {
			t.Errorf("%s works: %t, want %t", scope, works, want)
		}
	}
	for _, fix := range report.Findings[0].Fix {
		if fix.Kind == doctor.FixNginx || fix.Kind == doctor.FixHost || strings.Contains(fix.Text, "cache plugin") {
			t.Errorf("a plugin inside of the store is deaf, and a fix is for a cache: %s", fix.Text)
		}
	}
}
