package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// measuredRequest is the request of a measured operation for this store.
type measuredRequest struct {
	method, path string
	body         []byte
}

// request puts the ids of the fixtures into a measured request.
func (m *measuredStore) request(o *measuredOperation) (measuredRequest, error) {
	method, path, _ := strings.Cut(o.Request, " ")
	target, err := m.target(o.Op)
	if err != nil {
		return measuredRequest{}, err
	}
	for placeholder, value := range target.path {
		path = strings.ReplaceAll(path, placeholder, value)
	}
	if at := strings.IndexByte(path, '{'); at >= 0 {
		return measuredRequest{}, fmt.Errorf("%s: nothing fills %s", o.Op, path[at:])
	}
	switch {
	case strings.HasPrefix(path, "/wp-json"):
	case strings.HasPrefix(path, "/wc-analytics"), strings.HasPrefix(path, "/wc-admin"),
		strings.HasPrefix(path, "/wc/"), strings.HasPrefix(path, "/wp/"), strings.HasPrefix(path, "/wp-abilities/"):
		path = "/wp-json" + path
	default:
		path = "/wp-json/wc/v3" + path
	}
	for filter, value := range map[string]string{
		"email=": "customer-fixture@example.test", "modified_after=": "2000-01-01T00:00:00",
		"pos_products_only=": "true",
	} {
		if strings.HasSuffix(path, filter) {
			path += value
		}
	}
	request := measuredRequest{method: method, path: path}
	if len(o.Body) > 0 {
		var body any
		if err := json.Unmarshal(o.Body, &body); err != nil {
			return measuredRequest{}, fmt.Errorf("%s: %w", o.Op, err)
		}
		if request.body, err = json.Marshal(m.translate(body, "", target)); err != nil {
			return measuredRequest{}, err
		}
	}
	return request, nil
}

// target is what an operation acts on.
type target struct {
	path map[string]string
	id   int64 // in the items of a batch
	item int64 // the order line of a refund
	of   string
}

// target reads the id of an operation: resource, action, whose record, status.
func (m *measuredStore) target(op string) (target, error) {
	words := strings.Split(op, ".")
	if words[0] == "v1" || words[0] == "v2" {
		words = words[1:]
	}
	resource := words[0]
	whose := firstOf(words, "own", "others", "guest", "customer", "own_with_customer", "self_customer",
		"placed_by_self_as_shopper", "entered_in_wpadmin_by_self")
	status := firstOf(words[min(2, len(words)):], "publish", "private", "draft", "pending", "future", "trash",
		"on-hold", "completed",
		"cancelled", "failed", "checkout-draft", "approved", "hold", "public_status", "private_status",
		"internal_status", "trashed_public_status")
	t := target{path: map[string]string{}, of: resource}
	name := ""
	switch {
	case words[len(words)-1] == "missing":
		t.path["{id}"] = "999999"
		t.id = 9999999
		return t, nil
	case len(words) > 3 && words[2] == "wrong_type":
		t.id = m.ids[map[string]string{
			"product": "products others publish", "coupon": "coupons others publish",
			"refund": "refunds others on others",
		}[words[3]]]
		t.path["{id}"] = strconv.FormatInt(t.id, 10)
		return t, nil
	case strings.HasSuffix(op, "products.related"), strings.HasSuffix(op, "products_related"):
		name = "products others publish"
	case strings.HasPrefix(resource, "order") || resource == "refunds":
		name = m.orderTarget(&t, words, whose, status)
	case resource == "products" && strings.Contains(op, "variation_through_products"):
		name = "variations " + whose + " publish"
		t.path["{variation id}"] = strconv.FormatInt(m.ids[name], 10)
	case resource == "products" && strings.Contains(op, "variable_parent"):
		name = "parents " + whose + " publish"
	case resource == "products" && strings.Contains(op, "update_to_publish"):
		name = "products " + whose + " draft"
	case resource == "products" && strings.Contains(op, "update_untrash"):
		name = "products " + whose + " trash"
	case resource == "products" || resource == "coupons":
		name = resource + " " + whose + " " + orElse(status, "publish")
	case resource == "variations":
		status = orElse(status, "publish")
		name = "parents " + whose + " " + status
		t.path["{vid}"] = strconv.FormatInt(m.ids["variations "+whose+" "+status], 10)
		if slices.Contains(words, "batch") {
			t.path["{id}"] = strconv.FormatInt(m.ids[name], 10)
			name = "variations " + whose + " " + status
		}
	case resource == "customers":
		name = "customers " + orElse(firstOf(words[1:], append(measuredRoles, "self", "no_role")...), "customer")
	case resource == "webhooks":
		name = "webhooks " + orElse(whose, "own")
	case resource == "reviews":
		if slices.Contains(words, "approve") {
			status = "hold"
		}
		name = "reviews " + orElse(status, "approved")
	case resource == "attribute_terms":
		t.path["{id}"] = strconv.FormatInt(m.ids["attributes"], 10)
		t.path["{tid}"] = strconv.FormatInt(m.ids["attribute_terms"], 10)
		name = "attribute_terms"
	case resource == "taxes", resource == "categories", resource == "tags", resource == "brands",
		resource == "shipping_classes", resource == "attributes":
		name = resource
	default:
		m.configurationTarget(&t, op, resource)
	}
	t.id = m.ids[name]
	if t.id != 0 && t.path["{id}"] == "" {
		t.path["{id}"] = strconv.FormatInt(t.id, 10)
	}
	if t.path["{own user id}"] == "" {
		t.path["{own user id}"] = strconv.FormatInt(m.ids["customers self"], 10)
	}
	return t, nil
}

