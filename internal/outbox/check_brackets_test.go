package outbox_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// The store's own form of a name in a web form is no name in JSON: it would be passed over.
func TestNamesWithBracketsAreRefusedWithTheFormThatWorks(t *testing.T) {
	t.Parallel()
	inBubble(t, 98, func(t *testing.T, g ground) {
		st := g.connect(t, "brackets")
		for _, tt := range []struct {
			resource storage.Resource
			body     string
			form     string
		}{
			{storage.Coupons, `{"code":"BR1","amount[0]":"3"}`, "write amount,"},
			{storage.Orders, `{"billing[city]":"b"}`, "write billing.city,"},
			{storage.Orders, `{"shipping":{"city[0]":"Z"}}`, "write shipping.city,"},
			{storage.Orders, `{"meta_data[0][key]":"a"}`, "write meta_data.KEY,"},
			{storage.Orders, `{"line_items[0][sku]":"A"}`, "write line_items.0.sku,"},
			{storage.Orders, `{"line_items":[{"name":"x","meta_data[0][key]":"a"}]}`, "write line_items.0.meta_data.KEY,"},
			{storage.Products, `{"name":"M","images[0].src":"https://x.example/a.png"}`, "write images.0.src,"},
			{storage.Products, `{"name":"M","dimensions[length]":"3"}`, "write dimensions.length,"},
			{storage.Customers, `{"email":"b@example.com","billing[city]":"b"}`, "write billing.city,"},
			{storage.Tags, `{"name":"T","slug[]":"b"}`, "write slug,"},
		} {
			w := outbox.Write{StoreID: st.ID, Action: outbox.Create, Resource: tt.resource, Body: []byte(tt.body)}
			if _, says := checked(t, g, w); !strings.Contains(says, tt.form) {
				t.Errorf("%s: %q", tt.body, says)
			}
		}
	})
}
