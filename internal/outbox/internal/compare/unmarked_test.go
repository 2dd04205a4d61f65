package compare

import (
	"encoding/json"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// A plugin writes anew what a record without a mark is recognised by: that it is another text proves nothing.
func TestAnUnmarkedRecordOfAnotherNameCouldBeOurs(t *testing.T) {
	t.Parallel()
	const ann = `{"email":"ann@shop.example","first_name":"Ann","last_name":"Lee","billing":{"city":"Bern"}}`
	for _, test := range []struct {
		what         string
		resource     storage.Resource
		body, record string
		want         Standing
	}{
		{"a translated category", storage.Categories, `{"name":"Shoes"}`, `{"id":9,"name":"Schuhe","parent":0}`, Possible},
		{"a category that was moved", storage.Categories, `{"name":"Shoes"}`, `{"id":9,"name":"Shoes","parent":7}`, Possible},
		{"another category elsewhere", storage.Categories, `{"name":"Shoes"}`, `{"id":9,"name":"Hats","parent":7}`, Foreign},
		{"our category", storage.Categories, `{"name":"Shoes","parent":7}`, `{"id":9,"name":"Shoes","parent":7}`, Equal},
		{"a translated tag", storage.Tags, `{"name":"New"}`, `{"id":9,"name":"Neu"}`, Possible},
		{"a webhook by way of a proxy", intent.Webhooks, `{"topic":"order.created","delivery_url":"https://erp.example/in"}`,
			`{"id":9,"topic":"order.created","delivery_url":"https://relay.example/1"}`, Possible},
		{"a webhook of another topic", intent.Webhooks, `{"topic":"order.created","delivery_url":"https://erp.example/in"}`,
			`{"id":9,"topic":"order.updated","delivery_url":"https://erp.example/in"}`, Foreign},
		{"a masked address", storage.Customers, `{"email":"ann@shop.example"}`,
			`{"id":9,"email":"a***@shop.example","first_name":"","billing":{"city":"","email":""}}`, Possible},
		{"another masked address", storage.Customers, ann,
			`{"id":9,"email":"b***@shop.example","username":"b.ray","first_name":"Bob","last_name":"Ray","billing":{"city":"Rom"}}`,
			Foreign},
		{"an address in punycode", storage.Customers, `{"email":"ann@müller.example"}`,
			`{"id":9,"email":"ann@xn--mller-kva.example","first_name":"x"}`, Possible},
		{"an alias of our name", storage.Customers, ann,
			`{"id":9,"email":"4711@alias.example","username":"x1","first_name":"Ann","last_name":"Lee","billing":{"city":""}}`,
			Possible},
		{"an alias of our user name", storage.Customers, `{"email":"ann.lee@shop.example"}`,
			`{"id":9,"email":"4711@alias.example","username":"annlee2","first_name":"-","last_name":"-","billing":{"city":"x"}}`,
			Possible},
		{"an alias and no name yet", storage.Customers, ann,
			`{"id":9,"email":"4711@alias.example","username":"x1","first_name":"","last_name":"","billing":{"city":"","email":""}}`,
			Possible},
		{"another customer", storage.Customers, ann,
			`{"id":9,"email":"bob@shop.example","username":"bob.ray","first_name":"Bob","last_name":"Ray","billing":{"city":"Bern"}}`,
			Foreign},
		{"another customer of the shop", storage.Customers, `{"email":"ann@shop.example"}`,
			`{"id":9,"email":"bob@shop.example","username":"bob","first_name":"","billing":{"city":"Bern"}}`, Foreign},
		{"our customer", storage.Customers, ann, `{"id":9,"email":"Ann@shop.example","first_name":"Ann","last_name":"Lee",
			"billing":{"city":"Bern"}}`, Equal},
		{"a coupon of another code", storage.Coupons, `{"code":"ten","amount":"10"}`,
			`{"id":9,"code":"x-4711","amount":"10.00","meta_data":[]}`, Possible},
		{"a coupon that is worth nothing yet", storage.Coupons, `{"code":"ten","amount":"10"}`,
			`{"id":9,"code":"x-4711","amount":"0.00","meta_data":[]}`, Possible},
		{"another coupon", storage.Coupons, `{"code":"ten","amount":"10"}`,
			`{"id":9,"code":"x-4711","amount":"7.00","meta_data":[]}`, Foreign},
		{"a translated product without its price", storage.Products, `{"name":"Mug","sku":"M-1"}`,
			`{"id":9,"name":"Becher","status":"publish","sku":"","regular_price":"","meta_data":[]}`, Possible},
		{"a product that somebody is writing", storage.Products, `{"name":"Mug","sku":"M-1"}`,
			`{"id":9,"name":"Becher","status":"draft","sku":"","regular_price":"","meta_data":[]}`, Foreign},
		{"a variation of another SKU", storage.Variations, `{"sku":"M-1","regular_price":"5"}`,
			`{"id":9,"sku":"AUTO-9","regular_price":"5.00","meta_data":[]}`, Possible},
		{"another variation", storage.Variations, `{"sku":"M-1","regular_price":"5"}`,
			`{"id":9,"sku":"M-2","regular_price":"6.00","meta_data":[]}`, Foreign},
	} {
		w := intent.Write{ID: "w1", Action: intent.Create, Resource: test.resource, State: intent.Unknown,
			Body: json.RawMessage(test.body)}
		if got := Stand(w, json.RawMessage(test.record), 0); got != test.want {
			t.Errorf("%s stands as %d, want %d", test.what, got, test.want)
		}
	}
}

func TestAMaskedTextIsComparedByWhatIsToBeRead(t *testing.T) {
	t.Parallel()
	for shown, want := range map[string]resemblance{"a***@shop.example": Akin, "***@shop.example": Akin, "***": missed,
		"a••@s••.example": Akin, "b***@shop.example": unlike, "***@other.example": unlike, "ann@*** ": Akin} {
		sent, stored := json.RawMessage(`"ann@shop.example"`), json.RawMessage(`"`+shown+`"`)
		if got := Likeness(sent, stored); got != want {
			t.Errorf("%s is %d to ann@shop.example, want %d", shown, got, want)
		}
	}
}
