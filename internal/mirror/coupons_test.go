package mirror_test

import (
	"fmt"
	"testing"
	"time"
)

func TestCouponsOfEveryStatusAreMirrored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, status := range []string{"publish", "private", "draft", "pending", "future"} {
		b.shop.put("coupons", 0, fmt.Appendf(nil, `{"id":%d,"code":"c%d","status":%q,"amount":"1.00","usage_count":0,`+
			`"date_created_gmt":"2026-01-01T00:00:00","date_modified_gmt":"2026-01-01T00:00:0%d"}`, 50+i, i, status, i))
	}
	b.shop.tick(time.Hour)
	b.sync()
	b.equal()
	b.shop.edit("coupons", 50, "status", `"draft"`)
	b.shop.edit("coupons", 54, "status", `"publish"`)
	b.sync()
	b.equal()
}
