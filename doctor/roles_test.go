package doctor_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// roleCase is a role of an integration that has all that is wanted but something.
type roleCase struct {
	storage capability.Storage // hpos when empty
	version string
	scopes  []doctor.Scope
	without string // taken from the smallest role for the scopes
	with    string // given besides: what looks alike and does not help
	slug    string // "erp" when empty
	all     bool   // without is taken from what the stock role slug has by nature
	want    string // "" is healthy
	names   string // what the fix must name
}

var (
	ordersBoth   = []doctor.Scope{doctor.OrdersRead, doctor.OrdersWrite}
	ordersAll    = []doctor.Scope{doctor.OrdersRead, doctor.OrdersWrite, doctor.OrdersDelete}
	productsBoth = []doctor.Scope{doctor.ProductsRead, doctor.ProductsWrite}
)

func roleCases() map[string]roleCase {
	newest := capability.Newest.String()
	five := "edit_shop_orders read_shop_orders delete_shop_orders edit_others_shop_orders read_private_shop_orders"
	return map[string]roleCase{
		"nothing but reading rights of other names": {scopes: []doctor.Scope{doctor.OrdersRead},
			without: "read_private_shop_orders", with: "edit_shop_orders read_shop_orders", want: "cap-read-private",
			names: "read_private_shop_orders"},
		"reading two kinds": {without: "read_private_shop_orders read_private_products",
			want: "cap-read-private", names: "read_private_shop_orders read_private_products"},
		"creating, order tables": {scopes: ordersBoth, without: "publish_shop_orders",
			want: "cap-create-missing", names: "publish_shop_orders"},
		"creating, posts": {storage: capability.Posts, scopes: ordersBoth,
			without: "publish_shop_orders", want: "cap-create-missing", names: "publish_shop_orders"},
		"all order capabilities, order tables": {scopes: ordersBoth, without: "edit_posts edit_others_posts",
			with: "edit_shop_orders", want: "cap-hpos-placeholder", names: "edit_posts edit_others_posts"},
		"only edit_others_posts, order tables": {scopes: ordersBoth, without: "edit_posts",
			with: "manage_woocommerce", want: "cap-hpos-placeholder", names: "edit_posts"},
		"others' orders, posts": {storage: capability.Posts, scopes: ordersBoth,
			without: "edit_others_shop_orders", want: "cap-others", names: "edit_others_shop_orders"},
		"others' orders, compatibility mode": {storage: capability.HPOSSync, scopes: ordersBoth,
			without: "edit_others_shop_orders", want: "cap-others", names: "edit_others_shop_orders"},
		"batches, order tables": {scopes: ordersBoth, without: "edit_others_shop_orders",
			want: "cap-others", names: "edit_others_shop_orders"},
		"deleting, order tables": {scopes: ordersAll, without: "delete_posts delete_others_posts",
			with: "delete_shop_orders delete_others_shop_orders", want: "cap-delete",
			names: "delete_posts delete_others_posts"},
		"the five, everything usual": {without: strings.Join(
			slices.Collect(smallest(capability.HPOS, capability.DefaultScopes)), " "), with: five,
			want: "cap-hpos-placeholder", names: "edit_posts edit_others_posts"},
		"the five, reading": {scopes: []doctor.Scope{doctor.OrdersRead}, with: five},
		"others' products": {scopes: productsBoth, without: "edit_others_products",
			want: "cap-others", names: "edit_others_products"},
		"published products": {scopes: productsBoth, without: "edit_published_products",
			want: "cap-published", names: "edit_published_products"},
		"private products": {scopes: productsBoth, without: "edit_private_products",
			want: "cap-private", names: "edit_private_products"},
		"variations": {scopes: productsBoth, without: "edit_product",
			want: "cap-variation", names: "edit_product"},
		"terms": {scopes: []doctor.Scope{doctor.TermsRead, doctor.TermsWrite},
			without: "edit_product_terms", want: "cap-terms-write", names: "edit_product_terms"},
		"customers": {scopes: []doctor.Scope{doctor.CustomersRead,
			doctor.CustomersWrite}, without: "create_customers edit_users", want: "cap-customers",
			names: "create_customers edit_users"},
		"customers of an older version": {version: "8.4.0",
			scopes: []doctor.Scope{doctor.CustomersRead, doctor.CustomersWrite}, without: "promote_users",
			with: "create_customers", want: "cap-customers-create-version", names: "promote_users"},
		"a Shop Manager without one capability": {slug: "shop_manager", all: true, without: "publish_shop_orders",
			want: "cap-create-missing", names: "publish_shop_orders"},
		"a Shop Manager who was cut": {slug: "shop_manager", all: true,
			without: "publish_shop_orders edit_others_shop_orders delete_products", want: "role-caps-stripped",
			names: "delete_products edit_others_shop_orders publish_shop_orders"},
		"a Shop Manager without what is not wanted": {slug: "shop_manager", all: true,
			without: "delete_products export upload_files"},
		"an administrator who was cut": {slug: "administrator", all: true,
			without: "manage_woocommerce read_private_shop_orders publish_shop_orders", want: "role-caps-stripped",
			names: "manage_woocommerce publish_shop_orders read_private_shop_orders"},
		"others' orders, 11.0": {version: newest, scopes: ordersBoth, without: "edit_others_shop_orders",
			with: "edit_others_posts", want: "cap-others", names: "edit_others_shop_orders"},
		"post capabilities of before 11.0": {version: newest, scopes: ordersBoth,
			without: "edit_shop_orders edit_others_shop_orders", with: "edit_posts edit_others_posts",
			want: "cap-others", names: "edit_shop_orders edit_others_shop_orders"},
		"own orders, 11.0": {version: newest, scopes: ordersBoth, without: "edit_shop_orders",
			with: "manage_woocommerce", want: "cap-others", names: "edit_shop_orders"},
		"the five, 11.0": {version: newest, scopes: ordersBoth, without: "publish_shop_orders",
			with: five, want: "cap-create-missing", names: "publish_shop_orders"},
		"deleting, 11.0": {version: newest, scopes: ordersAll,
			without: "delete_shop_orders delete_others_shop_orders", want: "cap-delete",
			names: "delete_shop_orders delete_others_shop_orders"},
		"deleting refunds, 11.0": {version: newest, scopes: ordersAll,
			without: "delete_posts delete_others_posts", with: "delete_shop_order manage_woocommerce",
			want: "cap-delete", names: "delete_posts delete_others_posts"},
		"an Editor, 11.0": {version: newest, scopes: ordersBoth,
			without: "edit_shop_orders edit_others_shop_orders publish_shop_orders",
			with:    "edit_posts edit_others_posts edit_published_posts delete_others_posts", want: "cap-others",
			names: "edit_shop_orders edit_others_shop_orders"},
		"enough, 11.0":                        {version: newest},
		"enough for everything, 11.0":         {version: newest, scopes: allScopes()},
		"enough for posts, 11.0":              {version: newest, storage: capability.Posts, scopes: ordersAll},
		"enough for compatibility mode, 11.0": {version: newest, storage: capability.HPOSSync, scopes: ordersAll},
		"enough":                              {},
		"enough for everything":               {scopes: allScopes()},
		"enough for posts":                    {storage: capability.Posts},
		"enough for compatibility mode":       {storage: capability.HPOSSync, scopes: ordersAll},
		"enough for an older version": {version: "8.4.0",
			scopes: []doctor.Scope{doctor.CustomersRead, doctor.CustomersWrite, doctor.OrdersRead}},
	}
}

