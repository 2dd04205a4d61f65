package woo

import (
	"encoding/json"
	"reflect"
	"testing"
)

const orderBefore = `{"id":7,"status":"pending","total":"10.00","customer_note":"","billing":{"first_name":"Ada","city":"London","email":"a@b.c"},
 "meta_data":[{"id":1,"key":"_a","value":"1"},{"id":2,"key":"_b","value":{"x":1}},{"id":3,"key":"_c","value":null}],
 "line_items":[{"id":10,"product_id":5,"quantity":2,"total":"8.00","meta_data":[{"id":4,"key":"size","value":"L"}]},{"id":11,"product_id":6,"quantity":1}],
 "shipping_lines":[{"id":20,"method_id":"flat_rate","total":"2.00"}],"fee_lines":[{"id":30,"name":"Gift","total":"1.00"}],
 "coupon_lines":[{"id":40,"code":"ten"}],"custom":{"a":1}}`

func TestAnUpdateSendsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*Order)
		want   string // empty: nothing to send
	}{
		{"nothing", func(*Order) {}, ""},
		{"a field", func(o *Order) { o.Status = "completed" }, `{"status":"completed"}`},
		{"a field emptied", func(o *Order) { o.Status = "" }, `{"status":""}`},
		{"part of an address", func(o *Order) { o.Billing.City = "Paris" }, `{"billing":{"city":"Paris"}}`},
		{
			"one meta value", func(o *Order) { o.MetaData[1].Value = json.RawMessage(`{"x":2}`) },
			`{"meta_data":[{"value":{"x":2},"id":2,"key":"_b"}]}`,
		},
		{
			"a new meta", func(o *Order) { o.MetaData = append(o.MetaData, TextMeta("_d", "4")) },
			`{"meta_data":[{"key":"_d","value":"4"}]}`,
		},
		{
			"a meta removed", func(o *Order) { o.MetaData = o.MetaData[1:] },
			`{"meta_data":[{"id":1,"key":"_a","value":null}]}`,
		},
		{
			"a quantity", func(o *Order) { o.LineItems[0].Quantity = NewNumber(3) },
			`{"line_items":[{"quantity":3,"id":10}]}`,
		},
		{
			"a line's meta", func(o *Order) { o.LineItems[0].MetaData[0].Value = json.RawMessage(`"M"`) },
			`{"line_items":[{"meta_data":[{"value":"M","id":4,"key":"size"}],"id":10}]}`,
		},
		{"a line added", func(o *Order) {
			o.LineItems = append(o.LineItems, LineItem{ProductID: 9, Quantity: NewNumber(1)})
		}, `{"line_items":[{"product_id":9,"quantity":1}]}`},
		{"a line removed", func(o *Order) { o.LineItems = o.LineItems[:1] }, `{"line_items":[{"id":11,"quantity":0}]}`},
		{
			"shipping removed", func(o *Order) { o.ShippingLines = nil },
			`{"shipping_lines":[{"id":20,"method_id":null}]}`,
		},
		{"a fee removed", func(o *Order) { o.FeeLines = []FeeLine{} }, `{"fee_lines":[{"id":30,"name":null}]}`},
		{
			"a coupon added", func(o *Order) { o.CouponLines = append(o.CouponLines, CouponLine{Code: "five"}) },
			`{"coupon_lines":[{"code":"ten"},{"code":"five"}]}`,
		},
		{"coupons removed", func(o *Order) { o.CouponLines = nil }, `{"coupon_lines":[]}`},
		{"an unknown field", func(o *Order) { o.SetRaw("custom", json.RawMessage(`{"a":2}`)) }, `{"custom":{"a":2}}`},
		{
			"null for a field", func(o *Order) { o.SetRaw("customer_note", json.RawMessage(`null`)) },
			`{"customer_note":null}`,
		},
	} {
		var before, after Order
		for _, o := range []*Order{&before, &after} {
			if err := json.Unmarshal([]byte(orderBefore), o); err != nil {
				t.Fatal(err)
			}
		}
		tt.change(&after)
		got, err := Changes(&before, &after)
		if err != nil {
			t.Fatal(err)
		}
		if tt.want == "" || got == nil {
			if tt.want != "" || got != nil {
				t.Errorf("%s: sends %s, want %s", tt.name, got, tt.want)
			}
			continue
		}
		if !reflect.DeepEqual(jsonValue(t, got), jsonValue(t, []byte(tt.want))) {
			t.Errorf("%s: sends %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestListsWithoutIDsAreSentWhole(t *testing.T) {
	t.Parallel()
	var before, after Product
	for _, p := range []*Product{&before, &after} {
		if err := json.Unmarshal(
			[]byte(`{"categories":[{"id":1,"name":"a"},{"id":2,"name":"b"}],"upsell_ids":[1]}`), p,
		); err != nil {
			t.Fatal(err)
		}
	}
	after.Categories = after.Categories[:1]
	after.UpsellIDs = append(after.UpsellIDs, 2)
	got, err := Changes(&before, &after)
	if err != nil || !sameJSON(got, []byte(`{"upsell_ids":[1,2],"categories":[{"id":1,"name":"a"}]}`)) {
		t.Errorf("sends %s, %v", got, err)
	}
}
