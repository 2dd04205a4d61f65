package intake_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestFieldsThatOverlapAreRefusedByBothNames(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{`billing={"first_name":"X"}`, "billing.city=Y"},
		{"billing.city=Y", `billing={"first_name":"X"}`},
		{`dimensions={"length":"1"}`, "dimensions.width=2"},
		{`meta_data=[{"key":"a","value":"b"}]`, "meta_data.c=d"},
		{"line_items.0=x", "line_items.0.sku=A"},
		{"status=pending", "status=completed"},
		{"meta_data.c=d", "meta_data.c=e"},
	} {
		_, err := intake.Fields(pair[:])
		for _, assignment := range pair {
			path, _, _ := strings.Cut(assignment, "=")
			if err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%v: %v", pair, err)
			}
		}
	}
	for _, fine := range [][]string{
		{"meta_data.a=1", "meta_data.a.b=2"},
		{"billing.city=Y", "billing_city=Z"},
		{"line_items.0.sku=A", "line_items.1.sku=B", "line_items.10.sku=C"},
		{"line_items.0.meta_data.x=1", "line_items.0.meta_data.x.y=1"},
	} {
		if _, err := intake.Fields(fine); err != nil {
			t.Errorf("%v: %v", fine, err)
		}
	}
	_, err := intake.Read(strings.NewReader("id,billing,billing.city\n1,x,Y\n"),
		intake.Options{CSV: true, Action: outbox.Update, Resource: storage.Orders})
	if err == nil || !strings.Contains(err.Error(), "billing.city") {
		t.Errorf("columns: %v", err)
	}
}
