package doctor_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// shipped is a status of a plugin, and wholesale one that is registered as private.
var (
	shipped   = sandbox.OrderStatus{Slug: "shipped", Name: "Shipped", Public: true}
	wholesale = sandbox.OrderStatus{Slug: "wholesale", Name: "Wholesale", Private: true}
)

// ordersIn registers a status and makes two orders in it.
func (p *patient) ordersIn(t *testing.T, status sandbox.OrderStatus) *patient {
	t.Helper()
	p.shop.RegisterOrderStatus(status)
	for range 2 {
		p.administrator(t, http.MethodPost, "/wp-json/wc/v3/orders", map[string]any{"status": status.Slug})
	}
	return p.registersPlainly(status)
}

// registersPlainly mends a status: it is registered as WooCommerce registers its own.
func (p *patient) registersPlainly(status sandbox.OrderStatus) *patient {
	p.repair = func(*testing.T) {
		p.shop.RegisterOrderStatus(sandbox.OrderStatus{Slug: status.Slug, Name: status.Name})
	}
	return p
}

func statusScenarios() []scenario {
	newest := sandbox.WithVersion(capability.Newest.String())
	public := func(also ...string) func(options ...sandbox.Option) scenario {
		return func(options ...sandbox.Option) scenario {
			return scenario{id: "order-status-public", also: also,
				set: func(t *testing.T) *patient { return newPatient(t, options...).ordersIn(t, shipped) }}
		}
	}
	older := public()(sandbox.WithVersion(capability.Measured.String()))
	older.note = true
	return []scenario{
		public()(newest),
		public()(newest, sandbox.WithStorage(capability.HPOSSync)),
		public()(sandbox.WithVersion(capability.Measured.String()), sandbox.WithStorage(capability.Posts)),
		older,
		{id: "cap-order-status", also: []string{"order-status-public"}, set: func(t *testing.T) *patient {
			return newPatient(t, newest).ordersIn(t, shipped).ordersRole(t,
				"").givenBesides("edit_published_shop_orders")
		}},
		{id: "cap-order-status", set: func(t *testing.T) *patient {
			return newPatient(t, newest).ordersIn(t, wholesale).ordersRole(t,
				"").givenBesides("edit_private_shop_orders")
		}},
		// no order in it yet: the next one
		{id: "cap-order-status", also: []string{"order-status-public"}, set: func(t *testing.T) *patient {
			p := newPatient(t, newest).ordersRole(t, "manage_woocommerce")
			p.shop.RegisterOrderStatus(shipped)
			return p.givenBesides("edit_published_shop_orders")
		}},
		// an Editor's key that could write orders until the update
		{id: "cap-others", set: func(t *testing.T) *patient {
			return newPatient(t, newest).ordersRole(t,
				"-edit_shop_orders -edit_others_shop_orders edit_posts edit_others_posts").
				givenBesides("edit_shop_orders", "edit_others_shop_orders")
		}},
		// the same, on a store that hides who the owner is and its version
		{id: "cap-others", set: func(t *testing.T) *patient {
			return newPatient(t, newest).ordersRole(t,
				"-edit_shop_orders -edit_others_shop_orders edit_posts edit_others_posts").fault(t, hiddenUsers()).
				givenBesides("edit_shop_orders", "edit_others_shop_orders")
		}},
		{id: "cap-hpos-placeholder", set: func(t *testing.T) *patient { // and before the update
			return newPatient(t, sandbox.WithVersion("10.9.4")).ordersRole(t, "").fault(t,
				hiddenUsers()).givenBesides("edit_posts", "edit_others_posts")
		}},
	}
}

// ordersRole makes the key one of a role for reading and writing orders on the newest version, with what is named
// besides and without what has a minus.
func (p *patient) ordersRole(t *testing.T, changes string) *patient {
	t.Helper()
	p.login(t, "author").wanting(doctor.OrdersRead, doctor.OrdersWrite)
	role := capability.Role{Name: "erp", Title: "ERP", Caps: capability.Site{}.Minimal(ordersBoth).Caps()}
	role.Caps.Add("read")
	for _, word := range strings.Fields(changes) {
		if name, taken := strings.CutPrefix(word, "-"); taken {
			delete(role.Caps, name)
		} else {
			role.Caps.Add(word)
		}
	}
	p.give(t, role)
	return p
}

// givenBesides mends a role that lacks capabilities: it gets them.
func (p *patient) givenBesides(caps ...string) *patient {
	p.repair = func(t *testing.T) {
		role := capability.Role{Name: "erp", Title: "ERP", Caps: capability.Site{}.Minimal(ordersBoth).Caps()}
		role.Caps.Add(append(caps, "read")...)
		p.give(t, role)
	}
	return p
}

// TestAShopManagerMeetsUsersWithoutARole: the API shows a user without any role as a customer, and no Shop Manager may
// change him. Some who are refused while most are not prove nothing.
func TestAShopManagerMeetsUsersWithoutARole(t *testing.T) {
	t.Parallel()
	for _, version := range []string{capability.Measured.String(), capability.Newest.String()} {
		for _, hidden := range []bool{false, true} {
			for _, customers := range []int{0, 1, 5} {
				t.Run(fmt.Sprintf("%s, %d customers, hidden %v", version, customers, hidden), func(t *testing.T) {
					t.Parallel()
					p := newPatient(t, sandbox.WithVersion(version)).login(t, "sm").wanting(doctor.CustomersRead,
						doctor.CustomersWrite, doctor.OrdersRead, doctor.OrdersWrite)
					for i := range customers {
						p.administrator(t, http.MethodPost, "/wp-json/wc/v3/customers",
							map[string]any{"email": fmt.Sprintf("c%d@example.test", i)})
					}
					if err := p.shop.GiveRole("author", capability.Role{}); err != nil {
						t.Fatal(err)
					}
					if hidden {
						p.fault(t, hiddenUsers())
					}
					report := p.examine(t)
					if report.ExitCode() != 0 {
						t.Errorf("an alarm:\n%s", describeReport(report))
					}
					for _, f := range report.Findings {
						for _, fix := range f.Fix {
							whole(t, f.ID, fix)
						}
					}
				})
			}
		}
	}
}
