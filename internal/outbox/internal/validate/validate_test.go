package validate

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
)

func TestWhatAStoreWouldSilentlyTakeIsRefusedByFieldName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		write intent.Write
		field string // empty: fine
	}{
		{
			"an empty order",
			intent.Write{Resource: storage.Orders, Action: intent.Create, Body: json.RawMessage(`{}`)},
			"body",
		},
		{"no body", intent.Write{Resource: storage.Orders, Action: intent.Create}, "body"},
		{
			"a list as body",
			intent.Write{Resource: storage.Orders, Action: intent.Create, Body: json.RawMessage(`[]`)},
			"body",
		},
		{"a line without a product", intent.Write{Resource: storage.Orders, Action: intent.Create,
			Body: json.RawMessage(`{"line_items":[{"product_id":1},{"quantity":2}]}`)}, "line_items[1].product_id"},
		{"a line of a SKU", intent.Write{Resource: storage.Orders, Action: intent.Create,
			Body: json.RawMessage(`{"line_items":[{"sku":"A","quantity":2}]}`)}, ""},
		{"a quantity of zero in a new line", intent.Write{Resource: storage.Orders, Action: intent.Create,
			Body: json.RawMessage(`{"line_items":[{"product_id":1,"quantity":0}]}`)}, "line_items[0].quantity"},
		{
			"a quantity of zero in an existing line removes it",
			intent.Write{Resource: storage.Orders, Action: intent.Update,
				RecordID: 7, Body: json.RawMessage(`{"line_items":[{"id":1,"quantity":0}]}`)},
			"",
		},
		{"a price as a number", intent.Write{Resource: storage.Products, Action: intent.Create,
			Body: json.RawMessage(`{"name":"x","regular_price":9.5}`)}, "regular_price"},
		{"a price that is none", intent.Write{Resource: storage.Products, Action: intent.Create,
			Body: json.RawMessage(`{"regular_price":"9,50"}`)}, "regular_price"},
		{"a status with its prefix", intent.Write{Resource: storage.Orders, Action: intent.Update, RecordID: 7,
			Body: json.RawMessage(`{"status":"wc-completed"}`)}, "status"},
		{"an address that is none", intent.Write{Resource: storage.Orders, Action: intent.Create,
			Body: json.RawMessage(`{"billing":{"email":"nobody"}}`)}, "billing.email"},
		{"a blank coupon code", intent.Write{Resource: storage.Coupons, Action: intent.Update, RecordID: 7,
			Body: json.RawMessage(`{"code":""}`)}, "code"},
		{"the reserved meta key", intent.Write{Resource: storage.Orders, Action: intent.Create,
			Body: json.RawMessage(`{"meta_data":[{"key":"_waybill_write","value":"x"}]}`)}, "meta_data[0].key"},
		{"an update of nothing", intent.Write{Resource: storage.Orders, Action: intent.Update,
			Body: json.RawMessage(`{"status":"completed"}`)}, "id"},
		{"a note without an order", intent.Write{Resource: storage.OrderNotes, Action: intent.Create,
			Body: json.RawMessage(`{"note":"x"}`)}, "parent_id"},
		{
			"an update of a note",
			intent.Write{Resource: storage.OrderNotes, Action: intent.Update, RecordID: 1, ParentID: 1,
				Body: json.RawMessage(`{"note":"x"}`)},
			"action",
		},
		{"a refund of nothing", intent.Write{Resource: storage.Refunds, Action: intent.Create, ParentID: 7,
			Body: json.RawMessage(`{"amount":"0"}`)}, "amount"},
		{"an image the store cannot fetch", intent.Write{Resource: storage.Products, Action: intent.Create,
			Body: json.RawMessage(`{"images":[{"src":"C:\\x.png"}]}`)}, "images[0].src"},
		{
			"something that is not written",
			intent.Write{Resource: storage.Reports, Action: intent.Create, Body: json.RawMessage(`{}`)},
			"resource",
		},
		{"a field that the store computes", intent.Write{Resource: storage.Orders, Action: intent.Update, RecordID: 7,
			Body: json.RawMessage(`{"total":"5.00"}`)}, "total"},
		{"a slip of the pen", intent.Write{Resource: storage.Orders, Action: intent.Update, RecordID: 7,
			Body: json.RawMessage(`{"stauts":"completed"}`)}, "stauts"},
		{"another one", intent.Write{Resource: storage.Products, Action: intent.Update, RecordID: 7,
			Body: json.RawMessage(`{"regular_prize":"5.00"}`)}, "regular_prize"},
		{
			"a field that only a plugin may know",
			intent.Write{Resource: storage.Products, Action: intent.Update, RecordID: 7,
				Body: json.RawMessage(`{"acme_warehouse":"B"}`)},
			"acme_warehouse",
		},
		{"one that the caller insists on", intent.Write{Resource: storage.Products, Action: intent.Update, RecordID: 7,
			Body: json.RawMessage(`{"acme_warehouse":"B"}`), Allowed: []string{"acme_warehouse"}}, ""},
		{"one in a line that the caller insists on", intent.Write{Resource: storage.Orders, Action: intent.Create,
			Body:    json.RawMessage(`{"line_items":[{"product_id":1,"acme_lot":"B"}]}`),
			Allowed: []string{"line_items.acme_lot"}}, ""},
		{
			"a field of a plugin that looks like a slip",
			intent.Write{Resource: storage.Products, Action: intent.Update, RecordID: 7,
				Body: json.RawMessage(`{"tag":"B"}`), Base: json.RawMessage(`{"tag":"A"}`)},
			"",
		},
		{"a customer by name", intent.Write{Resource: storage.Orders, Action: intent.Create,
			Body: json.RawMessage(`{"customer_id":"ann"}`)}, "customer_id"},
		{"a blank coupon code in an order", intent.Write{Resource: storage.Orders, Action: intent.Create,
			Body: json.RawMessage(`{"coupon_lines":[{"code":" "}]}`)}, "coupon_lines[0].code"},
		{"a delete", intent.Write{Resource: storage.Orders, Action: intent.Delete, RecordID: 7}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Check(test.write)
			switch {
			case test.field == "" && len(got) > 0:
				t.Errorf("refused: %+v", got)
			case test.field != "" && (len(got) == 0 || got[0].Field != test.field):
				t.Errorf("got %+v, want %s named", got, test.field)
			}
		})
	}
}

