package doctor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// TestOrdersInNoList: orders whose plugin is gone are named with their number, on order tables and in posts; drafts of
// the administration, of the checkout and orders in the trash are in few lists as well, and nothing is said of them.
func TestOrdersInNoList(t *testing.T) {
	t.Parallel()
	for _, storage := range []capability.Storage{capability.HPOS, capability.HPOSSync, capability.Posts} {
		for _, version := range []string{"10.0.2", "11.0.1"} {
			t.Run(string(storage)+" "+version, func(t *testing.T) {
				t.Parallel()
				p := newPatient(t, sandbox.WithStorage(storage), sandbox.WithVersion(version))
				for _, status := range []string{"auto-draft", "auto-draft", "checkout-draft", "pending"} {
					made := p.administrator(t, "POST", "/wp-json/wc/v3/orders", map[string]any{"status": status})
					if status == "pending" {
						p.administrator(t, "DELETE", fmt.Sprintf("/wp-json/wc/v3/orders/%.0f", made["id"]), nil)
					}
				}
				if found := ids(p.examine(t)); slices.Contains(found, "orders-in-no-list") {
					t.Fatalf("a healthy store: %v", found)
				}
				p.breakIn(t, "status-unregistered")
				report := p.examine(t)
				at := slices.IndexFunc(report.Findings,
					func(f doctor.Finding) bool { return f.ID == "orders-in-no-list" })
				if at < 0 {
					t.Fatalf("not found:\n%s", describeReport(report))
				}
				found := report.Findings[at]
				if found.Severity != doctor.Warning ||
					!strings.Contains(found.Why, " orders cannot be listed by status") ||
					!strings.Contains(found.Why, "lost") || !strings.ContainsAny(found.Why, "123456789") {
					t.Errorf("%s: %s", found.Severity, found.Why)
				}
			})
		}
	}
}
