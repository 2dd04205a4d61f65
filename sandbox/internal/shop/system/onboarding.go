package system

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// onboarding are the routes under wc-admin/onboarding with the capabilities that their controllers ask for. The first
// row that fits decides. The sandbox simulates none of them, but their Allow header shows the caller's rights
// (WooCommerce 10.0.2: src/Admin/API/Onboarding*.php).
var onboarding = []struct {
	path  string // what the pattern begins with, below wc-admin/onboarding/
	needs []string
	code  string
}{
	{"plugins/install-and-activate", []string{"install_plugins", "activate_plugins"}, "woocommerce_rest_cannot_update"},
	{"plugins/", []string{"install_plugins"}, "woocommerce_rest_cannot_update"},
	{"products", []string{"manage_options"}, "woocommerce_rest_cannot_update"},
	{"tasks/create_homepage", []string{"publish_pages", "manage_options"}, "woocommerce_rest_cannot_create"},
	{"tasks/import_sample_products", []string{"publish_products"}, "woocommerce_rest_cannot_create"},
	{"tasks/create_product_from_template", []string{"publish_products"}, "woocommerce_rest_cannot_create"},
	{`tasks/(?P<id>[a-z0-9_\-]+)/hide`, []string{"manage_woocommerce"}, "woocommerce_rest_cannot_update"},
	{`tasks/(?P<id>[a-z0-9_\-]+)/unhide`, []string{"manage_woocommerce"}, "woocommerce_rest_cannot_update"},
	{"tasks", []string{"manage_woocommerce"}, "woocommerce_rest_cannot_create"},
	{"themes/recommended", []string{"manage_woocommerce"}, "woocommerce_rest_cannot_view"},
	{"themes/", []string{"switch_themes"}, "woocommerce_rest_cannot_update"},
	{"", []string{"manage_woocommerce"}, "woocommerce_rest_cannot_view"},
}

// unplayed are the beginnings of other routes that the sandbox does not simulate. One of the capabilities is enough
// (the measurement of 11.0.1). PayPal's routes want a signature of PayPal, so no user passes.
var unplayed = map[string]struct {
	oneOf []string
	code  string
}{
	"/wc/v3/paypal-":                    {nil, "rest_forbidden"},
	"/wc/pos/v1/catalog/create":         {[]string{"manage_woocommerce", "manage_options"}, "rest_forbidden"},
	"/wc-analytics/imports/":            {[]string{"manage_woocommerce"}, "woocommerce_rest_cannot_access"},
	"/wc-admin/tax/":                    {[]string{"manage_woocommerce"}, "woocommerce_rest_cannot_edit"},
	"/wc-admin/marketplace-promotions/": {[]string{"manage_woocommerce"}, "rest_forbidden"},
	"/wc-admin/mobile-app/qr-login-":    {[]string{"manage_woocommerce"}, "woocommerce_rest_cannot_view"},
}

// Unplayed is the permission of a route that the sandbox lists but does not simulate. Nil means that everybody may, as
// for routes of which nothing was measured.
func (s *Store) Unplayed(pattern string) rest.Permission {
	for beginning, row := range unplayed {
		if strings.HasPrefix(pattern, beginning) {
			return func(r *rest.Request) error {
				if slices.ContainsFunc(row.oneOf, r.Can) {
					return nil
				}
				return r.Denied(row.code, "Sorry, you are not allowed to do that.")
			}
		}
	}
	below, ok := strings.CutPrefix(pattern, "/wc-admin/onboarding/")
	if !ok {
		return nil
	}
	for _, row := range onboarding {
		if strings.HasPrefix(below, row.path) {
			return func(r *rest.Request) error {
				if (capability.Check{Needs: row.needs}).PassedBy(r.Can) {
					return nil
				}
				return r.Denied(row.code, "Sorry, you are not allowed to do that.")
			}
		}
	}
	return nil
}
