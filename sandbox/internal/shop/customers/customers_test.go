package customers_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestACustomerGetsANameOfTheAddress(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	ann := shop.Ask("POST", "/wc/v3/customers", `{"email":"ann@shop.example","first_name":"Ann",
		"billing":{"city":"Lyon","email":"b@shop.example"},"meta_data":[{"key":"erp","value":"7"}]}`)
	ann.Shows("username=ann role=customer first_name=Ann billing.city=Lyon is_paying_customer=false")
	if keys := metaKeys(ann); !strings.Contains(keys, "erp") {
		t.Errorf("the meta data have the keys %q", keys)
	}
	other := shop.Ask("POST", "/wc/v3/customers", `{"email":"ann@other.example"}`).At("username")
	if !strings.HasPrefix(other, "ann-") { // and a number
		t.Errorf("the name of the second Ann is %q", other)
	}
	shop.Ask("POST", "/wc/v3/customers", `{"email":"ANN@shop.example"}`).
		Refused(400, "registration-error-email-exists")
	shop.Ask("POST", "/wc/v3/customers", `{"email":"c@shop.example","username":"ann"}`).
		Refused(400, "registration-error-username-exists")
	path := "/wc/v3/customers/" + ann.At("id")
	shop.Ask("PUT", path, `{"billing":{"city":"Paris"}}`).Shows("billing.city=Paris billing.email=b@shop.example")
	if got := shop.Ask("GET", "/wc/v3/customers?email=ann@shop.example", "").Each("id"); got != ann.At("id") {
		t.Errorf("the address finds %q", got)
	}
	if got := shop.Ask("GET", "/wc/v3/customers", "").Each("username"); got != "ann "+other {
		t.Errorf("the list has %q: an administrator is no customer", got)
	}
}

func metaKeys(a shoptest.Answer) string {
	customer, _ := a.Body.(map[string]any)
	return shoptest.Answer{Body: customer["meta_data"]}.Each("key")
}

func TestWhoIsDeletedLeavesHisOrdersToAGuest(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	ann := shop.User("ann", "customer")
	order := shop.Order(`{"customer_id":%d}`, ann.ID)
	path := "/wc/v3/customers/" + core.Itoa(ann.ID)
	shop.Ask("DELETE", path, "").Refused(501, "woocommerce_rest_trash_not_supported")
	var told []int64
	shop.Customers.OnDeletedUser(func(user, reassign int64) { told = append(told, user, reassign) })
	shop.Ask("DELETE", path+"?force=true&reassign=1", "").Shows("username=ann")
	shop.Ask("GET", path, "").Refused(404, "wc_user_invalid_id")
	shop.Ask("GET", "/wc/v3/orders/"+order.At("id"), "").Shows("customer_id=0")
	if len(told) != 2 || told[0] != ann.ID || told[1] != 1 {
		t.Errorf("the rooms were told of %v", told)
	}
}

func TestSitesOfANetworkShareTheirUsersButNotTheirRoles(t *testing.T) {
	t.Parallel()
	network := &shop.Network{}
	first := shoptest.New(t, func(c *shoptest.Config) { c.Network = network })
	second := shoptest.New(t, func(c *shoptest.Config) { c.Network = network })
	u := &identity.User{Login: "ann", Email: "ann@shop.example", Roles: []string{"customer"}}
	first.Customers.AddUser(u)
	there, ok := second.Customers.Users.Get(u.ID)
	if !ok || !there.Outsider || len(there.Roles) != 0 || there.Login != "ann" {
		t.Fatalf("the other site knows %+v", there)
	}
	if _, ok := second.Customers.UserFor(second.Caller, u.ID); ok {
		t.Error("the other site shows a user who is no member of it")
	}
	second.Customers.SetMember(there, true, "shop_manager")
	if _, ok := second.Customers.UserFor(second.Caller, u.ID); !ok {
		t.Error("a member of the site is not found")
	}
	if u.Roles[0] != "customer" {
		t.Errorf("the role of the one site is %v on the other", u.Roles)
	}
	if first.Customers.SiteID() != 1 || second.Customers.SiteID() != 2 {
		t.Error("the sites do not count up")
	}
}