func smallest(storage capability.Storage, scopes []doctor.Scope) func(func(string) bool) {
	return slices.Values(capability.Site{Storage: storage,
		Version: capability.Measured}.Minimal(scopes).Caps().Sorted())
}

// TestRolesLackWhatTheFixNames: the cause comes first, its fix names exactly what is missing and for whom, and when
// the fix is applied the store is healthy.
func TestRolesLackWhatTheFixNames(t *testing.T) {
	t.Parallel()
	for name, c := range roleCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.storage == "" {
				c.storage = capability.HPOS
			}
			if c.version == "" {
				c.version = capability.Measured.String()
			}
			if c.scopes == nil {
				c.scopes = doctor.DefaultScopes()
			}
			p := newPatient(t, sandbox.WithStorage(c.storage),
				sandbox.WithVersion(c.version)).wanting(c.scopes...).login(t, "author")
			p.administrator(t, "POST", "/wp-json/wc/v3/products", map[string]any{"name": "Hidden", "status": "private"})
			role := c.role(t)
			p.give(t, role)
			report := p.examine(t)
			if c.want == "" {
				if report.Status != doctor.Healthy && report.Status != doctor.Incomplete { // everything has no room
					t.Fatalf("an alarm about a role that is enough:\n%s", describeReport(report))
				}
				return
			}
			if len(report.Findings) == 0 || report.Findings[0].ID != c.want {
				t.Fatalf("want %s first, got\n%s", c.want, describeReport(report))
			}
			grant := grantOf(t, report.Findings[0], role.Name)
			if strings.Join(grant, " ") != c.names {
				t.Errorf("the fix adds %q, missing is %q", grant, c.names)
			}
			for range 4 { // one cause may have hidden another
				role.Caps.Add(grant...)
				p.give(t, role)
				if report = p.examine(t); report.ExitCode() == 0 {
					return
				}
				grant = grantOf(t, report.Findings[0], role.Name)
			}
			t.Errorf("with the fixes applied there is still something:\n%s", describeReport(report))
		})
	}
}

func (c roleCase) role(t *testing.T) capability.Role {
	t.Helper()
	version, err := capability.ParseVersion(c.version)
	if err != nil {
		t.Fatal(err)
	}
	role := capability.Role{Name: c.slug, Title: "ERP",
		Caps: capability.Site{Storage: c.storage, Version: version}.Minimal(c.scopes).Caps()}
	if c.slug == "" {
		role.Name = "erp"
	}
	if c.all {
		role, _ = capability.StockRole(c.slug, version)
	}
	role.Caps = role.Caps.Without(capability.NewSet(strings.Fields(c.without)...)).Union(
		capability.NewSet(strings.Fields(c.with)...))
	role.Caps.Add("read")
	return role
}

func (p *patient) give(t *testing.T, role capability.Role) {
	t.Helper()
	role.Caps = role.Caps.Clone()
	if err := p.shop.GiveRole("author", role); err != nil {
		t.Fatal(err)
	}
}

// grantOf reads the capabilities out of the fix for WP-CLI.
func grantOf(t *testing.T, f doctor.Finding, role string) []string {
	t.Helper()
	for _, fix := range f.Fix {
		for line := range strings.Lines(fix.Text) {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "wp cap add "+role+" "); ok {
				caps, _, _ := strings.Cut(rest, "#")
				return strings.Fields(caps)
			}
		}
	}
	t.Fatalf("no fix of %s adds capabilities to %s: %v", f.ID, role, f.Fix)
	return nil
}
