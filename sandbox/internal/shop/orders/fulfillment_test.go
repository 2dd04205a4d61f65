package orders_test

import (
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

// fulfilling is a shop with the feature switched on and an order of three pieces of one product and one of another.
func fulfilling(t *testing.T, version string) (shop *shoptest.Shop, address string, lines [2]int64) {
	t.Helper()
	shop = shoptest.New(t, func(c *shoptest.Config) { c.Version = version })
	shop.SwitchFeature("fulfillments", true)
	a, b := shop.Product("10"), shop.Product("5")
	order := shop.Order(`{"status":"processing","line_items":[{"product_id":%d,"quantity":3},{"product_id":%d,"quantity":1}]}`, a.ID, b.ID)
	stored, _ := shop.Orders.Orders.Get(order.ID())
	return shop, "/wc/v3/orders/" + core.Itoa(order.ID()) + "/fulfillments",
		[2]int64{stored.Lines[0].ID, stored.Lines[1].ID}
}

const oneItem = `[{"id":0,"key":"_items","value":[{"item_id":%d,"qty":%d}]}]`

func TestFulfillmentsAreThereWhenSwitchedOnAndWhereTheVersionHasThem(t *testing.T) {
	t.Parallel()
	for version, status := range map[string]int{"11.0.1": 200, "10.1.2": 200, "10.0.2": 404} {
		shop, address, _ := fulfilling(t, version)
		if got := shop.Ask("GET", address, "").Status; got != status {
			t.Errorf("%s answers %d to a list, want %d", version, got, status)
		}
		shop.SwitchFeature("fulfillments", false)
		shop.Ask("GET", address, "").Refused(404, "rest_no_route")
	}
}

// The answers are those of a new store of 11.0.1.
func TestAFulfillmentIsCreatedReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	shop, address, lines := fulfilling(t, "11.0.1")
	created := shop.Ask("POST", address, `{"status":"unfulfilled","meta_data":[{"key":"_items","value":[{"item_id":%d,"qty":2}]},
		{"key":"_tracking_number","value":"T1"},{"key":"left out","value":null},{"key":"n","value":3}]}`, lines[0])
	created.Shows("id=1 entity_type=WC_Order status=unfulfilled is_fulfilled=false date_updated=2026-11-23T12:00:00Z " +
		"date_deleted=<nil> meta_data=3+elements meta_data.1.key=_tracking_number meta_data.2.value=3")
	shop.Ask("GET", address+"/1", "").Shows("id=1 is_fulfilled=0 meta_data.0.id=1")

	shop.Time = shop.Time.Add(time.Minute)
	changed := shop.Ask("PUT", address+"/1", `{"status":"fulfilled","meta_data":`+oneItem+`}`, lines[0], 2)
	changed.Shows("status=fulfilled is_fulfilled=true meta_data=2+elements meta_data.1.key=_date_fulfilled " +
		"meta_data.1.value=2026-11-23T12:01:00Z")
	shop.Ask("GET", address, "").Shows("0.is_fulfilled=1 0.meta_data=2+elements")

	shop.Ask("DELETE", address+"/1", "").Shows("message=Fulfillment+deleted+successfully.")
	shop.Ask("GET", address+"/1", "").Refused(400, "404")
	shop.Ask("GET", address+"/2", "").Refused(400, "0")
	if list := shop.Ask("GET", address, ""); list.Each("id") != "" {
		t.Errorf("a deleted fulfilment is listed: %v", list.Body)
	}
}

func TestAnOrderTellsWhatItsFulfillmentsComeTo(t *testing.T) {
	t.Parallel()
	shop, address, lines := fulfilling(t, "11.0.1")
	order := strings.TrimSuffix(address, "/fulfillments")
	status := func(want string) {
		t.Helper()
		shop.Ask("GET", order, "").Shows("meta_data.0.value=" + want)
	}
	shop.Time = shop.Time.Add(time.Minute)
	shop.Ask("POST", address, `{"status":"unfulfilled","meta_data":`+oneItem+`}`, lines[0], 3)
	status("unfulfilled")
	shop.Ask("GET", order, "").Shows("date_modified_gmt=2026-11-23T12:01:00")
	shop.Ask("PUT", address+"/1", `{"status":"fulfilled","meta_data":`+oneItem+`}`, lines[0], 3)
	status("partially_fulfilled")
	shop.Ask("POST", address, `{"status":"fulfilled","meta_data":`+oneItem+`}`, lines[1], 1)
	status("fulfilled")
	shop.Ask("DELETE", address+"/1", "")
	shop.Ask("DELETE", address+"/2", "")
	shop.Ask("GET", order, "").Shows("meta_data=0+elements")
	notes := shop.Ask("GET", order+"/notes", "").Each("note")
	for _, want := range []string{
		"Order fulfillment status changed from No fulfillments to Unfulfilled.",
		"Fulfillment #1 created (status: Unfulfilled). Items: Product 10 x3.",
		"Fulfillment #1 status changed from Unfulfilled to Fulfilled.",
		"Order fulfillment status changed from Partially fulfilled to Fulfilled.",
		"Fulfillment #2 deleted.",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note says %q: %s", want, notes)
		}
	}
}