// orderTarget finds the order, note or refund of an operation.
func (m *measuredStore) orderTarget(t *target, words []string, whose, status string) string {
	last := words[len(words)-1]
	by, order := "others", whose
	switch {
	case slices.Contains(words, "untrash"):
		status = "trash"
	case last == "own":
		by = "own"
	case last == "others_note_on_own_order":
		order = "own"
	case last == "own_note_on_others_order":
		by, order = "own", "others"
	case strings.Contains(last, "_refund_on_"):
		by, order, _ = strings.Cut(strings.TrimSuffix(last, "_order"), "_refund_on_")
	}
	if words[1] == "update" && slices.Contains([]string{"completed", "processing"}, last) {
		status = ""
	}
	name := strings.TrimSpace("orders " + orElse(order, "others") + " " + status)
	t.path["{note}"] = strconv.FormatInt(m.ids["notes "+by+" on "+order], 10)
	if note, known := m.ids["notes on "+name]; known {
		t.path["{note}"] = strconv.FormatInt(note, 10)
	}
	t.path["{refund}"] = strconv.FormatInt(m.ids["refunds "+by+" on "+order], 10)
	t.item = m.ids["items of "+name]
	if words[1] == "list" {
		t.path["{id}"] = strconv.FormatInt(m.ids["customers customer"], 10)
		if words[0] != "orders" {
			t.path["{id}"] = strconv.FormatInt(m.ids[name], 10)
		}
	}
	return name
}

// configurationTarget names records that are named by words.
func (m *measuredStore) configurationTarget(t *target, op, resource string) {
	fill := func(pairs ...string) {
		for i := 0; i+1 < len(pairs); i += 2 {
			t.path[pairs[i]] = pairs[i+1]
		}
	}
	switch resource {
	case "tax_classes":
		fill("{slug}", "fx-class")
	case "shipping_zones", "shipping_zone_locations", "shipping_zone_methods":
		fill("{id}", strconv.FormatInt(m.ids["zones"], 10), "{iid}", strconv.FormatInt(m.ids["methods"], 10))
	case "shipping_methods":
		fill("{id}", "flat_rate")
	case "payment_gateways":
		fill("{id}", "cod")
	case "settings":
		if op == "settings.email_update" {
			fill("{group}", "email", "{id}", "woocommerce_email_from_address")
		}
		fill("{group}", orElse(t.path["{group}"], "general"), "{id}",
			orElse(t.path["{id}"], "woocommerce_store_address"))
	case "system_status":
		fill("{id}", "clear_transients")
		if strings.HasSuffix(op, "reset_roles") {
			fill("{id}", "reset_roles")
		}
	case "data":
		fill("{c}", map[string]string{"data.continent": "eu", "data.country": "fr", "data.currency": "eur"}[op])
	}
}

// translate replaces the ids of the measured store in a body.
func (m *measuredStore) translate(value any, key string, t target) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = m.translate(member, key+"."+name, t)
		}
	case []any:
		for i, element := range value {
			value[i] = m.translate(element, key, t)
		}
	case float64:
		switch key {
		case ".update.id", ".delete":
			return t.id
		case ".line_items.id":
			return t.item
		case ".line_items.product_id", ".create.line_items.product_id", ".product_id", ".create.product_id":
			return m.ids["products others "+map[float64]string{26: "publish", 27: "private", 28: "draft"}[value]]
		case ".customer_id":
			return m.ids["customers customer"]
		case ".categories.id":
			return m.ids["categories"]
		case ".tags.id":
			return m.ids["tags"]
		case ".brands.id":
			return m.ids["brands"]
		case ".attributes.id", ".create.attributes.id":
			return m.ids["attributes"]
		}
	case string:
		switch {
		case strings.HasSuffix(key, ".src"), strings.HasSuffix(key, ".file"):
			return m.outside + "/picture.png"
		case strings.HasSuffix(key, ".delivery_url"):
			return m.outside + "/hook"
		}
	}
	return value
}

func firstOf(words []string, candidates ...string) string {
	for _, word := range words {
		if slices.Contains(candidates, word) {
			return word
		}
	}
	return ""
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
