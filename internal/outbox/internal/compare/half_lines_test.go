package compare

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// What PHP leaves when it dies at each step of applying a coupon, as it was seen on 10.0.2: only the last is whole.
func TestAnOrderLacksItsCouponUntilItsTotalIsReckoned(t *testing.T) {
	t.Parallel()
	w := intent.Write{Action: intent.Create, Resource: storage.Orders, Body: json.RawMessage(
		`{"line_items":[{"product_id":7,"quantity":2}],"coupon_lines":[{"code":"ten"}],` +
			`"fee_lines":[{"name":"Fee","total":"3.00"}]}`)}
	for _, test := range []struct {
		discount, line, off, total string
		whole                      bool
	}{
		{"13.36", "133.60", "0.00", "136.60", false}, // the coupon knows what it takes off
		{"13.36", "120.24", "0.00", "136.60", false}, // so do the lines
		{"13.36", "120.24", "13.36", "136.60", false},
		{"13.36", "120.24", "13.36", "123.24", true},
		{"13.36", "120.24", "13.36", "123.25", true}, // rounded
	} {
		record := fmt.Sprintf(`{"status":"pending","total":%q,"total_tax":"0.00","discount_total":%q,`+
			`"line_items":[{"product_id":7,"quantity":2,"subtotal":"133.60","total":%q}],`+
			`"fee_lines":[{"name":"Fee","total":"3.00"}],"coupon_lines":[{"code":"ten","discount":%q}]}`,
			test.total, test.off, test.line, test.discount)
		if lacks := Shortfalls(w, json.RawMessage(record)); (len(lacks) == 0) != test.whole {
			t.Errorf("%s lacks %v", record, lacks)
		}
	}
}
