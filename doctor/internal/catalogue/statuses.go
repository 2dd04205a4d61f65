package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// Statuses of orders: one that is missing from the store, and orders in one that the store does not name.

// usualStatuses are those that WooCommerce registers itself.
var usualStatuses = []string{"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"}

func findMissingStatus(f *Case) *hit {
	named := f.NamedStatuses()
	if len(named) == 0 {
		return nil
	}
	var missing []string
	for _, status := range usualStatuses {
		if !slices.Contains(named, status) {
			missing = append(missing, status)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &hit{confidence: verdict.Sure, why: "the store does not know the status " + strings.Join(missing, ", "),
		shown: []string{evidence.Describe(f.statusesNamed())}, vars: map[string]string{"missing": missing[0]},
		proof: f.missingStatusProof(missing[0])}
}

// statusesNamed is the answer that names the statuses: before WooCommerce 9.6 the report of orders does.
func (f *Case) statusesNamed() *evidence.Exchange {
	if x := f.Get(evidence.Statuses); evidence.IsList(x) {
		return x
	}
	return f.OrderReport()
}

func (f *Case) missingStatusProof(status string) Fix {
	if f.statusesNamed().Of(evidence.Statuses) {
		return Fix{}
	}
	return prove("{keyed} '{home}/wp-json/wc/v3/reports/orders/totals?_fields=slug' | grep -o '\""+status+"\"'",
		"nothing", "“"+status+"”")
}

// findHiddenOrders finds that the store counts more orders than it lists by name.
func findHiddenOrders(f *Case) *hit {
	u := f.Unnamed()
	if len(u.Statuses) == 0 {
		return nil
	}
	shown := u.Shown
	number := "orders"
	if rows, known := f.UnlistedRows(); known && rows > u.Drafts {
		number = fmt.Sprintf("%d orders", rows-u.Drafts)
		if rows-u.Drafts == 1 {
			number = "1 order"
		}
		shown = append(shown, fmt.Sprintf(
			"%d rows of orders and refunds in wp_posts; the lists have %d orders and %d refunds",
			f.OrderRows(), evidence.Total(f.Get(evidence.CountOrders)), evidence.Total(f.Get(evidence.ListRefunds))))
	}
	proof := Fix{}
	if mode, ok := f.Storage(); ok && mode == capability.Posts {
		// There "any" shows these orders, so that only the name of the status tells.
		proof = prove("{keyed} '{home}/wp-json/wc/v3/orders/statuses?_fields=slug' | grep -o '\"{missing}\"'",
			"nothing",
			"“{missing}”; nothing as well when the orders were moved")
	}
	return &hit{
		confidence: verdict.Sure, shown: shown,
		vars: map[string]string{"missing": u.Statuses[0], "id": fmt.Sprint(u.First)}, proof: proof,
		why: fmt.Sprintf("%s cannot be listed by status: the store does not know the status %s", number,
			strings.Join(u.Statuses, " and ")),
	}
}
