package doctor_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// emptyShop is a store without orders, products, coupons and customers, and a key whose owner has a role of some
// capabilities.
func emptyShop(t *testing.T, caps capability.Set, scopes []doctor.Scope, options ...sandbox.Option) *patient {
	t.Helper()
	p := newPatient(t, append([]sandbox.Option{sandbox.WithOrders(0)}, options...)...)
	p.wanting(scopes...).login(t, "author")
	caps = caps.Clone()
	caps.Add("read")
	p.give(t, capability.Role{Name: "erp", Title: "ERP", Caps: caps})
	return p
}

func smallestOn(t *testing.T, storage capability.Storage, version string, scopes ...doctor.Scope) capability.Set {
	t.Helper()
	v, err := capability.ParseVersion(version)
	if err != nil {
		t.Fatal(err)
	}
	return capability.Site{Storage: storage, Version: v}.Minimal(scopes).Caps()
}

// TestAnEmptyShopIsNotSaidToAllowWhatItWasNotAsked: each capability that a scope's records ask for is taken away in
// turn. The shop has no record to ask about, so only what the owner holds can tell.
func TestAnEmptyShopIsNotSaidToAllowWhatItWasNotAsked(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"11.0.1", "10.0.2"} {
		for _, c := range []struct {
			scopes        []doctor.Scope
			without, want string
		}{
			{ordersAll, "delete_", "cap-delete"},
			{ordersBoth, "edit_", ""}, // by version: of orders, or of blog posts
			{[]doctor.Scope{doctor.ProductsRead, doctor.ProductsWrite}, "edit_published_products", "cap-published"},
			{[]doctor.Scope{doctor.ProductsRead, doctor.ProductsDelete}, "delete_others_products", "cap-delete"},
			{[]doctor.Scope{doctor.CouponsRead, doctor.CouponsWrite}, "edit_published_shop_coupons", "cap-published"},
			{[]doctor.Scope{doctor.CustomersRead, doctor.CustomersWrite}, "edit_users", "cap-customers"},
			{[]doctor.Scope{doctor.CustomersRead, doctor.CustomersDelete}, "delete_users", "cap-customers"},
		} {
			t.Run(fmt.Sprint(version, " ", c.scopes, " without ", c.without), func(t *testing.T) {
				t.Parallel()
				caps := smallestOn(t, capability.AnyStorage, version, c.scopes...)
				all := emptyShop(t, caps, c.scopes, sandbox.WithVersion(version))
				if report := all.examine(t); report.ExitCode() != 0 {
					t.Fatalf("the role is enough, and it says\n%s", describeReport(report))
				}
				for _, name := range caps.Sorted() {
					if strings.HasPrefix(name, c.without) {
						caps = caps.Without(capability.NewSet(name))
					}
				}
				p := emptyShop(t, caps, c.scopes, sandbox.WithVersion(version))
				report := p.examine(t)
				wanted := c.scopes[len(c.scopes)-1]
				if report.ExitCode() == 0 || slices.Contains(report.Works, string(wanted)+" works") {
					t.Fatalf("%s is said to work:\n%s", wanted, describeReport(report))
				}
				if c.want != "" && (len(report.Findings) == 0 || report.Findings[0].ID != c.want) {
					t.Errorf("want %s first, got\n%s", c.want, describeReport(report))
				}
				if !slices.Contains(report.Works, string(c.scopes[0])+" works") {
					t.Errorf("%s works, and it says\n%s", c.scopes[0], describeReport(report))
				}
			})
		}
	}
}

// TestAnEmptyShopThatHidesItsUsersIsNotSaidToWork: nothing shows what the owner may do with the records to come, and
// nothing shows that he may not.
func TestAnEmptyShopThatHidesItsUsersIsNotSaidToWork(t *testing.T) {
	t.Parallel()
	for _, scope := range []doctor.Scope{
		doctor.OrdersWrite, doctor.OrdersDelete, doctor.ProductsWrite, doctor.ProductsDelete, doctor.CouponsWrite,
	} {
		t.Run(string(scope), func(t *testing.T) {
			t.Parallel()
			caps := smallestOn(t, capability.AnyStorage, "11.0.1", scope)
			p := emptyShop(t, caps, []doctor.Scope{scope}).fault(t, hiddenUsers())
			report := p.examine(t)
			if !report.Has("not-seen-to-work") || report.ExitCode() == 0 {
				t.Fatalf("nothing was asked, and it says\n%s", describeReport(report))
			}
			text := printedReport(t, report)
			if !strings.Contains(text, "to ask about") || !strings.Contains(text, "not seen to work: "+string(scope)) {
				t.Errorf("it does not say why:\n%s", text)
			}
		})
	}
}

