package capability

import "strings"

// Role is a named set of capabilities.
type Role struct {
	// Name is the role's slug, such as shop_manager. WooCommerce has rules that look at the name.
	Name string
	// Title is what wp-admin shows.
	Title string
	Caps  Set
}

// StockRoles returns the roles that a fresh WordPress with WooCommerce of that version stores: administrator,
// shop_manager, editor, author, contributor, customer, subscriber. The caller may change what is returned.
// Sources: WordPress wp-admin/includes/schema.php (populate_roles), WooCommerce class-wc-install.php:2091-2217;
// checked against a fresh installation (testdata/stock-roles.json).
func StockRoles(version Version) []Role {
	woo := woocommerceCaps(version)
	return []Role{
		{"administrator", "Administrator", NewSet(administratorCaps...).Union(NewSet(levels(10)...)).Union(woo)},
		{"shop_manager", "Shop manager", NewSet(shopManagerCaps...).Union(NewSet(levels(9)...)).Union(woo)},
		{"editor", "Editor", NewSet(editorCaps...).Union(NewSet(levels(7)...))},
		{"author", "Author", NewSet(authorCaps...).Union(NewSet(levels(2)...))},
		{"contributor", "Contributor", NewSet(contributorCaps...).Union(NewSet(levels(1)...))},
		{"customer", "Customer", NewSet("read")},
		{"subscriber", "Subscriber", NewSet("read").Union(NewSet(levels(0)...))},
	}
}

// StockRole returns one stock role by its name.
func StockRole(name string, version Version) (Role, bool) {
	for _, role := range StockRoles(version) {
		if role.Name == name {
			return role, true
		}
	}
	return Role{}, false
}

// woocommerceCaps are the capabilities that WooCommerce adds to administrator and shop_manager: at installation, at
// each update, and by the tool "Capabilities" in WooCommerce > Status > Tools.
func woocommerceCaps(version Version) Set {
	caps := NewSet("manage_woocommerce", "view_woocommerce_reports")
	if version.AtLeast(sinceCreateCustomers) {
		caps.Add("create_customers")
	}
	for _, kind := range []string{"product", "shop_order", "shop_coupon"} {
		caps.Add(expand(kind)...)
	}
	return caps
}

// postTypeCaps are the 17 capabilities per post type; {} is its singular name.
var postTypeCaps = []string{
	"edit_{}", "read_{}", "delete_{}",
	"edit_{}s", "edit_others_{}s", "publish_{}s", "read_private_{}s", "delete_{}s", "delete_private_{}s",
	"delete_published_{}s", "delete_others_{}s", "edit_private_{}s", "edit_published_{}s",
	"manage_{}_terms", "edit_{}_terms", "delete_{}_terms", "assign_{}_terms",
}

var (
	contributorCaps = strings.Fields("read edit_posts delete_posts")

	authorCaps = strings.Fields(
		"read edit_posts delete_posts upload_files edit_published_posts publish_posts delete_published_posts")

	// contentCaps are what editor and shop_manager share: all posts and pages of the blog.
	contentCaps = strings.Fields(`read read_private_posts read_private_pages
		edit_posts edit_published_posts edit_private_posts edit_others_posts publish_posts
		edit_pages edit_published_pages edit_private_pages edit_others_pages publish_pages
		delete_posts delete_published_posts delete_private_posts delete_others_posts
		delete_pages delete_published_pages delete_private_pages delete_others_pages
		manage_categories manage_links moderate_comments upload_files`)

	editorCaps      = append(strings.Fields("unfiltered_html"), contentCaps...)
	shopManagerCaps = append(strings.Fields("export import list_users edit_theme_options"), contentCaps...)

	administratorCaps = append(strings.Fields(`switch_themes edit_themes activate_plugins edit_plugins edit_users
		edit_files manage_options import export unfiltered_html unfiltered_upload edit_dashboard
		update_plugins delete_plugins install_plugins update_themes install_themes update_core delete_themes
		delete_users create_users list_users remove_users promote_users edit_theme_options`), contentCaps...)
)

// levels are the user levels of WordPress before 2.0, from level_0 to the highest one. Roles still carry them.
func levels(highest int) []string {
	all := strings.Fields("level_0 level_1 level_2 level_3 level_4 level_5 level_6 level_7 level_8 level_9 level_10")
	return all[:highest+1]
}

// expand names the 17 capabilities of one post type.
func expand(singular string) []string {
	caps := make([]string, len(postTypeCaps))
	for i, pattern := range postTypeCaps {
		caps[i] = strings.ReplaceAll(pattern, "{}", singular)
	}
	return caps
}
