package mirror_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// parked is how plugins register a status that shoppers shall not meet.
var parked = sandbox.OrderStatus{Slug: "parked", Name: "Parked", ExcludeFromSearch: true}

// shops are the stores that treat the statuses of orders each in a way of their own; with -short the oldest and the
// newest of them.
func shops() map[string][]sandbox.Option {
	of := func(version string, kept capability.Storage) []sandbox.Option {
		return []sandbox.Option{sandbox.WithVersion(version), sandbox.WithStorage(kept)}
	}
	ends := map[string][]sandbox.Option{
		"8.4, posts":         of("8.4.0", capability.Posts),
		"11.0, order tables": of("11.0.1", capability.HPOS),
	}
	if testing.Short() {
		return ends
	}
	ends["10.0, order tables"] = of("10.0.2", capability.HPOS)
	ends["10.3, order tables"] = of("10.3.6", capability.HPOS)
	ends["11.0, posts"] = of("11.0.1", capability.Posts)
	return ends
}

func (l *living) verify(resources ...storage.Resource) mirror.Report {
	l.Helper()
	report, err := l.mirror.Verify(l.Context(), l.store.ID, l.client, mirror.VerifyOptions{Resources: resources})
	if err != nil {
		l.Fatal(err)
	}
	return report
}

func (l *living) statusOf(id int64) string {
	l.Helper()
	held, err := l.db.Record(l.Context(), l.store.ID, storage.Ref{Resource: storage.Orders, ID: id})
	if err != nil {
		return ""
	}
	return held.Status
}

func TestOrdersOfAStatusThatSearchesLeaveOutAreMirrored(t *testing.T) {
	t.Parallel()
	for name, options := range shops() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(t, mirror.Options{PerPage: 20}, append(options, sandbox.WithOrders(30))...)
			l.settle()
			l.shop.RegisterOrderStatus(parked)
			moved, _ := l.orders()
			l.send(http.MethodPut, fmt.Sprint("orders/", moved[3]), `{"status":"parked"}`)
			made := l.send(http.MethodPost, "orders", `{"status":"parked"}`)
			draft := l.send(http.MethodPost, "orders", `{"status":"checkout-draft"}`)
			l.settle()
			if a, b, c := l.statusOf(moved[3]), l.statusOf(made), l.statusOf(draft); a != "parked" || b != "parked" ||
				c != "checkout-draft" {
				t.Errorf("the mirror holds %q, %q and %q", a, b, c)
			}
			l.equal()

			// Its plugin is switched off: no list shows them, and they stay.
			l.shop.UnregisterOrderStatus("parked")
			l.settle()
			if a, b := l.statusOf(moved[3]), l.statusOf(made); a != "parked" || b != "parked" {
				t.Errorf("the mirror holds %q and %q", a, b)
			}
			if hidden := resource(l.verify(), storage.Orders).Hidden; hidden != 2 {
				t.Errorf("verify compared %d orders under their ids, want 2", hidden)
			}
			l.equal()
			// One of them is edited, one deleted.
			l.send(http.MethodPut, fmt.Sprint("orders/", moved[3]), `{"customer_note":"still here"}`)
			l.forget(fmt.Sprint("orders/", made))
			l.settle()
			l.equal()
		})
	}
}

// forget deletes a record for good.
func (l *living) forget(path string) {
	l.Helper()
	if _, err := l.client.Do(l.Context(), woo.Request{Method: http.MethodDelete, Path: path, Query: url.Values{"force": {"true"}}}); err != nil {
		l.Fatal(err)
	}
}

func resource(report mirror.Report, r storage.Resource) mirror.ResourceReport {
	i := slices.IndexFunc(report.Resources, func(one mirror.ResourceReport) bool { return one.Resource == r })
	if i < 0 {
		return mirror.ResourceReport{}
	}
	return report.Resources[i]
}

func TestOrdersThatNoListEverShowedAreFoundByTheirNumber(t *testing.T) {
	t.Parallel()
	for name, options := range shops() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(t, mirror.Options{PerPage: 20}, append(options, sandbox.WithOrders(20))...)
			l.shop.RegisterOrderStatus(parked)
			old := l.send(http.MethodPost, "orders", `{"status":"parked"}`)
			l.send(http.MethodPost, "orders", `{"status":"pending"}`)
			l.shop.UnregisterOrderStatus("parked")
			l.settle()
			if status := l.statusOf(old); status != "parked" {
				t.Errorf("the mirror holds the order as %q", status)
			}
			l.equal()
		})
	}
}

