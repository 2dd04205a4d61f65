package doctor_test

import (
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// networkSiteScenarios are sites of multisite networks.
func networkSiteScenarios() []scenario {
	// site is the patient at the site /berlin of a network, with the key that a login has on the site named.
	site := func(keyOf, login, right string, sites ...sandbox.Site) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			p := newPatient(t, sandbox.WithSites(append([]sandbox.Site{{Path: "/berlin"}}, sites...)...))
			p.target.URL += "/berlin"
			store := p.shop.Store
			if keyOf != "" {
				var err error
				if store, err = p.shop.Site(keyOf); err != nil {
					t.Fatal(err)
				}
			}
			credentials, err := store.Credentials(login)
			if err != nil {
				t.Fatal(err)
			}
			p.target.Key, p.target.Secret = credentials.Key, credentials.Secret
			if right != "" {
				if p.right, err = store.Credentials(right); err != nil {
					t.Fatal(err)
				}
			}
			return p
		}
	}
	return []scenario{
		{id: "multisite-wrong-blog", set: site("", "sm", "")},
		{id: "key-owner-not-in-blog", set: site("/berlin", "nomember", "sm")},
		{id: "key-owner-demoted", set: site("/berlin", "cust", "sm")},
		{id: "multisite-edit-users", set: func(t *testing.T) *patient {
			return site("/berlin", "adm", "super")(t).wanting(doctor.CustomersRead, doctor.CustomersWrite)
		}},
		{id: "customer-other-site", set: func(t *testing.T) *patient { // the customer of an order left the site
			p := newPatient(t, sandbox.WithSites(sandbox.Site{Path: "/berlin"})).login(t, "sm")
			p.administrator(t, "POST", "/wp-json/wc/v3/orders", map[string]any{"customer_id": p.userOf(t, "cust")})
			if err := p.shop.GiveRole("cust", capability.Role{}); err != nil {
				t.Fatal(err)
			}
			p.repair = func(t *testing.T) {
				customer, _ := capability.StockRole("customer", capability.Measured)
				if err := p.shop.GiveRole("cust", customer); err != nil {
					t.Fatal(err)
				}
			}
			return p
		}},
	}
}

// userOf is the number of the user with a login, as he himself is told.
func (p *patient) userOf(t *testing.T, login string) int64 {
	t.Helper()
	credentials, err := p.shop.Credentials(login)
	if err != nil {
		t.Fatal(err)
	}
	me := p.ask(t, credentials, "/wp-json/wp/v2/users/me?x=wp-json/wc/")
	id, ok := me["id"].(float64)
	if !ok {
		t.Fatalf("no number in %v", me)
	}
	return int64(id)
}

func TestHealthySitesOfANetwork(t *testing.T) {
	t.Parallel()
	for _, login := range []string{"sm", "adm", "super"} {
		t.Run(login, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t, sandbox.WithSites(sandbox.Site{Path: "/berlin"}))
			berlin, err := p.shop.Site("/berlin")
			if err != nil {
				t.Fatal(err)
			}
			credentials, err := berlin.Credentials(login)
			if err != nil {
				t.Fatal(err)
			}
			p.target.URL, p.target.Key, p.target.Secret = p.target.URL+"/berlin", credentials.Key, credentials.Secret
			if login == "super" {
				p.wanting(doctor.CustomersRead, doctor.CustomersWrite, doctor.OrdersRead, doctor.OrdersWrite)
			}
			if report := p.examine(t); report.ExitCode() != 0 {
				t.Errorf("%s: an alarm about a healthy site:\n%s", login, describeReport(report))
			}
		})
	}
}
