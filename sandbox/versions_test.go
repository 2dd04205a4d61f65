package sandbox_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox"
)

// Compared were fresh stores of WooCommerce 8.4.0, 9.9.0 and 10.0.2 on WordPress 6.8.2: the indexes with all arguments,
// and one record of each resource.

// routesLackingIn84 are the routes of wc/v3 that 10.0.2 has and 8.4.0 has not.
var routesLackingIn84 = strings.Fields(`
	/wc/v3/layout-templates /wc/v3/layout-templates/(?P<id>\w[\w\s\-]*) /wc/v3/marketplace/create-order
	/wc/v3/marketplace/subscriptions/activate-plugin /wc/v3/marketplace/subscriptions/install-url
	/wc/v3/orders/(?P<id>[\d]+)/actions/email_templates /wc/v3/orders/(?P<id>[\d]+)/actions/send_email
	/wc/v3/orders/(?P<id>[\d]+)/actions/send_order_details /wc/v3/orders/(?P<id>[\d]+)/receipt /wc/v3/orders/statuses
	/wc/v3/products/(?P<id>[\d]+)/duplicate /wc/v3/products/brands /wc/v3/products/brands/(?P<id>[\d]+)
	/wc/v3/products/brands/batch /wc/v3/products/custom-fields/names /wc/v3/products/shipping_classes/slug-suggestion
	/wc/v3/products/suggested-products /wc/v3/refunds`)

// argumentsLackingIn84 are those of routes that both have, by route and whether they are for reading.
var argumentsLackingIn84 = map[string]string{
	"GET /wc/v3/orders":                "created_via",
	"POST /wc/v3/orders":               "created_via manual_update",
	`POST /wc/v3/orders/(?P<id>[\d]+)`: "created_via manual_update",
	"POST /wc/v3/orders/batch":         "created_via manual_update",
	"GET /wc/v3/products": "brand downloadable exclude_status exclude_types include_status include_types " +
		"search_name_or_sku virtual",
	"POST /wc/v3/products":               "brands global_unique_id",
	`POST /wc/v3/products/(?P<id>[\d]+)`: "brands global_unique_id",
	"POST /wc/v3/products/batch":         "brands global_unique_id",
	`GET /wc/v3/products/(?P<product_id>[\d]+)/variations`: "downloadable exclude_status " +
		"include_status virtual",
	`POST /wc/v3/products/(?P<product_id>[\d]+)/variations`:               "global_unique_id",
	`POST /wc/v3/products/(?P<product_id>[\d]+)/variations/(?P<id>[\d]+)`: "global_unique_id",
	`POST /wc/v3/products/(?P<product_id>[\d]+)/variations/batch`:         "global_unique_id",
	`POST /wc/v3/products/(?P<product_id>[\d]+)/variations/generate`:      "global_unique_id",
}

