package settings

import "github.com/waybillhq/waybill/sandbox/internal/shop/core"

// installedPages are the pages of a fresh installation. With the first post and the placeholder image they take the ids
// up to 9.
func installedPages() []Page {
	return []Page{
		{ID: 2, Title: "Sample Page", Status: "publish"},
		{ID: 3, Title: "Privacy Policy", Status: "draft"},
		{ID: 5, Title: "Shop", Status: "publish"},
		{ID: 6, Title: "Cart", Status: "publish", Block: "woocommerce/cart"},
		{ID: 7, Title: "Checkout", Status: "publish", Block: "woocommerce/checkout"},
		{ID: 8, Title: "My account", Status: "publish", Shortcode: "[woocommerce_my_account]"},
		{ID: 9, Title: "Refund and Returns Policy", Status: "draft"},
	}
}

// shopPage is a page that WooCommerce needs: the option that names it, and how its content shows the shop.
type shopPage struct {
	Name, Option     string
	title            string // of the page that the installation makes; "" for none
	Shortcode, Block string
}

// ShopPages are the pages that the system status lists and that "create pages" makes.
var ShopPages = []shopPage{
	{Name: "Shop base", Option: "woocommerce_shop_page_id", title: "Shop"},
	{Name: "Cart", Option: "woocommerce_cart_page_id", title: "Cart", Shortcode: "[woocommerce_cart]",
		Block: "woocommerce/cart"},
	{Name: "Checkout", Option: "woocommerce_checkout_page_id", title: "Checkout", Shortcode: "[woocommerce_checkout]",
		Block: "woocommerce/checkout"},
	{Name: "My account", Option: "woocommerce_myaccount_page_id", title: "My account",
		Shortcode: "[woocommerce_my_account]"},
	{Name: "Terms and conditions", Option: "woocommerce_terms_page_id"},
}

// Page is the page with that id.
func (s *Store) Page(id int64) (Page, bool) {
	for _, page := range s.Pages {
		if page.ID == id {
			return page, true
		}
	}
	return Page{}, false
}

// InstallPages makes a new page for every option whose page is missing (WC_Install::create_pages).
func (s *Store) InstallPages() {
	for _, needed := range ShopPages {
		if _, ok := s.Page(int64(s.Options.Int(needed.Option))); ok || needed.title == "" {
			continue
		}
		for _, page := range s.Pages {
			if page.Title == needed.title {
				s.SetOption(needed.Option, core.Itoa(page.ID))
			}
		}
	}
}
