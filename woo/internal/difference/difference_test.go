package difference_test

import (
	"testing"

	"github.com/waybillhq/waybill/woo/internal/difference"
)

func TestAnUpdateSendsWhatDiffersInTheFormsOfWooCommerce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ before, after, want string }{
		"nothing":          {`{"id":1,"status":"pending"}`, `{"id":1,"status":"pending"}`, ``},
		"one field":        {`{"id":1,"status":"pending","total":"1"}`, `{"id":1,"status":"on-hold","total":"1"}`, `{"status":"on-hold"}`},
		"inside billing":   {`{"billing":{"city":"A","email":"e"}}`, `{"billing":{"city":"B","email":"e"}}`, `{"billing":{"city":"B"}}`},
		"a changed line":   {`{"line_items":[{"id":7,"quantity":1},{"id":8}]}`, `{"line_items":[{"id":7,"quantity":2},{"id":8}]}`, `{"line_items":[{"quantity":2,"id":7}]}`},
		"a removed line":   {`{"line_items":[{"id":7},{"id":8}]}`, `{"line_items":[{"id":8}]}`, `{"line_items":[{"id":7,"quantity":0}]}`},
		"removed meta":     {`{"meta_data":[{"id":3,"key":"k","value":"v"}]}`, `{"meta_data":[]}`, `{"meta_data":[{"id":3,"key":"k","value":null}]}`},
		"coupons as codes": {`{"coupon_lines":[]}`, `{"coupon_lines":[{"id":4,"code":"ten"}]}`, `{"coupon_lines":[{"code":"ten"}]}`},
		"another list":     {`{"categories":[{"id":1}]}`, `{"categories":[{"id":2}]}`, `{"categories":[{"id":2}]}`},
	} {
		if got := string(difference.Between([]byte(tt.before), []byte(tt.after))); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}