// A plugin may tell WooCommerce of a status and forget to register it: lists take the name and find nothing by it.
// A step may end while orders are looked for: the next one goes on where it stopped, and the sync is not done before.
func TestOrdersThatNoListShowsAreFoundInManySmallSteps(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{PerPage: 50}, sandbox.WithOrders(30))
	if err := l.shop.Break("status-unregistered"); err != nil {
		t.Fatal(err)
	}
	// Fewer requests than there are ids to look at behind the greatest: a slow store answers no more in a step.
	steps, since, idle := 0, time.Now(), false
	for ; !idle && steps < 100; steps++ {
		result, err := l.mirror.Pull(t.Context(), l.store.ID, l.client,
			mirror.Budget{Since: since, Compare: true, Requests: 12})
		if err != nil {
			t.Fatal(err)
		}
		// Who still looks has nothing to say of what is missing.
		if text := strings.Join(result.Warnings, "; "); strings.Contains(text, "in no list") {
			t.Errorf("step %d said %s", steps, text)
		}
		idle = result.Idle
	}
	if !idle || steps < 3 {
		t.Errorf("%d steps, the end reached: %v", steps, idle)
	}
	l.equal()
}

func TestOrdersOfAStatusThatFindsNothingAreMirrored(t *testing.T) {
	t.Parallel()
	for name, options := range shops() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(t, mirror.Options{PerPage: 20}, append(options, sandbox.WithOrders(20))...)
			l.shop.RegisterOrderStatus(sandbox.OrderStatus{Slug: "named", Name: "Named", NameOnly: true})
			l.settle()
			moved, _ := l.orders()
			l.send(http.MethodPut, fmt.Sprint("orders/", moved[3]), `{"status":"named"}`)
			made := l.send(http.MethodPost, "orders", `{"status":"named"}`)
			l.settle()
			if a, b := l.statusOf(moved[3]), l.statusOf(made); a != "named" || b != "named" {
				t.Errorf("the mirror holds %q and %q", a, b)
			}
			l.equal()
		})
	}
}

// What cannot be read under any id either must not pass for equal.
func TestVerifySaysThatTheStoreHoldsMoreOrdersThanItShows(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 20)
	b.shop.plain["system_status"] = json.RawMessage(
		`{"environment":{"version":"11.0.1"},"post_type_counts":[{"type":"shop_order_placehold","count":"25"}]}`,
	)
	template := recorded(t, "orders")[0]
	b.shop.put("orders", 0, order(template, 500000, b.shop.clock, b.shop.zone)) // more ids than are worth asking for
	result := b.step(mirror.Budget{Since: b.now(), Compare: true})
	if result.Seen.UnseenOrders != 4 ||
		!slices.ContainsFunc(result.Warnings, func(w string) bool { return strings.Contains(w, "shows in no list") }) {
		t.Errorf("the sync saw %+v and warned %q", result.Seen, result.Warnings)
	}
	report, err := b.mirror.Verify(t.Context(), b.store.ID, b.client, mirror.VerifyOptions{})
	if err != nil || report.Equal() || !report.Agrees() || resource(report, storage.Orders).Unseen != 4 {
		t.Errorf("verify says %v %s", err, shown(report))
	}
}

func TestCheckoutDraftsAreLeftOutWhereThatIsWished(t *testing.T) {
	t.Parallel()
	for name, options := range shops() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := setupSandbox(t, mirror.Options{PerPage: 20}, append(options, sandbox.WithOrders(10))...)
			draft := l.send(http.MethodPost, "orders", `{"status":"checkout-draft"}`)
			l.settle()
			if l.statusOf(draft) == "" {
				t.Error("the draft is not mirrored unless told otherwise")
			}
			l.mirror = mirror.New(l.db, mirror.Options{PerPage: 20, LeaveCheckoutDrafts: true})
			l.settle()
			if status := l.statusOf(draft); status != "" {
				t.Errorf("the mirror still holds the draft as %q", status)
			}
			l.equal()
			l.send(http.MethodPut, fmt.Sprint("orders/", draft), `{"status":"processing"}`)
			l.settle()
			if l.statusOf(draft) != "processing" {
				t.Error("the order that became of the draft is not mirrored")
			}
			l.equal()
		})
	}
}
