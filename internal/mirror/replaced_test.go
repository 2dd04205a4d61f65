package mirror_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/sandbox"
)

// A shop whose database was put back gives the ids of lost orders to new ones. Their keys tell.
func TestOrdersThatStandUnderTheIdsOfOthersAreSaid(t *testing.T) {
	t.Parallel()
	l := setupSandbox(t, mirror.Options{Retries: -1}, sandbox.WithOrders(5))
	l.settle()
	ids, _ := l.orders()
	pull := func(body string) (warnings []string) {
		l.send("PUT", fmt.Sprintf("orders/%d", ids[0]), body)
		budget := mirror.Budget{Compare: true, Since: time.Now()}
		for range 50 {
			result, err := l.mirror.Pull(t.Context(), l.store.ID, l.client, budget)
			if warnings = append(warnings, result.Warnings...); err == nil && result.Idle {
				return warnings
			}
		}
		t.Fatal("the pull does not come to an end")
		return nil
	}
	said := func(warnings []string) bool {
		return slices.ContainsFunc(warnings, func(w string) bool {
			return strings.Contains(w, "under 1 ids stand other orders")
		})
	}
	if got := pull(`{"customer_note":"edited"}`); said(got) {
		t.Errorf("an edit is told as %q", got)
	}
	if got := pull(`{"meta_data":[{"key":"_order_key","value":"wc_order_another"}]}`); !said(got) {
		t.Errorf("another order is told as %q", got)
	}
}
