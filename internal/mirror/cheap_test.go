package mirror_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
)

// Programs write terms, meta data and addresses past WooCommerce, which moves no date. While a store changes, whoever
// waits gets that as well, without asking for a thorough sync.
func TestWhatProgramsWritePastWooCommerceIsFoundWhileAStoreChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 10)
	b.shop.product(7, "simple", `[]`)
	b.shop.put("products", 0, []byte(`{"id":8,"name":"Mug","type":"simple","status":"publish","images":[],`+
		`"attributes":[],"categories":[],"tags":[],"meta_data":[],"date_created_gmt":"2025-12-01T00:00:00",`+
		`"date_modified_gmt":"2025-12-01T00:00:00","sku":"M"}`))
	b.shop.put("customers", 0, []byte(`{"id":20,"email":"a@b.example","username":"a","role":"customer",`+
		`"billing":{"city":"Ulm"},"shipping":{},"meta_data":[]}`))
	for id := range int64(40) { // more than are read whole in each round
		b.shop.put("coupons", 0, fmt.Appendf(nil, `{"id":%d,"code":"c%[1]d","status":"publish","amount":"1.00",`+
			`"usage_count":0,"date_expires_gmt":null,"meta_data":[],"date_created_gmt":"2026-01-01T00:00:00",`+
			`"date_modified_gmt":"2026-01-01T00:00:00"}`, 300+id))
	}
	b.shop.edit("orders", 1003, "refunds", `[{"id":900}]`)
	b.shop.put("refunds", 1003, []byte(`{"id":900,"parent_id":1003,"amount":"1.00","reason":"","refunded_payment":false,`+
		`"meta_data":[],"date_created_gmt":"2026-01-01T00:00:00"}`))
	b.shop.tick(time.Hour)
	b.settle()
	b.equal()
	for _, edit := range []struct {
		shelf  string
		id     int64
		member string
		value  string
	}{
		{"products", 8, "type", `"grouped"`},
		{"products", 8, "categories", `[{"id":3,"name":"Mugs","slug":"mugs"}]`},
		{"products", 8, "meta_data", `[{"id":1,"key":"erp","value":"E1"}]`},
		{"customers", 20, "billing", `{"city":"Bonn"}`},
		{"customers", 20, "meta_data", `[{"id":2,"key":"erp","value":"E2"}]`},
		{"coupons", 310, "date_expires_gmt", `"2027-01-01T00:00:00"`},
		{"coupons", 310, "meta_data", `[{"id":3,"key":"erp","value":"E3"}]`},
		{"refunds", 900, "refunded_payment", `true`},
		{"refunds", 900, "meta_data", `[{"id":4,"key":"_gateway_refund_id","value":"re_1"}]`},
	} {
		b.shop.tick(time.Minute)
		b.wait(time.Minute)
		b.shop.meddleWith(edit.shelf, edit.id, edit.member, edit.value)
		b.shop.edit("orders", 1006, "customer_note", quote(edit.member)) // the store is seen to change
		b.settle()
		if report, err := b.mirror.Verify(t.Context(), b.store.ID, b.client, mirror.VerifyOptions{}); err != nil ||
			!report.Equal() {
			t.Errorf("%s of %s/%d was written past WooCommerce, and verify says %v %s",
				edit.member, edit.shelf, edit.id, err, shown(report))
		}
	}
	b.equal()
}

// What follows from a change is read again together, in pages that a store with heavy records can give.
func TestMarkedRecordsAreReadAgainInPagesThatTheStoreCanGive(t *testing.T) {
	t.Parallel()
	for _, most := range []int{40, 5} {
		t.Run(fmt.Sprint("at most ", most), func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.Retries = -1 })
			b.shop.fill(t, 10)
			var lines []string
			for id := range int64(90) {
				b.shop.put("products", 0, fmt.Appendf(nil, `{"id":%d,"name":"Mug","type":"simple","status":"publish",`+
					`"images":[],"attributes":[],"categories":[],"tags":[],"meta_data":[],"sku":"","stock_quantity":9,`+
					`"date_created_gmt":"2025-12-01T00:00:00","date_modified_gmt":"2025-12-01T00:00:00"}`, 200+id))
				lines = append(lines, fmt.Sprintf(`{"id":%d,"product_id":%d,"variation_id":0}`, 5000+id, 200+id))
			}
			b.sync()
			b.shop.tick(time.Hour)
			b.wait(time.Hour)
			b.sync()
			b.shop.maxPage = most
			for id := range int64(90) {
				b.shop.meddleWith("products", 200+id, "stock_quantity", "8")
			}
			b.shop.edit("orders", 1003, "line_items", "["+strings.Join(lines, ",")+"]")
			b.shop.requests()
			b.sync()
			if n := about(b.shop.requests(), "products"); n > 12+2*90/most {
				t.Errorf("90 products in pages of at most %d cost %d requests", most, n)
			}
			b.equal()
		})
	}
}