func TestAFulfillmentWithoutItemsIsRefused(t *testing.T) {
	t.Parallel()
	shop, address, _ := fulfilling(t, "11.0.1")
	for body, message := range map[string]string{
		`{"meta_data":[]}`:                      "Invalid fulfillment status.",
		`{"status":"fulfilled","meta_data":[]}`: "The fulfillment should contain at least one item.",
		`{"status":"fulfilled","meta_data":[{"key":"_items","value":"x"}]}`: "The fulfillment " +
			"items should be an array.",
		`{"status":"fulfilled","meta_data":[{"key":"_items","value":[{"item_id":"1","qty":1}]}]}`:  "Invalid item.",
		`{"status":"fulfilled","meta_data":[{"key":"_items","value":[{"item_id":1,"qty":-0.5}]}]}`: "Invalid item.",
	} {
		a := shop.Ask("POST", address, body)
		a.Refused(400, "0")
		if a.At("message") != message {
			t.Errorf("%s is refused with %q, want %q", body, a.At("message"), message)
		}
	}
	shop.Ask("POST", address, `{"status":"fulfilled"}`).Refused(400, "rest_missing_callback_param")
}

func TestTheMetaDataOfAFulfillmentHaveAnAddress(t *testing.T) {
	t.Parallel()
	shop, address, lines := fulfilling(t, "11.0.1")
	shop.Ask("POST", address, `{"status":"fulfilled","meta_data":`+oneItem+`}`, lines[0], 1)
	shop.Ask("PUT", address+"/1/metadata",
		`{"meta_data":[{"key":"_items","value":[{"item_id":%d,"qty":1}]},{"key":"y","value":"3"}]}`, lines[0])
	if keys := shop.Ask("GET", address+"/1/metadata", "").Each("key"); keys != "_items y _date_fulfilled" {
		t.Errorf("the keys are %q", keys)
	}
	shop.Ask("DELETE", address+"/1/metadata?meta_key=y", "").Shows("0.key=_items 1.key=_date_fulfilled")
	shop.Ask("DELETE", address+"/1/metadata?meta_key=_items", "").Refused(400, "0")
	shop.Ask("GET", address+"/lookup?tracking_number=1Z", "").Shows("=(absent)")
}

func TestFulfillmentsOf10_1AreWrapped(t *testing.T) {
	t.Parallel()
	shop, address, lines := fulfilling(t, "10.1.2")
	shop.Ask("POST", address,
		`{"status":"unfulfilled","meta_data":[{"key":"_items","value":[{"item_id":%d,"qty":1}]}]}`,
		lines[0]).Refused(400, "0")
	shop.Ask("POST", address, `{"status":"unfulfilled","meta_data":`+oneItem+`}`, lines[0], 1).
		Shows("fulfillment.id=1 fulfillment.date_updated=2026-11-23+12:00:00 fulfillment.date_deleted=(absent)")
	shop.Ask("GET", address, "").Shows("fulfillments.0.fulfillment_id=1 fulfillments.0.is_fulfilled=false")
	notes := shop.Ask("GET", strings.TrimSuffix(address, "/fulfillments")+"/notes", "").Each("note")
	if strings.Contains(notes, "ulfillment") {
		t.Errorf("10.1 writes a note about a fulfilment: %s", notes)
	}
}

func TestWhoMayNotManageTheShopReadsTheFulfillmentsOfHisOwnOrders(t *testing.T) {
	t.Parallel()
	shop, address, _ := fulfilling(t, "11.0.1")
	shop.Ask("GET", "/wc/v3/orders/9999/fulfillments", "").Refused(404, "woocommerce_rest_order_invalid_id")
	buyer := shop.User("buyer", "customer")
	shop.Caller = buyer
	shop.Ask("GET", address, "").Refused(403, "woocommerce_rest_cannot_view")
	shop.Ask("POST", address, `{"meta_data":[]}`).Refused(403, "woocommerce_rest_cannot_create")
	shop.Ask("PUT", address+"/1", `{"meta_data":[]}`).Refused(403, "rest_forbidden")
	for order := range shop.Orders.Orders.All() {
		shop.Orders.Orders.Change(order, func(o *orders.Order) { o.CustomerID = buyer.ID })
	}
	if got := shop.Ask("GET", address, "").Status; got != 200 {
		t.Errorf("the customer is answered %d", got)
	}
}
