package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzRequests sends anything to a store that has a bit of everything: it must answer, with JSON from the API and with
// HTML elsewhere, and never stumble over its own feet. Fatal errors of PHP that the sandbox acts out are fine.
func FuzzRequests(f *testing.F) {
	for _, seed := range [][4]string{
		{"GET", "/wp-json/wc/v3/orders", "status=any&per_page=2&orderby=id", ""},
		{
			"POST", "/wp-json/wc/v3/orders", "",
			`{"line_items":[{"product_id":10,"quantity":2}],"meta_data":[{"key":"k","value":{"a":[1]}}],"set_paid":true}`,
		},
		{
			"PUT", "/wp-json/wc/v3/orders/11", "",
			`{"status":"completed","line_items":[{"id":1,"quantity":0}],"coupon_lines":[{"code":"x"}]}`,
		},
		{
			"POST", "/wp-json/wc/v3/orders/11/refunds", "",
			`{"amount":"1","line_items":[{"id":1,"refund_total":1}],"api_refund":false}`,
		},
		{"POST", "/wp-json/wc/v3/orders/batch", "", `{"create":[{}],"update":[{"id":11}],"delete":[12]}`},
		{"DELETE", "/wp-json/wc/v3/orders/11", "force=true", ""},
		{
			"POST", "/wp-json/wc/v3/products", "",
			`{"name":"A","type":"variable","attributes":[{"name":"Size","options":["S"],"variation":true}],"images":[]}`,
		},
		{
			"POST", "/wp-json/wc/v3/products/10/variations", "",
			`{"regular_price":"1","attributes":[{"name":"Size","option":"S"}]}`,
		},
		{"GET", "/wp-json/wc/v3/products", "search=a&min_price=1&attribute=pa_x&attribute_term=1&orderby=price", ""},
		{"POST", "/wp-json/wc/v3/coupons", "", `{"code":"X","amount":"1.5","date_expires":"2027-01-01T00:00:00"}`},
		{"POST", "/wp-json/wc/v3/customers", "", `{"email":"a@b.test","billing":{"email":"x"},"meta_data":[{"id":1}]}`},
		{"POST", "/wp-json/wc/v3/webhooks", "", `{"topic":"order.created","delivery_url":"https://x.test/"}`},
		{"POST", "/wp-json/wc/v3/taxes", "", `{"rate":"19","country":"DE","postcodes":["1","2...3"]}`},
		{"GET", "/wp-json/wc/v3/reports/sales", "period=week&date_min=2026-01-01", ""},
		{"OPTIONS", "/wp-json/wc/v3/settings/general/woocommerce_currency", "", ""},
		{"GET", "/", "rest_route=/wc/v3/orders&_envelope&_embed&_fields=id,billing.email", ""},
		{"GET", "/wc-auth/v1/authorize", "app_name=a&scope=read&user_id=1&return_url=x&callback_url=https://y", ""},
		{"POST", "/wp-json/batch/v1", "", `{"requests":[]}`},
		{"GET", "/wp-json/", "_jsonp=cb&_pretty", ""},
		{"GET", "/index.php/wp-json/wc/v3/products/categories", "hide_empty=1&parent=0", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	store := New(WithLogSize(1))
	for _, body := range []string{`{"name":"A","regular_price":"5","sku":"A-1"}`, `{"name":"B","type":"variable"}`} {
		store.call(f, "POST", "/wp-json/wc/v3/products", body)
	}
	store.call(
		f, "POST", "/wp-json/wc/v3/orders",
		`{"line_items":[{"product_id":10,"quantity":1}],"billing":{"email":"a@b.test"}}`,
	)
	kept := store.Snapshot()
	n := 0
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		uri := "/" + strings.TrimLeft(path, "/")
		if query != "" {
			uri += "?" + query
		}
		if _, err := url.ParseRequestURI(uri); err != nil || strings.ContainsAny(uri+method, " \r\n\t\x00") ||
			method == "" {
			return // net/http refuses these before any handler sees them
		}
		if n++; n%500 == 0 {
			store.Restore(kept) // keep the store small
		}
		w := store.callKeeping(t, method, uri, body)
		for _, logged := range store.Requests() {
			if strings.Contains(logged.Reason, "goroutine ") {
				t.Fatalf("%s %s %s\n%s", method, uri, body, logged.Reason)
			}
		}
		kind := w.header.Get("Content-Type")
		switch {
		case strings.HasPrefix(kind, "application/json"):
			if method != http.MethodHead && len(w.kept) > 0 && !json.Valid(w.kept) {
				t.Fatalf("%s %s answered %d with broken JSON: %.300s", method, uri, w.status, w.kept)
			}
		case strings.HasPrefix(kind, "text/html"), strings.HasPrefix(kind, "application/javascript"),
			strings.HasPrefix(kind, "image/"):
		default:
			t.Fatalf("%s %s answered %d with content type %q", method, uri, w.status, kind)
		}
	})
}

// keeping is a discard that keeps the body.
type keeping struct {
	discard
	kept []byte
}

func (k *keeping) Write(p []byte) (int, error) {
	k.kept = append(k.kept, p...)
	return len(p), nil
}

func (s *Store) callKeeping(tb testing.TB, method, path, body string) *keeping {
	tb.Helper()
	w := &keeping{discard: discard{header: http.Header{}}}
	s.ServeHTTP(w, s.request(tb, method, path, body))
	return w
}
