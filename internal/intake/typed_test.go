package intake_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

func TestListsAreWrittenTheWayPeopleTypeThem(t *testing.T) {
	t.Parallel()
	const options = `{"attributes":[{"name":"Color","options":["red","dark blue"]}]}`
	for _, test := range []struct {
		resource storage.Resource
		set      []string
		want     string
	}{
		{storage.Products, []string{"attributes.0.name=Color", "attributes.0.options=red,dark blue"}, options},
		{storage.Products, []string{"attributes.0.name=Color", "attributes.0.options=red | dark blue"}, options},
		{storage.Products, []string{"attributes.0.name=Color", `attributes.0.options=["red","dark blue"]`}, options},
		{storage.Products, []string{"attributes.0.name=Color", "attributes.0.options.0=red",
			"attributes.0.options.1=dark blue"}, options},
		{storage.Products, []string{"attributes.0.name=Color", "attributes.0.options=red",
			"attributes.0.options=dark blue"}, options},
		{storage.Products, []string{`attributes=[{"name":"Color","options":["red","dark blue"]}]`}, options},
		{storage.Products, []string{"attributes.0.options.0=red, light"}, `{"attributes":[{"options":["red, light"]}]}`},
		{storage.Products, []string{"upsell_ids=20;21"}, `{"upsell_ids":[20,21]}`},
		{storage.Products, []string{"upsell_ids=20,21"}, `{"upsell_ids":[20,21]}`},
		{storage.Products, []string{"upsell_ids=[20, 21]"}, `{"upsell_ids":[20,21]}`},
		{storage.Products, []string{"upsell_ids.0=20"}, `{"upsell_ids":[20]}`},
		{storage.Products, []string{"upsell_ids=20", "upsell_ids=21"}, `{"upsell_ids":[20,21]}`},
		{storage.Products, []string{"upsell_ids="}, `{"upsell_ids":[]}`},
		{storage.Products, []string{"categories=15;16"}, `{"categories":[{"id":15},{"id":16}]}`},
		{storage.Products, []string{"categories.0.id=15"}, `{"categories":[{"id":15}]}`},
		{storage.Products, []string{"tags=new;7"}, `{"tags":[{"name":"new"},{"id":7}]}`},
		{storage.Products, []string{"images=https://x.example/a.png"}, `{"images":[{"src":"https://x.example/a.png"}]}`},
		{storage.Products, []string{`dimensions={"length":"1"}`}, `{"dimensions":{"length":"1"}}`},
		{storage.Coupons, []string{"email_restrictions.0=a@x.example"}, `{"email_restrictions":["a@x.example"]}`},
		{storage.Coupons, []string{"product_ids=3"}, `{"product_ids":[3]}`},
		{storage.Variations, []string{"gallery_image_ids=3;4"}, `{"gallery_image_ids":[3,4]}`},
		{storage.Orders, []string{`line_items=[{"sku":"A","quantity":1}]`}, `{"line_items":[{"quantity":1,"sku":"A"}]}`},
		{storage.Orders, []string{"coupon_lines=SPRING"}, `{"coupon_lines":[{"code":"SPRING"}]}`},
		{storage.Orders, []string{"billing.first_name=true", "set_paid=true"},
			`{"billing":{"first_name":"true"},"set_paid":true}`},
		{storage.Orders, []string{"meta_data.list=a;b"}, `{"meta_data":[{"key":"list","value":"a;b"}]}`},
	} {
		body, err := intake.Fields(test.set)
		if err == nil {
			body, err = intake.Typed(test.resource, body)
		}
		var got, want any
		if err != nil || json.Unmarshal(body, &got) != nil || json.Unmarshal([]byte(test.want), &want) != nil {
			t.Errorf("%q: %s, %v", test.set, body, err)
			continue
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if string(a) != string(b) {
			t.Errorf("%q becomes %s, want %s", test.set, a, b)
		}
	}
}

func TestAColumnHoldsAListToo(t *testing.T) {
	t.Parallel()
	rows, err := intake.Read(strings.NewReader("name,attributes.0.name,attributes.0.options.0,upsell_ids,categories\n"+
		"Mug,Color,red,1;2,15\n"), intake.Options{Action: outbox.Create, Resource: storage.Products, CSV: true})
	const want = `{"attributes":[{"name":"Color","options":["red"]}],"categories":[{"id":15}],"name":"Mug","upsell_ids":[1,2]}`
	if err != nil || string(rows[0].Body) != want {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestWhatCannotBeMeantIsRefusedWithTheFormThatWorks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		resource storage.Resource
		set      string
		says     string
	}{
		{storage.Orders, "line_items=SKU-1", "line_items.0.sku=SKU and line_items.0.quantity=1"},
		{storage.Orders, "billing=Ann", "billing.city=Oakland"},
		{storage.Products, "attributes=red", "attributes.0.name=Color"},
		{storage.Products, "upsell_ids=[1,x]", "20;21"},
		{storage.Products, "upsell_ids.1=20", "without a gap"},
		{storage.Products, "stock_quantity=+5", "inventory_delta"},
		{storage.Products, "weight=null", "weight= as a flag clears it"},
		{storage.Orders, "billing.company=NULL", "database's word for nothing"},
		{storage.Orders, "meta_data.erp=NULL", "database's word for nothing"},
		{storage.Products, `attributes.0.options=\N`, "database's word for nothing"},
	} {
		body, err := intake.Fields([]string{test.set})
		if err == nil {
			_, err = intake.Typed(test.resource, body)
		}
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v; want %q", test.set, err, test.says)
		}
	}
}

func TestAMemberThatStandsTwiceInAFileIsRefused(t *testing.T) {
	t.Parallel()
	for text, names := range map[string]string{
		`{"status":"completed","status":"processing"}`:                       "status stands twice",
		`{"billing":{"city":"A","city":"B"}}`:                                "billing.city stands twice",
		`{"line_items":[{"sku":"A"},{"sku":"B","quantity":1,"quantity":2}]}`: "line_items[1].quantity stands twice",
		`{"meta_data":[{"key":"k","value":{"a":1,"a":2}}]}`:                  "meta_data[0].value.a stands twice",
		`{"status":"completed","st\u0061tus":"processing"}`:                  "status stands twice",
	} {
		_, err := intake.Read(strings.NewReader(text), intake.Options{Action: outbox.Create, Resource: storage.Orders})
		if err == nil || !strings.Contains(err.Error(), names) {
			t.Errorf("%s: %v; want %q", text, err, names)
		}
	}
}
