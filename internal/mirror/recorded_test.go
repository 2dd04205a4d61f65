package mirror_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// stock fills the shop with the recorded store.
func (s *shop) stock(t testing.TB) {
	t.Helper()
	parentOf := map[string]string{"refunds": "_order", "order_notes": "_order", "variations": "_product"}
	for _, name := range []string{"orders", "orders-trash", "refunds", "order_notes", "products", "variations", "customers",
		"coupons", "categories", "tags", "taxes"} {
		shelf := name
		if name == "orders-trash" {
			shelf = "orders"
		}
		for _, raw := range recorded(t, name) {
			parent := int64(0)
			if member := parentOf[name]; member != "" {
				raw, parent = without(raw, member)
			}
			s.put(shelf, parent, raw)
		}
	}
	for path, name := range map[string]string{
		"orders/statuses": "order_statuses", "settings/general": "settings_general", "settings/tax": "settings_tax",
		"payment_gateways": "payment_gateways", "taxes/classes": "tax_classes", "shipping/zones": "shipping_zones",
		"products/attributes": "attributes",
	} {
		s.plain[path] = array(recorded(t, name))
	}
	methods := map[int64][]json.RawMessage{}
	for _, raw := range recorded(t, "shipping_zone_methods") {
		bare, zone := without(raw, "_zone")
		methods[zone] = append(methods[zone], bare)
	}
	for _, raw := range recorded(t, "shipping_zones") {
		_, zone := without(raw, "id")
		s.plain[fmt.Sprintf("shipping/zones/%d/methods", zone)] = array(methods[zone])
		s.plain[fmt.Sprintf("shipping/zones/%d/locations", zone)] = json.RawMessage(`[{"code":"US","type":"country"}]`)
	}
}

// without takes out a member the recorder added and gives its number.
func without(raw json.RawMessage, member string) (json.RawMessage, int64) {
	var bare []byte
	var value int64
	for m := range jsonvalue.Members(raw) {
		if string(m.Name) == member {
			value, _ = jsonvalue.Int(m.Value)
			continue
		}
		bare = fmt.Appendf(bare, ",%s:%s", quote(string(m.Name)), m.Value)
	}
	return json.RawMessage("{" + string(bare[1:]) + "}"), value
}

func array(records []json.RawMessage) json.RawMessage {
	text := []byte("[")
	for i, r := range records {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, r...)
	}
	return append(text, ']')
}

func TestARecordedStoreIsMirroredUnchanged(t *testing.T) {
	t.Parallel()
	for _, listed := range []bool{true, false} {
		t.Run(fmt.Sprintf("refunds listed by themselves %v", listed), func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *mirror.Options) { o.Notes = mirror.ExtentAll })
			b.shop.stock(t)
			b.shop.noRefunds = !listed
			if !listed {
				b.shop.keepRefundsOfListedOrders()
			}
			b.sync()
			b.equal()
			for resource, want := range map[storage.Resource]int{
				storage.Orders: 107, storage.Products: 23, storage.Variations: 9, storage.Customers: 19,
				storage.Coupons:    3,
				storage.OrderNotes: len(recorded(t, "order_notes")), storage.Categories: 7, storage.TaxRates: 6, storage.TaxClasses: 3,
				storage.ShippingZones: 4, storage.ShippingZoneMethods: 3, storage.ShippingZoneLocation: 4,
				storage.PaymentGateways: 3, storage.OrderStatuses: 8, storage.Settings: 17 + 9, storage.Attributes: 1,
			} {
				got, err := b.db.CountRecords(
					t.Context(),
					storage.Query{StoreID: b.store.ID, Resource: resource, WithTrash: true},
				)
				if err != nil || got != want {
					t.Errorf("%s: %d records in the mirror, want %d (%v)", resource, got, want, err)
				}
			}
		})
	}
}

// keepRefundsOfListedOrders drops refunds no order shows: without a list of all refunds nobody can find them.
func (s *shop) keepRefundsOfListedOrders() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, refund := range s.shelf["refunds"] {
		if s.shelf["orders"][refund.parent] == nil {
			delete(s.shelf["refunds"], id)
		}
	}
}

func TestASecondSyncOfAnUnchangedStoreWritesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.stock(t)
	b.sync()
	b.shop.requests()
	if applied := b.sync(); applied.Changes() != 0 {
		t.Errorf("the second sync wrote %+v", applied)
	}
	log := b.shop.requests()
	if len(log) > 12 {
		t.Errorf("the second sync cost %d requests: %v", len(log), log)
	}
}

func TestHostileValuesSurvive(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.shop.fill(t, 3)
	values := []string{
		`10`, `10.0`, `0.1`, `0.30000000000000004`, `1e2`, `-0`, `9007199254740993`, `123456789012345678901234567890`,
		`"\u00fc\u4e2d\ud83d\ude00"`, `"ü中😀"`, `"a\/b\\\"c\n\u0000"`, `""`, `null`, `true`, `[]`, `{}`,
		`{"b":1,"a":{"z":[1,2.50,null]}}`, `[[],{},"x"]`, `"<script>&amp;</script>"`,
	}
	meta := "["
	for i, v := range values {
		if i > 0 {
			meta += ","
		}
		meta += fmt.Sprintf(`{"id":%d,"key":"k%d","value":%s}`, i+1, i, v)
	}
	b.shop.edit("orders", 1000, "meta_data", meta+"]")
	b.sync()
	b.equal()
	got, err := b.db.Query(t.Context(), `SELECT key, value FROM order_meta WHERE order_id = 1000 ORDER BY id`, 0)
	if err != nil || len(got.Values) != len(values) {
		t.Fatalf("order_meta gives %d of %d entries: %v", len(got.Values), len(values), err)
	}
	// A change from 10 to 10.0 is a change of the answer.
	b.shop.tick(60e9)
	b.shop.edit("orders", 1003, "meta_data", `[{"id":1,"key":"n","value":10}]`)
	b.sync()
	b.shop.tick(60e9)
	b.shop.edit("orders", 1003, "meta_data", `[{"id":1,"key":"n","value":10.0}]`)
	b.sync()
	b.equal()
	changes := slices.Sorted(maps.Keys(kinds(t, b.db, b.store.ID, 0)))
	if len(changes) == 0 {
		t.Error("no changes were logged")
	}
}