// newOrder, changed and refund are writes to look at.
func newOrder(body string) intent.Write {
	return intent.Write{Resource: storage.Orders, Action: intent.Create, Body: json.RawMessage(body)}
}

func changed(r storage.Resource, body, base string) intent.Write {
	w := intent.Write{Resource: r, Action: intent.Update, RecordID: 7, Body: json.RawMessage(body)}
	if r == storage.Variations {
		w.ParentID = 6
	}
	if base != "" {
		w.Base = json.RawMessage(base)
	}
	return w
}

func refund(body string) intent.Write {
	return intent.Write{Resource: storage.Refunds, Action: intent.Create, ParentID: 7, Body: json.RawMessage(body)}
}

func TestAMemberThatAStoreWouldPassOverIsRefusedAtEveryDepth(t *testing.T) {
	t.Parallel()
	tests := []struct {
		write intent.Write
		field string // empty: fine
		says  string
	}{
		{newOrder(`{"fee_lines":[{"name":"Express","amount":"5.00"}]}`), "fee_lines[0].amount", "write total"},
		{newOrder(`{"fee_lines":[{"name":"Express"}]}`), "fee_lines[0].total", "fee of 0.00"},
		{newOrder(`{"fee_lines":[{"name":"Express","total":"5.00"}]}`), "", ""},
		{newOrder(`{"line_items":[{"sku":"A","quantity":2,"price":"9.99"}]}`), "line_items[0].price",
			"total (net, all pieces)"},
		{newOrder(`{"line_items":[{"sku":"A","qty":3}]}`), "line_items[0].qty", `"quantity"`},
		{newOrder(`{"line_items":[{"sku":"A","toal":"9.00"}]}`), "line_items[0].toal", `"total"`},
		{newOrder(`{"line_items":[{"sku":"A","total":"9,00"}]}`), "line_items[0].total", `"9.00"`},
		{newOrder(`{"line_items":[{"sku":"A","total":"1e3"}]}`), "line_items[0].total", "not a decimal number"},
		{newOrder(`{"line_items":[{"sku":"A","meta_data":[{"name":"Size","value":"L"}]}]}`),
			"line_items[0].meta_data[0].name", "key"},
		{newOrder(`{"shipping_lines":[{"method_id":"flat_rate","cost":"5.00"}]}`), "shipping_lines[0].cost", `"total"`},
		{newOrder(`{"coupon_lines":[{"code":"A","discount":"5.00"}]}`), "coupon_lines[0].discount",
			"follows from the coupon"},
		{newOrder(`{"tax_lines":[{"rate_id":1}]}`), "tax_lines", "reckoned"},
		{newOrder(`{"billing":{"zip":"10115"}}`), "billing.zip", "postcode"},
		{newOrder(`{"billing":{"mail":"a@b.test"}}`), "billing.mail", "email"},
		{newOrder(`{"billing":{"street":"X"}}`), "billing.street", "address_1"},
		{newOrder(`{"billing":{"country":"Germany"}}`), "billing.country", `"DE"`},
		{newOrder(`{"billing":{"country":"de"}}`), "billing.country", `"DE"`},
		{newOrder(`{"billing":[]}`), "billing", "must be an object"},
		{newOrder(`{"shipping":{"phone":"55"}}`), "", ""},
		{newOrder(`{"meta_data":[{"key":"a"}]}`), "meta_data[0].value", "missing"},
		{newOrder(`{"meta_data":[{"key":"_billing_email","value":"a@shop.example"}]}`), "meta_data[0].key", "write billing.email"},
		{newOrder(`{"meta_data":[{"key":"_order_total","value":"1"}]}`), "meta_data[0].key", "no field of the API sets it"},
		{changed(storage.Coupons, `{"meta_data":[{"key":"coupon_amount","value":"77"}]}`, ""), "meta_data[0].key",
			"write amount"},
		{changed(storage.Customers, `{"meta_data":[{"key":"billing_email","value":"a@shop.example"}]}`, ""),
			"meta_data[0].key", "write billing.email"},
		{newOrder(`{"line_items":[{"product_id":5,"meta_data":[{"key":"_qty","value":"2"}]}]}`),
			"line_items[0].meta_data[0].key", "write quantity"},
		{newOrder(`{"line_items":[{"sku":"A","meta_data":[{"key":"_sku","value":"1"}]}]}`), "", ""},
		{newOrder(`{"meta_data":[{"key":"_erp","value":"1"}]}`), "", ""},
		{newOrder(`{"meta_data":[{"key":"a","value":{"deep":[1,{"anything":null}]}}]}`), "", ""},
		{newOrder(`{"customer_note":null}`), "customer_note", `write "" to clear it`},
		{newOrder(`{"date_created":"2020-01-01T00:00:00"}`), "date_created", "meta_data"},
		{newOrder(`{"set_paid":"yes"}`), "set_paid", "true or false"},
		{changed(storage.Orders, `{"created_via":"erp"}`, ""), "created_via", "only when the record is created"},
		{changed(storage.Orders, `{"billing":{"email":null}}`, ""), "", ""},
		{changed(storage.Orders, `{"line_items":[]}`, `{"line_items":[{"id":1}]}`), "line_items", "one by one"},
		{changed(storage.Products, `{"upsell_ids":"5, 6"}`, ""), "", ""},
		{changed(storage.Products, `{"upsell_ids":"x"}`, ""), "upsell_ids", "not the number"},
		{changed(storage.Products, `{"stock_quantity":""}`, ""), "stock_quantity", "manage_stock false"},
		{changed(storage.Coupons, `{"usage_limit":""}`, ""), "usage_limit", "write 0"},
		{changed(storage.Orders, `{"line_items":[{"id":1,"product_id":null}]}`, ""), "", ""},
		{changed(storage.Orders, `{"line_items":[{"id":1,"quantity":-2,"total":"1.00"}]}`, ""),
			"line_items[0].quantity", "above zero"},
		{changed(storage.Orders, `{"line_items":[{"id":1,"quantity":"0"}]}`, ""), "line_items[0].quantity",
			"as a number"},
		{changed(storage.Orders, `{"line_items":[{"id":1,"product_id":9}]}`,
			`{"line_items":[{"id":1,"product_id":8}]}`), "line_items[0].product_id", "old price"},
		{changed(storage.Orders, `{"line_items":[{"id":1,"product_id":8}]}`,
			`{"line_items":[{"id":1,"product_id":8}]}`), "", ""},
		{changed(storage.Orders, `{"total":"5.00","line_items":[{"id":1,"price":4.4,"name":"x"}]}`,
			`{"total":"5.00","line_items":[{"id":1,"price":4.4}]}`), "", ""},
		{changed(storage.Orders, `{"set_paid":true}`, `{"status":"on-hold","needs_payment":false}`), "set_paid",
			"does not wait"},
		{changed(storage.Orders, `{"set_paid":true}`, `{"status":"pending","needs_payment":true}`), "", ""},
		{changed(storage.Orders, `{"set_paid":false}`, `{"date_paid":"2026-01-01T00:00:00"}`), "set_paid", "refund"},

		{refund(`{"line_items":[{"id":1,"quantity":-1,"total":"-1.95"}],"amount":"3"}`), "line_items[0].quantity",
			"not below zero"},
		{refund(`{"line_items":[{"id":1,"total":"1.95"}]}`), "line_items[0].total", "refund_total"},
		{refund(`{"line_items":[{"id":1,"refund_total":"-1.95"}]}`), "line_items[0].refund_total", "without a sign"},
		{refund(`{"line_items":[{"quantity":1}]}`), "line_items[0].id", "missing"},
		{refund(`{"line_items":[{"id":1,"quantity":1},{"id":1,"quantity":1}]}`), "line_items[1].id", "twice"},
		{refund(`{"line_items":[{"id":1,"refund_total":1,"refund_tax":[{"rate_id":1,"refund_total":1}]}]}`),
			"line_items[0].refund_tax[0].rate_id", `"id"`},
		{refund(`{"amount":"5","shipping_lines":[{"id":3}]}`), "shipping_lines", "line_items"},
		{refund(`{"amount":"5","refunded_by":3}`), "refunded_by", "the user of the key"},
		{refund(`{"amount":"1,25"}`), "amount", `"1.25"`},

		{changed(storage.Products, `{"weight":"1,5"}`, ""), "weight", `"1.5"`},
		{changed(storage.Products, `{"weight":"1.5 kg"}`, ""), "weight", "not a decimal number"},
		{changed(storage.Products, `{"weight":1.5}`, ""), "weight", "written as a text"},
		{changed(storage.Products, `{"weight":""}`, ""), "", ""},
		{changed(storage.Products, `{"dimensions":{"length":"1,5"}}`, ""), "dimensions.length", `"1.5"`},
		{changed(storage.Products, `{"dimensions":{"depth":"3"}}`, ""), "dimensions.depth", "length"},
		{changed(storage.Products, `{"virtual":true,"weight":"2"}`, ""), "weight", "virtual"},
		{changed(storage.Products, `{"regular_price":"1.234,50"}`, ""), "regular_price", `"1234.50"`},
		{changed(storage.Products, `{"regular_price":"-5"}`, ""), "regular_price", "below zero"},
		{changed(storage.Products, `{"sale_price":"9.99"}`, `{"regular_price":"4.40"}`), "sale_price",
			"not below the regular_price"},
		{changed(storage.Products, `{"regular_price":"3.90"}`, `{"regular_price":"4.40","sale_price":"4.00"}`),
			"regular_price", "write sale_price with it"},
		{changed(storage.Products, `{"sale_price":""}`, `{"regular_price":"4.40","sale_price":"4.00"}`), "", ""},
		{changed(storage.Products, `{"sale_price":null}`, ""), "sale_price", `write ""`},
		{changed(storage.Products, `{"stock_quantity":null}`, ""), "stock_quantity", "manage_stock false"},
		{changed(storage.Products, `{"low_stock_amount":null}`, `{"manage_stock":true}`), "", ""},
		{changed(storage.Products, `{"stock_quantity":3}`, `{"manage_stock":false}`), "stock_quantity",
			"manage_stock true"},
		{changed(storage.Products, `{"stock_quantity":3,"manage_stock":true}`, `{"manage_stock":false}`), "", ""},
		{changed(storage.Products, `{"stock_status":"outofstock"}`, `{"manage_stock":true,"stock_status":"instock"}`),
			"stock_status", "stock_quantity"},
		{changed(storage.Products, `{"inventory_delta":3,"stock_quantity":3}`, ""), "inventory_delta",
			"beside stock_quantity"},
		{changed(storage.Products, `{"stock_quantity":99999999999999999999}`, ""), "stock_quantity",
			"beyond 9007199254740991"},
		{changed(storage.Products, `{"stock_quantity":"-99999999999999999999"}`, ""), "stock_quantity",
			"beyond 9007199254740991"},
		{changed(storage.Products, `{"stock_quantity":1e20}`, ""), "stock_quantity", "beyond 9007199254740991"},
		{changed(storage.Products, `{"stock_quantity":-9007199254740991}`, ""), "", ""},
		{changed(storage.Products, `{"menu_order":2147483648}`, ""), "menu_order", "beyond 2147483647"},
		{changed(storage.Products, `{"upsell_ids":[99999999999999999]}`, ""), "upsell_ids", "not the number"},
		{changed(storage.Products, `{"stock_quantity":1.5}`, ""), "stock_quantity", "--allow-unknown stock_quantity"},
		{changed(storage.Products, `{"stock_quantity":1.0}`, ""), "", ""},
		{newOrder(`{"line_items":[{"product_id":5,"quantity":3000000000}]}`), "line_items[0].quantity",
			"beyond 2147483647"},
		{newOrder(`{"line_items":[{"product_id":5,"quantity":1.5}]}`), "line_items[0].quantity",
			"--allow-unknown line_items.quantity"},
		{newOrder(`{"line_items":[{"product_id":99999999999999999999}]}`), "line_items[0].product_id", "beyond"},
		{newOrder(`{"customer_id":99999999999999999999}`), "customer_id", "beyond"},
		{changed(storage.Coupons, `{"usage_limit":99999999999999999999}`, ""), "usage_limit", "beyond"},
		{changed(storage.Products, `{"inventory_delta":-3}`, `{"manage_stock":false,"sku":"MUG-1"}`), "inventory_delta",
			"count it first and set the quantity, as in MUG-1=12"},
		{changed(storage.Products, `{"inventory_delta":-3}`, `{"manage_stock":false,"sku":""}`), "inventory_delta",
			"count it first and set the quantity, as in SKU=12"},
		{changed(storage.Variations, `{"stock_quantity":3}`, `{"manage_stock":"parent"}`), "stock_quantity",
			"that of its product"},
		{changed(storage.Products, `{"date_on_sale_to":"31.12.2027"}`, ""), "date_on_sale_to", "not a date"},
		{changed(storage.Products, `{"date_on_sale_to":"2027-02-30"}`, ""), "date_on_sale_to", "not a date"},
		{changed(storage.Products, `{"date_on_sale_to":"2027-12-31T10:00:00.000Z"}`, ""), "date_on_sale_to",
			"not a date"},
		{changed(storage.Products, `{"date_on_sale_to":"2027-12-31T10:00:00+02:00"}`, ""), "", ""},
		{changed(storage.Products, `{"date_on_sale_to":"2027-12-31"}`, ""), "", ""},
		{changed(storage.Products, `{"date_created":"2020-12-31"}`, ""), "date_created", "not a date"},
		{changed(storage.Products, `{"global_unique_id":"AB12"}`, ""), "global_unique_id", "digits"},
		{changed(storage.Products, `{"categories":[{"name":"New"}]}`, ""), "categories[0].name", "its id"},
		{changed(storage.Products, `{"tags":[{"name":"New"}]}`, ""), "", ""},
		{changed(storage.Products, `{"tags":[{"id":3,"name":"New"}]}`, ""), "tags[0].id", "one of both"},
		{changed(storage.Products, `{"brands":[{"name":"B"}]}`, ""), "brands[0].name", "its id"},
		{changed(storage.Products, `{"attributes":[{"name":"Color","option":"Red"}]}`, ""), "attributes[0].option",
			"options"},
		{changed(storage.Products, `{"attributes":[{"name":"Color","options":"Dark Red"}]}`, ""),
			"attributes[0].options", "list of texts"},
		{changed(storage.Products, `{"attributes":[{"options":["Red"]}]}`, ""), "attributes[0].name", "missing"},
		{changed(storage.Products, `{"default_attributes":[{"name":"Color","option":"Red"}]}`, `{"type":"simple"}`),
			"default_attributes", "variable"},
		{changed(storage.Products, `{"downloads":[{"name":"f","url":"https://x.test/a"}]}`, `{"downloadable":true}`),
			"downloads[0].url", "file"},
		{changed(storage.Products, `{"download_limit":3}`, `{"downloadable":false}`), "download_limit",
			"downloadable true"},
		{changed(storage.Products, `{"external_url":"https://x.test"}`, `{"type":"simple"}`), "external_url",
			"external"},
		{changed(storage.Products, `{"grouped_products":[3]}`, `{"type":"grouped"}`), "", ""},
		{changed(storage.Products, `{"regular_price":"3"}`, `{"type":"variable"}`), "regular_price", "variations"},
		{changed(storage.Products, `{"stock_quantity":3}`, `{"type":"external","manage_stock":true}`), "stock_quantity",
			"external"},
		{changed(storage.Products, `{"images":[{"alt":"x"}]}`, ""), "images[0].src", "missing"},
		{changed(storage.Products, `{"images":[{"id":3,"src":"https://x.test/a.png"}]}`, ""), "images[0].src",
			"one of both"},
		{changed(storage.Products, `{"images":[{"id":3,"src":"https://x.test/a.png"}]}`,
			`{"images":[{"id":3,"src":"https://x.test/a.png"}]}`), "", ""},
		{changed(storage.Products, `{"name":""}`, ""), "name", "blank"},
		{changed(storage.Products, `{"price":"3"}`, `{"price":"4"}`), "price", "regular_price"},
		{changed(storage.Products, `{"price":"4"}`, `{"price":"4"}`), "", ""},

		{changed(storage.Variations, `{"tax_status":"none"}`, `{"tax_status":"taxable"}`), "tax_status", "its product"},
		{changed(storage.Variations, `{"menu_order":0}`, `{"menu_order":3}`), "menu_order", "passed over"},
		{changed(storage.Variations, `{"image":null}`, ""), "image", "{}"},
		{changed(storage.Variations, `{"attributes":[{"name":"Color","options":["Red"]}]}`, ""),
			"attributes[0].options", "option"},

		{changed(storage.Customers, `{"role":"editor"}`, `{"role":"customer"}`), "role", "users page"},
		{changed(storage.Customers, `{"meta_data":[{"key":"_x","value":"1"}]}`, ""), "meta_data[0].key", "underscore"},
		{changed(storage.Customers, `{"billing":{"email":""}}`, ""), "billing.email", "blank"},

		{changed(storage.Coupons, `{"amount":"1,5"}`, ""), "amount", `"1.5"`},
		{changed(storage.Coupons, `{"amount":""}`, ""), "amount", `"0"`},
		{changed(storage.Coupons, `{"usage_limit":-3}`, ""), "usage_limit", "below zero"},
		{changed(storage.Coupons, `{"usage_limit":null}`, ""), "usage_limit", "write 0"},
		{changed(storage.Coupons, `{"date_expires":"xx"}`, ""), "date_expires", "not a date"},
		{changed(storage.Coupons, `{"date_expires":""}`, ""), "", ""},
		{changed(storage.Coupons, `{"email_restrictions":["foo"]}`, ""), "email_restrictions[0]", "everybody"},
		{changed(storage.Coupons, `{"status":"foo"}`, ""), "status", "publish"},
		{changed(storage.Coupons, `{"usage_count":5}`, `{"usage_count":0}`), "usage_count", "counts"},

		{changed(storage.Categories, `{"image":{"alt":"x"}}`, ""), "image.id", "take the image away"},
		{changed(storage.Categories, `{"parent_id":15}`, ""), "parent_id", `"parent"`},
		{intent.Write{Resource: intent.Webhooks, Action: intent.Create,
			Body: json.RawMessage(`{"topic":"order.created","delivery_url":"https://x.test/","status":"paused"}`)},
			"status", "update its status"},
		{changed(intent.Webhooks, `{"topic":"Order.Updated"}`, ""), "topic", "order.updated"},
		{intent.Write{Resource: storage.OrderNotes, Action: intent.Create, ParentID: 7,
			Body: json.RawMessage(`{"note":"a < b && c > d"}`)}, "note", "&lt;"},
		{intent.Write{Resource: storage.OrderNotes, Action: intent.Create, ParentID: 7,
			Body: json.RawMessage(`{"note":"<b>bold</b>, 5 < 6"}`)}, "", ""},
	}
	for _, test := range tests {
		t.Run(string(test.write.Resource)+" "+string(test.write.Body), func(t *testing.T) {
			t.Parallel()
			got := Check(test.write)
			switch {
			case test.field == "" && len(got) > 0:
				t.Errorf("refused: %+v", got)
			case test.field != "" && (len(got) == 0 || got[0].Field != test.field || !strings.Contains(got[0].Message,
				test.says)):
				t.Errorf("got %+v, want %s named with %q", got, test.field, test.says)
			}
		})
	}
}

