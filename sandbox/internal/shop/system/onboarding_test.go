package system_test

import (
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestOnboardingIsForThoseItsControllersLetIn(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t, func(c *shoptest.Config) { c.Version = "10.0.2" })
	shop.Server.RegisterRecorded(shop.System.Unplayed)
	// Measured: WordPress 6.8.2, WooCommerce 10.0.2.
	for _, route := range []struct{ path, administrator, manager string }{
		{"products", "POST", ""},
		{"tasks", "GET, POST", "GET, POST"},
		{"profile", "GET, POST, PUT, PATCH", "GET, POST, PUT, PATCH"},
		{"product-types", "GET", "GET"},
		{"themes/recommended", "GET", "GET"},
		{"themes/install", "POST, PUT, PATCH", ""},
		{"plugins/jetpack-authorization-url", "GET", ""},
		{"tasks/create_homepage", "POST", ""},
		{"tasks/import_sample_products", "POST", "POST"},
	} {
		for role, want := range map[string]string{
			"administrator": route.administrator, "shop_manager": route.manager, "author": "", "customer": "",
		} {
			shop.Caller = shop.User(role+route.path, role)
			if got := shop.Ask("OPTIONS", "/wc-admin/onboarding/"+route.path, "").Header.Get("Allow"); got != want {
				t.Errorf("%s of %s is allowed %q, want %q", role, route.path, got, want)
			}
		}
	}
}
