package capability

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// routePattern turns a route of the index into the form of Endpoint.Path.
var routePattern = regexp.MustCompile(`\(\?P<(\w+)>[^)]*\)(\{\d+\}\))?`)

func TestEndpointsAreTheRoutesOfTheRecordedIndex(t *testing.T) {
	t.Parallel()
	for version, file := range map[Version]string{Measured: "testdata/routes.txt",
		Newest: "testdata/routes-11.0.1.txt"} {
		compareRoutes(t, Site{Version: version, Fulfillments: true}, file)
	}
}

func compareRoutes(t *testing.T, site Site, file string) {
	t.Helper()
	index, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("{order_id}", "{id}", "{product_id}", "{id}", "{attribute_id}", "{id}",
		"{customer_id}", "{id}",
		"{zone_id}", "{id}", "{instance_id}", "{id}", "{group_id}", "{group}", "{fulfillment_id}", "{id}", "{location}",
		"{code}", "{currency}", "{code}")
	recorded := map[string]string{}
	for line := range strings.Lines(string(index)) {
		path, methods, _ := strings.Cut(strings.TrimSpace(line), " ")
		path = names.Replace(routePattern.ReplaceAllString(path, "{$1}"))
		recorded[path] = strings.ReplaceAll(methods, " ", ",")
	}
	known := map[string]bool{}
	for _, e := range Endpoints() {
		if !site.has(e) {
			continue
		}
		known[e.Path] = true
		var methods []string
		for _, handler := range e.Handlers {
			methods = append(methods, handler.Methods...)
			if ruleFor(e.Resource, handler.Action) == nil {
				t.Errorf("%s: no rule for %s.%s", e.Path, e.Resource, handler.Action)
			}
		}
		if got := strings.Join(methods, ","); got != recorded[e.Path] {
			t.Errorf("%s on %s: model has %s, the store %q", e.Path, site.Version, got, recorded[e.Path])
		}
	}
	for path := range recorded {
		if !known[path] && !strings.HasPrefix(path, "/wc/v3/marketplace") &&
			!strings.HasPrefix(path, "/wc/v3/paypal") && path != "/wc/v3/layout-templates/{id}" {
			t.Errorf("the route %s of %s is not in the model", path, site.Version)
		}
	}
}

func TestAllowHeaderListsWhatTheCallerMayDo(t *testing.T) {
	t.Parallel()
	manager, _ := StockRole("shop_manager", Measured)
	sm := Caller{Caps: manager.Caps, Roles: []string{"shop_manager"}}
	readOnlySM := sm
	readOnlySM.Key = ReadOnly
	fullPermission := "GET, POST, PUT, PATCH, DELETE"
	five := Caller{Caps: NewSet(fiveOrderCaps...)}
	// The first seven were recorded or measured: recordings, and docs/checks/cap-hpos-placeholder.md.
	for _, c := range []struct {
		name, path string
		caller     Caller
		site       Site
		rec        Record
		want       string
	}{
		{"collection", "/wc/v3/orders", sm, Site{}, Record{}, "GET, POST"},
		{"single", "/wc/v3/orders/{id}", sm, Site{}, Record{}, fullPermission},
		{"batch", "/wc/v3/orders/batch", sm, Site{}, Record{}, "POST, PUT, PATCH"},
		{"receipt is registered the other way round", "/wc/v3/orders/{id}/receipt", sm, Site{}, Record{}, "POST, GET"},
		{"a shop manager deletes no customer", "/wc/v3/customers/{id}", sm, Site{},
			Record{TargetRoles: []string{"customer"}}, "GET, POST, PUT, PATCH"},
		{"a shop manager edits no administrator", "/wc/v3/customers/{id}", sm, Site{},
			Record{TargetRoles: []string{"administrator"}}, "GET"},
		{"order capabilities under order tables", "/wc/v3/orders/{id}", five, Site{Version: Measured},
			Site{}.Order(CreatedByOther), "GET"},
		{"order capabilities under order tables of 11.0", "/wc/v3/orders/{id}", five, Site{},
			Site{}.Order(CreatedByOther), "GET, POST, PUT, PATCH"},
		{"order capabilities under posts", "/wc/v3/orders/{id}", five, Site{Storage: Posts},
			Site{Storage: Posts}.Order(CreatedByOther), "GET, POST, PUT, PATCH"},
		{"the key's own permission does not show", "/wc/v3/orders", readOnlySM, Site{}, Record{}, "GET, POST"},
		{"nobody authenticated", "/wc/v3/orders", Caller{Anonymous: true}, Site{}, Record{}, ""},
		{"row deleted by a cleaner", "/wc/v3/orders/{id}", sm, Site{Version: Measured}, Site{}.Order(RowMissing),
			"GET"},
		{"row deleted by a cleaner, 11.0", "/wc/v3/orders/{id}", sm, Site{}, Site{}.Order(RowMissing), fullPermission},
		{"missing product", "/wc/v3/products/{id}", sm, Site{}, Record{Missing: true}, fullPermission},
		{"missing customer", "/wc/v3/customers/{id}", sm, Site{}, Record{Missing: true}, ""},
		// Asked of WooCommerce 10.0.2 with OPTIONS on ids that do not exist.
		{"missing variation", "/wc/v3/products/{id}/variations/{id}", sm, Site{}, Record{Missing: true}, ""},
		{"missing review", "/wc/v3/products/reviews/{id}", sm, Site{}, Record{Missing: true}, ""},
		{"missing attribute", "/wc/v3/products/attributes/{id}", sm, Site{}, Record{Missing: true}, ""},
		{"missing category", "/wc/v3/products/categories/{id}", sm, Site{}, Record{Missing: true}, ""},
		{"missing webhook", "/wc/v3/webhooks/{id}", sm, Site{}, Record{Missing: true}, fullPermission},
		{"missing webhook, anonymous", "/wc/v3/webhooks/{id}", Caller{Anonymous: true}, Site{}, Record{Missing: true},
			""},
		{"notes of a missing order", "/wc/v3/orders/{id}/notes", sm, Site{}, Record{Missing: true}, "GET, POST"},
		{"notes of a missing order, anonymous", "/wc/v3/orders/{id}/notes", Caller{Anonymous: true}, Site{},
			Record{Missing: true}, ""},
		{"receipt of a missing order", "/wc/v3/orders/{id}/receipt", sm, Site{}, Record{Missing: true}, ""},
		{"e-mails of a missing order", "/wc/v3/orders/{id}/actions/email_templates", sm, Site{}, Record{Missing: true},
			""},
		{"variation addressed as a product", "/wc/v3/products/{id}", sm, Site{}, Record{IsVariation: true},
			fullPermission},
	} {
		i := slices.IndexFunc(endpoints, func(e Endpoint) bool { return e.Path == c.path })
		if got := strings.Join(c.site.Allow(c.caller, endpoints[i], c.rec), ", "); got != c.want {
			t.Errorf("%s: Allow %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOperationOfAMethod(t *testing.T) {
	t.Parallel()
	item := standard("orders", Orders)[1]
	for method, want := range map[string]Action{"get": Get, "HEAD": Get, "PATCH": Update, "POST": Update,
		"DELETE": Delete} {
		if op, ok := item.Operation(method); !ok || op != (Operation{Resource: Orders, Action: want}) {
			t.Errorf("%s on an order is %v, %v", method, op, ok)
		}
	}
	if _, ok := item.Operation("TRACE"); ok {
		t.Error("TRACE is served")
	}
}