// routeArguments are the arguments a store lists, by method and route of wc/v3.
func routeArguments(t *testing.T, server *sandbox.Server) map[string][]string {
	t.Helper()
	response, err := server.Client().Get(server.URL + "/wp-json/wc/v3")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var index struct {
		Routes map[string]struct {
			Endpoints []struct {
				Methods []string
				Args    json.RawMessage
			}
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&index); err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for pattern, route := range index.Routes {
		for _, endpoint := range route.Endpoints {
			var arguments map[string]any
			_ = json.Unmarshal(endpoint.Args, &arguments) // none are an empty list
			names := []string{}
			for name := range arguments {
				names = append(names, name)
			}
			slices.Sort(names)
			all[endpoint.Methods[0]+" "+pattern] = names
		}
	}
	return all
}

func TestOlderVersionsLackTheRoutesAndArgumentsTheyLacked(t *testing.T) {
	t.Parallel()
	newest := routeArguments(t, sandbox.Start(t, sandbox.WithVersion("10.0.2")))
	if got := routeArguments(t, sandbox.Start(t, sandbox.WithVersion("9.9.0"))); len(got) != len(newest) {
		t.Errorf("9.9.0 lists %d endpoints, 10.0.2 %d; they were equal", len(got), len(newest))
	}
	oldest := routeArguments(t, sandbox.Start(t, sandbox.WithVersion("8.4.0")))
	for endpoint, arguments := range newest {
		_, pattern, _ := strings.Cut(endpoint, " ")
		older, there := oldest[endpoint]
		if lacking := slices.Contains(routesLackingIn84, pattern); there == lacking {
			t.Errorf("8.4.0 lists %s: %v, want %v", endpoint, there, !lacking)
			continue
		}
		var lacks []string
		for _, name := range arguments {
			if there && !slices.Contains(older, name) {
				lacks = append(lacks, name)
			}
		}
		if want := argumentsLackingIn84[endpoint]; strings.Join(lacks, " ") != want {
			t.Errorf("%s of 8.4.0 lacks %q, measured %q", endpoint, lacks, want)
		}
	}
}

// TestRoutesAndArgumentsSince10 are those that tell the stores of 10.0.2 to 11.0.1 apart: each is there from one
// version on, or up to another.
func TestRoutesAndArgumentsSince10(t *testing.T) {
	t.Parallel()
	versions := map[string]map[string][]string{}
	for _, version := range []string{
		"10.0.2", "10.1.2", "10.2.2", "10.3.6", "10.4.3", "10.5.3", "10.6.2", "10.9.4", "11.0.1",
	} {
		versions[version] = routeArguments(t, sandbox.Start(t, sandbox.WithVersion(version)))
	}
	const variations = `/wc/v3/products/(?P<product_id>[\d]+)/variations`
	for what, first := range map[string]string{
		"GET /wc/v3/variations": "10.3.6", `GET /wc/v3/products/(?P<id>[\d]+)/related`: "10.5.3",
		"POST /wc/v3/paypal-webhooks":       "10.3.6",
		"GET /wc/v3/products search_fields": "10.1.2", "GET /wc/v3/products pos_products_only": "10.5.3",
		"GET /wc/v3/products image_size": "11.0.1", "POST " + variations + " gallery_image_ids": "10.9.4",
		"!GET /wc/v3/layout-templates": "11.0.1", "!POST /wc/v3/products/categories menu_order": "10.6.2",
	} {
		name, gone := strings.CutPrefix(what, "!")
		words := strings.Fields(name)
		for version, routes := range versions {
			arguments, there := routes[words[0]+" "+words[1]]
			if len(words) == 3 {
				there = slices.Contains(arguments, words[2])
			}
			from, _ := capability.ParseVersion(first)
			at, _ := capability.ParseVersion(version)
			if there != (at.AtLeast(from) != gone) {
				t.Errorf("%s of %s: %v", name, version, there)
			}
		}
	}
}

func TestOlderVersionsIgnoreWhatTheyDoNotKnow(t *testing.T) {
	t.Parallel()
	store := sandbox.Start(t, sandbox.WithVersion("8.4.0"))
	call := func(method, path, body string) (int, map[string]any) {
		r, err := http.NewRequestWithContext(t.Context(), method, store.URL+"/wp-json/wc/v3"+path,
			strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(store.Key, store.Secret)
		r.Header.Set("Content-Type", "application/json")
		response, err := store.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var record map[string]any
		if err := json.NewDecoder(response.Body).Decode(&record); err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, record
	}
	for _, path := range []string{"/refunds", "/orders/statuses", "/products/brands"} {
		if status, refusal := call("GET", path, ""); status != http.StatusNotFound ||
			refusal["code"] != "rest_no_route" {
			t.Errorf("%s of 8.4.0: %d %v", path, status, refusal["code"])
		}
	}
	_, order := call("POST", "/orders", `{"created_via":"shop-floor"}`)
	if order["created_via"] != "rest-api" {
		t.Errorf("an order of 8.4.0 is created via %v", order["created_via"])
	}
	status, product := call("POST", "/products", `{"name":"A","global_unique_id":"not a number","brands":[{"id":1}]}`)
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, product)
	}
	for _, name := range []string{"global_unique_id", "brands"} {
		if _, there := product[name]; there {
			t.Errorf("a product of 8.4.0 has %s", name)
		}
	}
	call("POST", "/coupons", `{"code":"x","amount":"1"}`)
	_, order = call("POST", "/orders", `{"fee_lines":[{"name":"f","total":"5"}],"coupon_lines":[{"code":"x"}]}`)
	line := order["coupon_lines"].([]any)[0].(map[string]any)
	kept := line["meta_data"].([]any)[0].(map[string]any)
	if line["code"] != "x" || line["discount_type"] != nil || kept["key"] != "coupon_data" ||
		kept["value"].(map[string]any)["discount_type"] != "fixed_cart" {
		t.Errorf("a coupon line of 8.4.0: %v", line)
	}
	if links := order["_links"].(map[string]any); links["email_templates"] != nil {
		t.Errorf("an order of 8.4.0 links to %v", links)
	}
	_, order = call("POST", "/orders", `{"shipping_lines":[{"method_id":"flat_rate","total":"5"}]}`)
	if line := order["shipping_lines"].([]any)[0].(map[string]any); line["tax_status"] != nil {
		t.Errorf("a shipping line of 8.4.0: %v", line)
	}
	_, customer := call("POST", "/customers", `{"email":"a@example.test"}`)
	if meta := customer["meta_data"].([]any); len(meta) != 0 {
		t.Errorf("a customer of 8.4.0 has %v", meta)
	}
}
