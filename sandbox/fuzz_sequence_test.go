package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// FuzzSequences lets a store live through requests that look like those of integrations: resources, ids that exist and
// that do not, bodies made of known members with fitting and unfitting values, batches, deletions. Noise alone never
// gets that deep; a fault needs what an earlier request left.
//
// Every five bytes are a request: what, on which record, with which two members, in which way.
func FuzzSequences(f *testing.F) {
	for _, seed := range []string{
		"\x00\x01\x02\x03\x04", "\x00\x00\x05\x09\x00\x01\x00\x06\x0a\x01\x02\x00\x07\x0b\x02\x03\x00\x00\x00\x03",
		"\x04\x02\x01\x30\x10\x04\x02\x11\x22\x05\x07\x01\x01\x01\x06\x08\x02\x02\x02\x07",
		strings.Repeat("\x01\x00\x08\x0c\x02", 6),
		"\x09\x00\x03\x04\x00\x09\x01\x03\x05\x01\x0a\x00\x01\x02\x06\x0b\x01\x20\x21\x00",
		strings.Repeat("\x05\x03\x14\x1e\x08\x06\x04\x28\x32\x01", 4),
	} {
		f.Add([]byte(seed))
	}
	store := New(WithLogSize(1))
	store.call(
		f, "POST", "/wp-json/wc/v3/products",
		`{"name":"A","regular_price":"5","sku":"A-1","manage_stock":true,"stock_quantity":9}`,
	)
	store.call(
		f, "POST", "/wp-json/wc/v3/products",
		`{"name":"B","type":"variable","attributes":[{"name":"Size","options":["S","M"],"variation":true}]}`,
	)
	store.call(
		f, "POST", "/wp-json/wc/v3/products/11/variations",
		`{"regular_price":"7","attributes":[{"name":"Size","option":"S"}]}`,
	)
	store.call(f, "POST", "/wp-json/wc/v3/coupons", `{"code":"ten","discount_type":"percent","amount":"10"}`)
	store.call(f, "POST", "/wp-json/wc/v3/taxes", `{"rate":"19"}`)
	store.call(
		f, "POST", "/wp-json/wc/v3/orders",
		`{"line_items":[{"product_id":10,"quantity":3}],"coupon_lines":[{"code":"ten"}],"set_paid":true}`,
	)
	kept := store.Snapshot()
	const longest = 40 // requests
	f.Fuzz(func(t *testing.T, script []byte) {
		store.Restore(kept)
		for n := 0; len(script) >= 5 && n < longest; n++ {
			method, path, body := sequenceRequest(script[:5])
			script = script[5:]
			w := store.callKeeping(t, method, path, body)
			for _, logged := range store.Requests() {
				if strings.Contains(logged.Reason, "goroutine ") {
					t.Fatalf("%s %s %s\n%s", method, path, body, logged.Reason)
				}
			}
			if kind := w.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") ||
				!json.Valid(w.kept) {
				t.Fatalf("%s %s %s answered %d, %s: %.300s", method, path, body, w.status, kind, w.kept)
			}
		}
	})
}

// sequencePaths have %d for a record and %d for one below it.
var sequencePaths = []string{
	"orders", "orders/%d", "orders/%d/notes", "orders/%d/refunds", "orders/%d/refunds/%d", "orders/batch",
	"products", "products/%d", "products/%d/variations", "products/%d/variations/%d", "products/batch",
	"products/%d/duplicate",
	"customers", "customers/%d", "customers/batch", "coupons", "coupons/%d", "webhooks", "webhooks/%d",
	"products/categories", "products/categories/%d", "products/attributes", "products/attributes/%d/terms",
	"products/reviews",
	"taxes", "taxes/%d", "shipping/zones", "shipping/zones/%d/methods", "settings/general/woocommerce_currency",
	"reports/sales", "orders/%d/actions/send_order_details", "orders/%d/receipt", "refunds", "products/tags/batch",
}

var sequenceMembers = []string{
	"status", "set_paid", "line_items", "fee_lines", "shipping_lines", "coupon_lines", "meta_data", "customer_id",
	"billing", "amount",
	"name", "type", "regular_price", "sale_price", "sku", "manage_stock", "stock_quantity", "attributes", "categories",
	"images",
	"email", "code", "discount_type", "date_expires", "topic", "delivery_url", "rate", "method_id", "value", "note",
	"parent_id", "force", "id", "default_attributes", "downloads", "global_unique_id", "refund_total", "api_refund",
	"reviewer", "option",
}

var sequenceValues = []string{
	`"processing"`, `"completed"`, `"cancelled"`, `"trash"`, `true`, `false`, `null`, `0`, `-1`, `10`, `11`, `"5.50"`,
	`"abc"`, `""`, `[]`, `{}`,
	`[{"product_id":10,"quantity":2}]`, `[{"id":1,"quantity":0}]`, `[{"product_id":12}]`, `[{"name":"f","total":"-3"}]`,
	`[{"code":"ten"}]`,
	`[{"key":"a","value":{"b":[1]}}]`, `[{"id":1,"value":null}]`, `{"email":"a@b.test","country":"DE"}`,
	`[{"name":"Size","options":["S"],"variation":true}]`,
	`"a@example.test"`, `"order.created"`, `"https://example.test/h"`, `"percent"`, `"2027-01-01T00:00:00"`,
	`"variable"`, `[{"id":15}]`,
	`[1,2,"x",null]`, `9007199254740993`, `1e400`, `"1,5"`, `[[[]]]`, `"\u0000"`, `"Größe ✓"`, `{"refund_total":1}`,
}

// sequenceRequest makes a request of five bytes.
func sequenceRequest(b []byte) (method, path, body string) {
	path = sequencePaths[int(b[0])%len(sequencePaths)]
	ids := []any{10 + int(b[1]%8), 1 + int(b[1]/8)%16}
	path = "/wp-json/wc/v3/" + fmt.Sprintf(path, ids[:strings.Count(path, "%d")]...)
	member := func(m, v byte) string {
		return fmt.Sprintf("%q:%s", sequenceMembers[int(m)%len(sequenceMembers)],
			sequenceValues[int(v)%len(sequenceValues)])
	}
	body = "{" + member(b[2], b[3]) + "," + member(b[3]/3, b[2]^b[4]) + "," + member(b[4]/5, b[1]) + "}"
	method = []string{
		http.MethodPost, http.MethodPut, http.MethodGet, http.MethodDelete, http.MethodPost, http.MethodOptions,
	}[int(b[4])%6]
	if strings.HasSuffix(path, "/batch") {
		body = fmt.Sprintf(
			`{"create":[%s],"update":[{"id":%d,%s],"delete":[%d,%s]}`, body, ids[0], body[1:], ids[1],
			sequenceValues[int(b[2])%len(sequenceValues)],
		)
	}
	if method == http.MethodGet || method == http.MethodDelete {
		path += fmt.Sprintf("?force=%t&per_page=%d&%s=%s", b[2]&1 == 0, b[3],
			sequenceMembers[int(b[2])%len(sequenceMembers)],
			strings.Trim(sequenceValues[int(b[3])%22], `"[]{}`))
		path = strings.NewReplacer(`"`, "%22", " ", "%20", "{", "%7B", "}", "%7D").Replace(path)
		body = ""
	}
	return method, path, body
}
