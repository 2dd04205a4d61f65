package shop

// Page is a page of the site that WooCommerce looks at.
type Page struct {
	ID     int64
	Title  string
	Status string // publish or draft
	// Block and Shortcode are what its content shows the shop with; "" for
	// none.
	Block, Shortcode string
}

// installedPages are the pages of a fresh installation; together with the first
// post and the placeholder image they take the ids up to 9.
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

// shopPage is a page that WooCommerce needs: the option that names it, and how
// its content shows the shop.
type shopPage struct {
	name, option     string
	title            string // of the page that the installation makes; "" for none
	shortcode, block string
}

// shopPages are the pages that WooCommerce asks after.
var shopPages = []shopPage{
	{name: "Shop base", option: "woocommerce_shop_page_id", title: "Shop"},
	{name: "Cart", option: "woocommerce_cart_page_id", title: "Cart", shortcode: "[woocommerce_cart]", block: "woocommerce/cart"},
	{name: "Checkout", option: "woocommerce_checkout_page_id", title: "Checkout", shortcode: "[woocommerce_checkout]", block: "woocommerce/checkout"},
	{name: "My account", option: "woocommerce_myaccount_page_id", title: "My account", shortcode: "[woocommerce_my_account]"},
	{name: "Terms and conditions", option: "woocommerce_terms_page_id"},
}

// page is the page with that id.
func (s *Store) page(id int64) (Page, bool) {
	for _, page := range s.pages {
		if page.ID == id {
			return page, true
		}
	}
	return Page{}, false
}

// installPages gives every option of a page that is missing the page back
// (WC_Install::create_pages).
func (s *Store) installPages() {
	for _, needed := range shopPages {
		if _, ok := s.page(int64(s.options.Int(needed.option))); ok || needed.title == "" {
			continue
		}
		for _, page := range s.pages {
			if page.Title == needed.title {
				s.SetOption(needed.option, itoa(page.ID))
			}
		}
	}
}
