package capability

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Recipe is a minimal role with the names it gets on the store, ready to be written down in one of the [Formats].
type Recipe struct {
	Minimum Minimum
	// Name is the role's slug. It is also the prefix of everything the PHP declares.
	Name string
	// Title is what wp-admin shows.
	Title string
}

// The names that a recipe has unless it is told others.
const (
	DefaultRoleName  = "waybill_integration"
	DefaultRoleTitle = "Waybill integration"
)

var roleName = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// NewRecipe names a minimal role; empty strings give the default names. The name must not be one of the stock roles: a
// snippet that changed those would take away what others rely on.
func NewRecipe(minimum Minimum, name, title string) (Recipe, error) {
	if name == "" {
		name = DefaultRoleName
		if title == "" {
			title = DefaultRoleTitle
		}
	}
	if title == "" {
		title = strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
	}
	if !roleName.MatchString(name) {
		return Recipe{}, fmt.Errorf(
			"capability: %q is no name for a role; use 2 to 40 lower case letters, digits and underscores, a letter "+
				"first", name)
	}
	if _, stock := StockRole(name, Version{}); stock {
		return Recipe{}, fmt.Errorf("capability: %q is a stock role; a role for an integration needs a name of its own",
			name)
	}
	if strings.ContainsFunc(title, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return Recipe{}, fmt.Errorf("capability: the title %q has control characters", title)
	}
	return Recipe{Minimum: minimum, Name: name, Title: title}, nil
}

// KeyPermission is what to choose for the key in WooCommerce > Settings > Advanced > REST API.
func (r Recipe) KeyPermission() string {
	for _, scope := range r.Minimum.Scopes {
		for _, op := range scopeOperations[scope] {
			if op.Writes() {
				return "Read/Write"
			}
		}
	}
	return "Read"
}

// Advice are sentences for the person who grants the role: what could be done without, and what it does not cover.
func (r Recipe) Advice() []string {
	m := r.Minimum
	caps := m.Caps()
	var advice []string
	add := func(format string, args ...any) {
		if sentence := fmt.Sprintf(format, args...); sentence != "" {
			advice = append(advice, sentence)
		}
	}

	if spares := m.spares(); len(spares) > 0 {
		add("Made to serve %s, also after a change. It can do without %s.", m.breadth(), strings.Join(spares, "; "))
	}
	if blog := intersect(caps, "edit_posts", "edit_others_posts", "delete_posts", "delete_others_posts"); len(
		blog) > 0 {
		add("%s belong to the blog's posts and are needed because %s. "+
			"Who does not want that switches on compatibility mode (WooCommerce > Settings > Advanced > Features) "+
			"and makes the role with --storage hpos-sync.", strings.Join(blog, ", "), m.whyBlog())
	}
	add("%s", m.otherVersions())
	if m.asksForStatuses() && !m.Site.PluginStatuses {
		add("If a plugin registers order statuses as public or private, orders in them ask for more on WooCommerce " +
			"11.0 (--plugin-statuses).")
	}
	if slices.Contains(m.Scopes, CustomersWrite) {
		if m.Site.Version == AnyVersion || m.Site.Version.AtLeast(sinceCreateCustomers) {
			add("customers:write is for single requests. customers/batch asks promote_users besides, which lets a " +
				"user give roles to others.")
		} else {
			add("Before WooCommerce 9.9 creating a customer asks promote_users, which lets a user give roles to " +
				"others. After an update to 9.9 make the role again: create_customers takes its place.")
		}
		add("E-mail and password can be changed only of users of role customer or subscriber or without role.")
	}
	if slices.Contains(m.Scopes, TermsWrite) {
		add("terms:write creates and updates. Deleting categories, tags and attribute terms asks delete_product_terms.")
	}
	if slices.Contains(m.Scopes, CouponsWrite) {
		add("coupons:write creates and updates. Deleting coupons asks the delete_ capabilities of coupons.")
	}
	if slices.Contains(m.Scopes, WebhooksScope) && !slices.Contains(m.Scopes, OrdersRead) {
		add("A webhook's payload is built as its user: to receive orders the role needs orders:read as well, for " +
			"products products:read, for customers customers:read.")
	}
	if caps.Has("manage_woocommerce") {
		add("manage_woocommerce is needed for %s and opens all settings.%s",
			JoinScopes(scopesOf(m, "manage_woocommerce")), withoutWebhooks(m))
	}
	if len(m.Impossible) > 0 {
		add("Not possible with any capability on this store: %s.", strings.Join(operationNames(m.Impossible), ", "))
	}
	return advice
}

func withoutWebhooks(m Minimum) string {
	if !slices.Contains(m.Scopes, WebhooksScope) {
		return ""
	}
	return " An integration that polls does without webhooks."
}

func scopesOf(m Minimum, name string) []Scope {
	for _, need := range m.Needs {
		if need.Capability == name {
			return need.Scopes
		}
	}
	return nil
}

func operationNames(uses []Use) []string {
	var names []string
	for _, use := range uses {
		if name := use.Op.String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func intersect(caps Set, wanted ...string) []string {
	var both []string
	for _, name := range wanted {
		if caps.Has(name) {
			both = append(both, name)
		}
	}
	return both
}
