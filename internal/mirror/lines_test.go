package mirror_test

import (
	"fmt"
	"testing"
	"time"
)

func TestOrdersShowWhatBecameOfTheirProducts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.stock(t)
	b.shop.fill(t, 150)
	line := func(product int64, sku string) string {
		return fmt.Sprintf(`[{"id":1,"name":"A thing","product_id":%d,"variation_id":0,"quantity":1,"sku":%s}]`, product, sku)
	}
	for i := range int64(20) {
		b.shop.meddleWith("orders", 1000+3*i, "line_items", line(10, `"OLD"`))
		b.shop.meddleWith("orders", 1000+3*(100+i), "line_items", line(11, `"OLD"`))
	}
	b.sync()
	b.shop.tick(time.Hour)
	b.shop.remove("products", 10)
	b.shop.edit("products", 11, "sku", `"NEW"`)
	for i := range int64(20) {
		b.shop.meddleWith("orders", 1000+3*i, "line_items", line(0, "null"))
		b.shop.meddleWith("orders", 1000+3*(100+i), "line_items", line(11, `"NEW"`))
	}
	b.shop.requests()
	b.sync()
	if n := len(b.shop.requests()); n > 30 {
		t.Errorf("40 orders of two products cost %d requests", n)
	}
	b.equal()
	b.sync()
	b.shop.requests()
	b.sync()
	if log := b.shop.requests(); len(log) > 12 {
		t.Errorf("the store at rest costs %d requests: %v", len(log), log)
	}
}
