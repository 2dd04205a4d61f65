package compare

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// What stores of WooCommerce 11.0.1 and 10.0.2 made of texts (docs/woocommerce/answers.md#texts-cleaned).
func TestWhatAStoreMakesOfATextIsNamed(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		resource     storage.Resource
		action       intent.Action
		sent, stored string
		says         string // empty where the text is the one that was sent
	}{
		{storage.Products, intent.Create, `{"sku":"A12 x<b>"}`, `{"sku":"A12 x"}`,
			"sku: the store kept A12 x in place of A12 x<b>"},
		{storage.Products, intent.Create, `{"sku":"B  1"}`, `{"sku":"B 1"}`,
			`sku: the store kept "B 1" in place of "B  1"`},
		{storage.Products, intent.Create, `{"sku":"007"}`, `{"sku":"7"}`, "sku: the store kept 7 in place of 007"},
		{storage.Products, intent.Create, `{"sku":"a < b"}`, `{"sku":"a &lt; b"}`, "sku: "},
		{storage.Products, intent.Create, `{"slug":"Ünï Slug"}`, `{"slug":"uni-slug"}`, "slug: "},
		{storage.Products, intent.Create, `{"slug":"привет"}`, `{"slug":"%d0%bf%d1%80%d0%b8%d0%b2%d0%b5%d1%82"}`, ""},
		{storage.Products, intent.Create, `{"description":"<p onclick=\"x()\">T</p>"}`, `{"description":"<p>T</p>"}`,
			"description: "},
		{storage.Products, intent.Create, `{"description":"one\n\ntwo"}`, `{"description":"<p>one</p>\n<p>two</p>\n"}`,
			""},
		{storage.Products, intent.Create, `{"description":"see [gallery]"}`, `{"description":"<p>see <img></p>"}`, ""},
		{storage.Products, intent.Create, `{"name":"a\\\\b"}`, `{"name":"a\\b"}`, "name: "},
		{storage.Products, intent.Update, `{"short_description":"<iframe src=x></iframe>"}`, `{"short_description":""}`,
			`short_description: the store kept "" in place of`},
		{storage.Products, intent.Create, `{"attributes":[{"name":"Size","options":["S | M"]}]}`,
			`{"attributes":[{"id":0,"name":"Size","options":["S","M"]}]}`,
			"attributes[0].options: the store kept S, M in place of S | M"},
		{storage.Products, intent.Create, `{"attributes":[{"name":"Si<b>ze</b>","options":["S"]}]}`,
			`{"attributes":[{"id":0,"name":"Size","options":["S"]}]}`, "attributes[0].name: the store kept Size"},
		{storage.Products, intent.Create, `{"attributes":[{"name":"Size","options":["S","M"]}],"upsell_ids":[2,3]}`,
			`{"attributes":[{"id":0,"name":"Size","position":0,"options":["M","S"]}],"upsell_ids":[3,2]}`, ""},
		{storage.Products, intent.Create, `{"upsell_ids":[2,3]}`, `{"upsell_ids":[3]}`,
			"upsell_ids: the store kept 3 in place of 2, 3"},
		{storage.Products, intent.Create, `{"categories":[{"id":7}]}`, `{"categories":[{"id":1,"name":"None"}]}`,
			"categories: the store does not show 7; it has 1"},
		{storage.Products, intent.Update, `{"tags":[{"name":"new & hot"}]}`,
			`{"tags":[{"id":1,"name":"new &amp; hot"}]}`, ""},
		{storage.Products, intent.Create, `{"downloads":[{"name":"D<b>l</b>","file":"https://x.example/a"}]}`,
			`{"downloads":[{"name":"Dl","file":"https://x.example/a"}]}`, "downloads[0].name: "},
		{storage.Products, intent.Create, `{"images":[{"src":"https://x.example/a.png","alt":"<b>a"}]}`,
			`{"images":[{"id":4,"src":"https://shop.example/a-1.png","alt":"a"}]}`, "images[0].alt: "},
		{storage.Customers, intent.Create, `{"first_name":"<b>B</b>"}`, `{"first_name":"B"}`,
			"first_name: the store kept B"},
		{storage.Customers, intent.Create, `{"username":"Us er.Ä"}`, `{"username":"Us er."}`, "username: "},
		{storage.Coupons, intent.Create, `{"code":"ABC","email_restrictions":["A@x.example"]}`,
			`{"code":"abc","email_restrictions":["a@x.example"]}`, "email_restrictions: the store kept a@x.example"},
		{storage.Coupons, intent.Create, `{"code":"ABC"}`, `{"code":"abc"}`,
			"code: the store kept abc in place of ABC"},
		{storage.Categories, intent.Create, `{"name":"A & B"}`, `{"name":"A &amp; B"}`, ""},
		{storage.Categories, intent.Create, `{"name":"A <b>B</b>"}`, `{"name":"A B"}`, "name: "},
		{storage.OrderNotes, intent.Create, `{"note":"<script>x</script>y"}`, `{"note":"xy"}`, "note: "},
		{storage.OrderNotes, intent.Create, `{"note":"one\r\ntwo & three"}`, `{"note":"one\ntwo &amp; three"}`, ""},
		{storage.Refunds, intent.Create, `{"reason":"a <b>b</b>"}`, `{"reason":"a b"}`, "reason: "},
		{storage.Orders, intent.Create, `{"status":"on-hold","set_paid":true}`,
			`{"status":"processing","date_paid":"2026-11-30T10:00:00"}`,
			"status: the store kept processing in place of on-hold: set_paid moves an order on"},
		{storage.Orders, intent.Create, `{"status":"processing","set_paid":true}`,
			`{"status":"processing","date_paid":"2026-11-30T10:00:00"}`, ""},
		{storage.Orders, intent.Create, `{"billing":{"postcode":"sw1a1aa","state":"berlin","phone":"1<i>2"}}`,
			`{"billing":{"postcode":"SW1A 1AA","state":"DE-BE","phone":"12"}}`, "billing.phone: the store kept 12"},
		{storage.Orders, intent.Create, `{"meta_data":[{"key":"k","value":"<b>x"}]}`,
			`{"meta_data":[{"id":1,"key":"k","value":"x"}]}`,
			"meta_data[k]: "},
		{storage.Orders, intent.Create,
			`{"meta_data":[{"key":"k","value":{"a":{},"b":1.50,"0":true}},{"key":"t","value":true}]}`,
			`{"meta_data":[{"id":1,"key":"k","value":{"a":[],"b":1.5,"0":true}},{"id":2,"key":"t","value":"1"}]}`, ""},
		{storage.Orders, intent.Create,
			`{"line_items":[{"product_id":3,"quantity":1,"meta_data":[{"key":"lot","value":"L<b>1"}]}]}`,
			`{"line_items":[{"id":9,"product_id":3,"quantity":1,"meta_data":[{"id":1,"key":"lot","value":"L1"}]}]}`,
			"line_items[0].meta_data[lot]: the store kept L1"},
	} {
		w := intent.Write{Action: test.action, Resource: test.resource, Body: json.RawMessage(test.sent),
			State: intent.Done}
		kept := KeptOthers(w, w.Body, json.RawMessage(test.stored))
		w = SaysKept(w, kept)
		switch {
		case test.says == "" && len(kept) > 0:
			t.Errorf("%s %s, stored as %s: %+v", test.resource, test.sent, test.stored, kept)
		case test.says != "" && (w.Reason == nil || !strings.Contains(w.Reason.Message, test.says)):
			t.Errorf("%s %s, stored as %s: %+v; want %q", test.resource, test.sent, test.stored, kept, test.says)
		}
	}
}

func TestEveryFieldWithAnotherValueIsNamed(t *testing.T) {
	t.Parallel()
	sent := `{"name":"<b>n","slug":"S l","sku":"s<b>","description":"` + strings.Repeat("long ", 40) +
		`<script>","purchase_note":"p<script>"}`
	stored := `{"name":"n","slug":"s-l","sku":"s","description":"` + strings.Repeat("long ", 40) +
		`","purchase_note":"p"}`
	w := intent.Write{Action: intent.Create, Resource: storage.Products, Body: json.RawMessage(sent),
		State: intent.Done}
	w = SaysKept(w, KeptOthers(w, w.Body, json.RawMessage(stored)))
	for _, says := range []string{"name: ", "slug: ", "sku: ", "purchase_note: ", "in place of …long long <script>"} {
		if w.Reason == nil || !strings.Contains(w.Reason.Message, says) {
			t.Errorf("%+v does not say %q", w.Reason, says)
		}
	}
	names := make([]string, 0, len(w.Reason.Fields))
	for _, f := range w.Reason.Fields {
		names = append(names, f.Field)
	}
	if want := []string{"description", "name", "purchase_note", "sku", "slug"}; !slices.Equal(names, want) {
		t.Errorf("named are %v, want %v", names, want)
	}
}