func TestAControlCharacterIsRefusedWhereverItStands(t *testing.T) {
	t.Parallel()
	for body, field := range map[string]string{
		`{"customer_note":"a\u0000b"}`:                                          "customer_note",
		`{"billing":{"city":"\u0007"}}`:                                         "billing.city",
		`{"meta_data":[{"key":"a","value":{"deep":["x","\u001b[0m"]}}]}`:        "meta_data[0].value.deep[1]",
		`{"line_items":[{"sku":"A"},{"sku":"B","name":"\u007f"}]}`:              "line_items[1].name",
		`{"meta_data":[{"key":"a\u0000","value":"1"}]}`:                         "meta_data[0].key",
		`{"meta_data":[{"key":"a","value":{"n\u0000":"1"}}]}`:                   `"meta_data[0].value.n\x00"`,
		`{"customer_note":"one\ttab\r\nand lines","billing":{"city":"Köln 🛒"}}`: "",
	} {
		got := Check(newOrder(body))
		if field == "" && len(got) > 0 || field != "" && (len(got) != 1 || got[0].Field != field ||
			!strings.Contains(got[0].Message, "control character")) {
			t.Errorf("%s: got %+v, want %q named", body, got, field)
		}
	}
}

func TestAMemberOfANewerWooCommerceIsRefusedByName(t *testing.T) {
	t.Parallel()
	w := changed(storage.Variations, `{"gallery_image_ids":[5]}`, "")
	w.Version = "10.6.2"
	if got := Check(w); len(got) != 1 || !strings.Contains(got[0].Message, "10.9") {
		t.Errorf("got %+v", got)
	}
	w.Version = "11.0.1"
	if got := Check(w); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAFieldIsClearedTheWayPeopleTypeIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		resource   storage.Resource
		body, want string
	}{
		{storage.Orders, `{"billing":{"email":"","city":""}}`, `{"billing":{"city":"","email":null}}`},
		{storage.Orders, `{"customer_note":""}`, `{"customer_note":""}`},
		{storage.Products, `{"low_stock_amount":""}`, `{"low_stock_amount":null}`},
		{storage.Products, `{"tags":""}`, `{"tags":[]}`},
		{storage.Products, `{"upsell_ids":""}`, `{"upsell_ids":[]}`},
		{storage.Variations, `{"image":""}`, `{"image":{}}`},
		{storage.Coupons, `{"date_expires":""}`, `{"date_expires":""}`},
	}
	for _, test := range tests {
		if got := string(Cleared(test.resource, json.RawMessage(test.body))); got != test.want {
			t.Errorf("%s %s: %s, want %s", test.resource, test.body, got, test.want)
		}
	}
}
