package sandbox_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// visit reads an address with a key; a different secret may be given.
func visit(t *testing.T, server *sandbox.Server, path, secret string) (int, http.Header, any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/wp-json"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(server.Key, secret)
	response, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body any
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return response.StatusCode, response.Header, body
}

func TestTheStoreAPIGoesOnWithoutAWrongSecret(t *testing.T) {
	t.Parallel()
	server := sandbox.Start(t)
	for path, want := range map[string]int{
		"/wc/store/v1/products": http.StatusOK, "/wc/v3/orders/statuses": http.StatusUnauthorized,
		"/wc-analytics/reports": http.StatusUnauthorized,
	} {
		if status, _, _ := visit(t, server, path, "cs_wrong"); status != want {
			t.Errorf("%s with a wrong secret: %d, measured %d", path, status, want)
		}
	}
}

func TestReportsAreThoseOfAStoreWithoutBackgroundJobs(t *testing.T) {
	t.Parallel()
	server := sandbox.Start(t)
	said(t, server, "POST", "products", `{"name":"A","regular_price":"5","sku":"A-1"}`)
	said(t, server, "POST", "customers", `{"email":"a@example.test"}`)
	said(t, server, "POST", "orders", `{"line_items":[{"product_id":10,"quantity":1}],"set_paid":true}`)
	for path, total := range map[string]string{
		"reports/orders": "0", "reports/products": "0", "reports/variations": "0", "reports/categories": "0",
		"reports/coupons": "0",
		"reports/taxes":   "0", "reports/downloads": "0", "reports/orders/stats": "2", "reports/revenue/stats": "2",
		"reports/stock": "1",
		"reports/performance-indicators?stats=revenue/total_sales,orders/orders_count": "2", "admin/notes": "0",
	} {
		status, header, body := visit(t, server, "/wc-analytics/"+path, server.Secret)
		if status != http.StatusOK || header.Get("X-WP-Total") != total {
			t.Errorf("%s: %d, total %q, want 200 and %s: %v", path, status, header.Get("X-WP-Total"), total, body)
		}
	}
	_, _, stats := visit(t, server, "/wc-analytics/reports/orders/stats", server.Secret)
	if at(stats, "totals", "orders_count") != 0.0 || at(stats, "intervals", 1, "subtotals", "net_revenue") != 0.0 {
		t.Errorf("numbers of orders: %v", stats)
	}
	_, _, goods := visit(t, server, "/wc/store/v1/products", server.Secret)
	if at(goods, 0, "name") != "A" || at(goods, 0, "prices", "price") != "500" {
		t.Errorf("the catalogue: %v", goods)
	}
}
