package schema

import "testing"

func TestTheTableHasEveryResourceAndEveryKindIsKnown(t *testing.T) {
	t.Parallel()
	kinds := map[Kind]bool{Text: true, Money: true, Price: true, Measure: true, Number: true, Whole: true, Count: true,
		ID: true, Flag: true,
		Date: true, Moment: true, Email: true, Country: true, URL: true, Digits: true, IDs: true, Texts: true,
		Any: true, Object: true, List: true}
	var walk func(t *testing.T, path string, m *Member)
	walk = func(t *testing.T, path string, m *Member) {
		seen := map[string]bool{}
		for _, member := range m.Members {
			if seen[member.Name] {
				t.Errorf("%s.%s stands there twice", path, member.Name)
			}
			seen[member.Name] = true
			if !kinds[member.Kind] {
				t.Errorf("%s.%s is %q, which is no kind", path, member.Name, member.Kind)
			}
			if (len(member.Members) > 0) != (member.Kind == Object || member.Kind == List) {
				t.Errorf("%s.%s is %s with %d members", path, member.Name, member.Kind, len(member.Members))
			}
			walk(t, path+"."+member.Name, member)
		}
	}
	for _, resource := range []string{"orders", "order_notes", "refunds", "products", "variations", "customers",
		"coupons", "product_categories", "product_tags", "webhooks"} {
		m, ok := Of(resource)
		if !ok {
			t.Errorf("%s is missing", resource)
			continue
		}
		walk(t, resource, m)
	}
}

func TestSuggestKnowsWhatPeopleCallThings(t *testing.T) {
	t.Parallel()
	tests := []struct{ resource, in, name, want string }{
		{"orders", "line_items", "qty", "quantity"},
		{"orders", "line_items", "toal", "total"},
		{"orders", "line_items", "unit_price", "total"},
		{"orders", "shipping_lines", "cost", "total"},
		{"orders", "billing", "zip", "postcode"},
		{"orders", "billing", "postalcode", "postcode"},
		{"orders", "billing", "mail", "email"},
		{"orders", "billing", "emial", "email"},
		{"orders", "billing", "street", "address_1"},
		{"orders", "", "stauts", "status"},
		{"orders", "", "Items", "line_items"},
		{"orders", "", "acme_warehouse", ""},
		{"products", "", "regular_prize", "regular_price"},
		{"products", "", "length", "dimensions.length"},
		{"products", "", "quantity", "stock_quantity"},
		{"products", "attributes", "option", "options"},
		{"products", "default_attributes", "options", "option"},
		{"variations", "attributes", "options", "option"},
		{"refunds", "line_items", "qty", "quantity"},
		{"refunds", "line_items", "tax", "refund_tax"},
		{"coupons", "", "expiry_date", "date_expires"},
		{"webhooks", "", "url", "delivery_url"},
		{"product_categories", "", "parent_id", "parent"},
	}
	for _, test := range tests {
		m, _ := Of(test.resource)
		if test.in != "" {
			m = m.Find(test.in)
		}
		if got := m.Suggest(test.name); got != test.want {
			t.Errorf("%s %s %s: %q, want %q", test.resource, test.in, test.name, got, test.want)
		}
	}
}

func TestAMemberIsTakenFromItsVersionOn(t *testing.T) {
	t.Parallel()
	m, _ := Of("variations")
	gallery := m.Find("gallery_image_ids")
	for version, want := range map[string]bool{"": true, "11.0.1": true, "10.9.0": true, "10.10.2": true,
		"10.6.2": false, "8.4.0": false, "10.9.0-beta.1": true} {
		if gallery.TakenBy(version) != want {
			t.Errorf("%q: %v, want %v", version, !want, want)
		}
	}
}