// TestAnEmptyShopOfAShopManagerIsHealthy, on every version and storage.
func TestAnEmptyShopOfAShopManagerIsHealthy(t *testing.T) {
	t.Parallel()
	scopes := []doctor.Scope{
		doctor.OrdersRead, doctor.OrdersWrite, doctor.OrdersDelete, doctor.ProductsRead,
		doctor.ProductsWrite, doctor.ProductsDelete,
		doctor.CustomersRead, doctor.CustomersWrite, doctor.CouponsRead, doctor.CouponsWrite,
	}
	for _, version := range []string{"9.9.0", "10.0.2", "11.0.1"} {
		for _, storage := range []capability.Storage{capability.HPOS, capability.HPOSSync, capability.Posts} {
			t.Run(version+" "+string(storage), func(t *testing.T) {
				t.Parallel()
				p := newPatient(t, sandbox.WithOrders(0), sandbox.WithVersion(version), sandbox.WithStorage(storage))
				p.wanting(scopes...).login(t, "sm")
				report := p.examine(t)
				if report.ExitCode() != 0 || len(report.Works) < len(scopes) {
					t.Errorf("an alarm about a healthy shop:\n%s", describeReport(report))
				}
			})
		}
	}
}

// TestARightThatNoRecordShowsIsNamed: a shop of published products alone, and a role without one of the capabilities
// that drafts and private products ask for. The key may make a draft and cannot change it.
func TestARightThatNoRecordShowsIsNamed(t *testing.T) {
	t.Parallel()
	scopes := []doctor.Scope{doctor.ProductsRead, doctor.ProductsWrite}
	whole := smallestOn(t, capability.AnyStorage, "11.0.1", scopes...)
	shop := func(t *testing.T, caps capability.Set) *doctor.Report {
		p := emptyShop(t, caps, scopes)
		p.administrator(t, http.MethodPost, "/wp-json/wc/v3/products", map[string]any{"name": "Mug"})
		return p.examine(t)
	}
	if report := shop(t, whole); report.ExitCode() != 0 {
		t.Fatalf("the role is enough, and it says\n%s", describeReport(report))
	}
	for name, words := range map[string]string{"edit_products": "not drafts",
		"edit_private_products": "not private ones"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := shop(t, whole.Without(capability.NewSet(name)))
			if report.ExitCode() == 0 || len(report.Findings) != 1 ||
				!strings.Contains(report.Findings[0].Why, "missing: "+name) {
				t.Fatalf("it does not name %s:\n%s", name, describeReport(report))
			}
			title := report.Findings[0].Title
			if !strings.Contains(title, "has today") || !strings.HasSuffix(title, words) {
				t.Errorf("nothing is wrong with what the shop has, and the title says %q", title)
			}
		})
	}
}

// TestARoleWithAnAdministratorsPowersIsLookedAtToo: who may manage everything else may still lack what drafts or
// private products ask for.
func TestARoleWithAnAdministratorsPowersIsLookedAtToo(t *testing.T) {
	t.Parallel()
	for id, name := range map[string]string{"cap-private": "edit_private_products",
		"cap-others": "edit_others_products"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			report := newPatient(t).breakIn(t, id).wanting(doctor.ProductsRead, doctor.ProductsWrite).examine(t)
			if len(report.Findings) == 0 || report.Findings[0].ID != id || report.ExitCode() == 0 ||
				!strings.Contains(report.Findings[0].Why, name) {
				t.Errorf("want %s first, got\n%s", id, describeReport(report))
			}
		})
	}
}
