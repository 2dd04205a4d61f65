package outbox

import (
	"encoding/json"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

func TestWhatAStoreWouldSilentlyTakeIsRefusedByFieldName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		write Write
		field string // empty: fine
	}{
		{"an empty order", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`{}`)}, "body"},
		{"no body", Write{Resource: storage.Orders, Action: Create}, "body"},
		{"a list as body", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`[]`)}, "body"},
		{"a line without a product", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`{"line_items":[{"product_id":1},{"quantity":2}]}`)}, "line_items[1].product_id"},
		{"a line of a SKU", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`{"line_items":[{"sku":"A","quantity":2}]}`)}, ""},
		{"a quantity of zero in a new line", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`{"line_items":[{"product_id":1,"quantity":0}]}`)}, "line_items[0].quantity"},
		{"a quantity of zero in an existing line removes it", Write{Resource: storage.Orders, Action: Update, RecordID: 7, Body: json.RawMessage(`{"line_items":[{"id":1,"quantity":0}]}`)}, ""},
		{"a price as a number", Write{Resource: storage.Products, Action: Create, Body: json.RawMessage(`{"name":"x","regular_price":9.5}`)}, "regular_price"},
		{"a price that is none", Write{Resource: storage.Products, Action: Create, Body: json.RawMessage(`{"regular_price":"9,50"}`)}, "regular_price"},
		{"a status with its prefix", Write{Resource: storage.Orders, Action: Update, RecordID: 7, Body: json.RawMessage(`{"status":"wc-completed"}`)}, "status"},
		{"an address that is none", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`{"billing":{"email":"nobody"}}`)}, "billing.email"},
		{"a blank coupon code", Write{Resource: storage.Coupons, Action: Update, RecordID: 7, Body: json.RawMessage(`{"code":""}`)}, "code"},
		{"the reserved meta key", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`{"meta_data":[{"key":"_waybill_write","value":"x"}]}`)}, "meta_data[0].key"},
		{"an update of nothing", Write{Resource: storage.Orders, Action: Update, Body: json.RawMessage(`{"status":"completed"}`)}, "id"},
		{"a note without an order", Write{Resource: storage.OrderNotes, Action: Create, Body: json.RawMessage(`{"note":"x"}`)}, "parent_id"},
		{"an update of a note", Write{Resource: storage.OrderNotes, Action: Update, RecordID: 1, ParentID: 1, Body: json.RawMessage(`{"note":"x"}`)}, "action"},
		{"a refund of nothing", Write{Resource: storage.Refunds, Action: Create, ParentID: 7, Body: json.RawMessage(`{"amount":"0"}`)}, "amount"},
		{"an image the store cannot fetch", Write{Resource: storage.Products, Action: Create, Body: json.RawMessage(`{"images":[{"src":"C:\\x.png"}]}`)}, "images[0].src"},
		{"something that is not written", Write{Resource: storage.Reports, Action: Create, Body: json.RawMessage(`{}`)}, "resource"},
		{"a field that the store computes", Write{Resource: storage.Orders, Action: Update, RecordID: 7, Body: json.RawMessage(`{"total":"5.00"}`)}, "total"},
		{"a slip of the pen", Write{Resource: storage.Orders, Action: Update, RecordID: 7, Body: json.RawMessage(`{"stauts":"completed"}`)}, "stauts"},
		{"another one", Write{Resource: storage.Products, Action: Update, RecordID: 7, Body: json.RawMessage(`{"regular_prize":"5.00"}`)}, "regular_prize"},
		{"a field of a plugin", Write{Resource: storage.Products, Action: Update, RecordID: 7, Body: json.RawMessage(`{"acme_warehouse":"B"}`)}, ""},
		{"a field of a plugin that looks like a slip", Write{Resource: storage.Products, Action: Update, RecordID: 7, Body: json.RawMessage(`{"tag":"B"}`), Base: json.RawMessage(`{"tag":"A"}`)}, ""},
		{"a customer by name", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`{"customer_id":"ann"}`)}, "customer_id"},
		{"a blank coupon code in an order", Write{Resource: storage.Orders, Action: Create, Body: json.RawMessage(`{"coupon_lines":[{"code":" "}]}`)}, "coupon_lines[0].code"},
		{"a delete", Write{Resource: storage.Orders, Action: Delete, RecordID: 7}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := validate(test.write)
			switch {
			case test.field == "" && len(got) > 0:
				t.Errorf("refused: %+v", got)
			case test.field != "" && (len(got) == 0 || got[0].Field != test.field):
				t.Errorf("got %+v, want %s named", got, test.field)
			}
		})
	}
}

func TestStockThatIsNotManagedIsNotWritten(t *testing.T) {
	t.Parallel()
	w := Write{Resource: storage.Products, Action: Update, RecordID: 7, Body: json.RawMessage(`{"stock_quantity":3}`), Base: json.RawMessage(`{"manage_stock":false}`)}
	if got := againstBase(w); len(got) != 1 {
		t.Errorf("got %+v", got)
	}
	w.Body = json.RawMessage(`{"stock_quantity":3,"manage_stock":true}`)
	if got := againstBase(w); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAnOrderThatDoesNotWaitForAPaymentIsNotPaid(t *testing.T) {
	t.Parallel()
	w := Write{Resource: storage.Orders, Action: Update, RecordID: 7, Body: json.RawMessage(`{"set_paid":true}`), Base: json.RawMessage(`{"status":"on-hold","needs_payment":false}`)}
	if got := againstBase(w); len(got) != 1 || got[0].Field != "set_paid" {
		t.Errorf("got %+v", got)
	}
	w.Base = json.RawMessage(`{"status":"pending","needs_payment":true}`)
	if got := againstBase(w); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}
