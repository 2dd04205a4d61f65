package woo_test

import (
	"testing"

	"github.com/waybillhq/waybill/woo"
)

func TestARouteKnowsItsListAndItsRecords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		route        woo.Route
		nested       bool
		list, record string
	}{
		{woo.RouteOrders, false, "orders", "orders/5"},
		{woo.RouteOrderNotes, true, "orders/12/notes", "orders/12/notes/5"},
		{woo.RouteAttributeTerms, true, "products/attributes/12/terms", "products/attributes/12/terms/5"},
		{woo.RouteZoneMethods, true, "shipping/zones/12/methods", "shipping/zones/12/methods/5"},
	} {
		if got := tt.route.List(12); got != tt.list || tt.route.Nested() != tt.nested {
			t.Errorf("%s: list %q, nested %v; want %q, %v", tt.route, got, tt.route.Nested(), tt.list, tt.nested)
		}
		if got := tt.route.Record(12, 5); got != tt.record {
			t.Errorf("%s: record %q, want %q", tt.route, got, tt.record)
		}
	}
}

func TestEverythingMayBeChangedByItsCaller(t *testing.T) {
	t.Parallel()
	woo.RouteOrders.Everything().Set("status", "processing")
	if got := woo.RouteOrders.Everything().Get("status"); got != "any" {
		t.Errorf("status %q after a caller changed its own copy", got)
	}
	if got := woo.RouteCustomers.Everything().Get("role"); got != "all" {
		t.Errorf("role %q: the list would show customers alone", got)
	}
	if got := woo.RouteRefunds.Everything(); len(got) != 0 {
		t.Errorf("refunds are asked for with %v", got)
	}
}
