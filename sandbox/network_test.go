package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox"
)

// The answers below were measured on WordPress 6.8.2 with WooCommerce 10.0.2 as a network with sub-directories and a
// site with a domain of its own.

// networkCall is a request to one site with a key of another or the same.
type networkCall struct {
	t      *testing.T
	server *sandbox.Server
}

func newNetworkCall(t *testing.T, options ...sandbox.Option) networkCall {
	sites := sandbox.WithSites(
		sandbox.Site{Path: "/berlin", Name: "Berlin", Members: []string{"adm", "sm"}},
		sandbox.Site{Domain: "wien.localhost"},
	)
	return networkCall{t, sandbox.Start(t, append([]sandbox.Option{sites}, options...)...)}
}

// as sends a request to a site ("" is the main one) with the key that login has on keySite.
func (c networkCall) as(login, keySite, site, method, path, body string) (int, http.Header, any) {
	c.t.Helper()
	address := c.server.URL
	r, err := http.NewRequestWithContext(c.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	prefix := ""
	if strings.HasPrefix(site, "/") {
		prefix = site
	} else if site != "" {
		r.Host = site + r.URL.Host[strings.LastIndex(r.URL.Host, ":"):]
	}
	if r.URL, err = r.URL.Parse(prefix + "/wp-json" + path); err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if login != "" {
		store := c.server.Store
		if keySite != "" {
			if store, err = c.server.Site(keySite); err != nil {
				c.t.Fatal(err)
			}
		}
		key, err := store.Credentials(login)
		if err != nil {
			c.t.Fatal(err)
		}
		r.SetBasicAuth(key.Key, key.Secret)
	}
	response, err := c.server.Client().Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var decoded any
	if len(bytes.TrimSpace(text)) > 0 {
		if err := json.Unmarshal(text, &decoded); err != nil {
			c.t.Fatalf("%s %s: %v: %s", method, path, err, text)
		}
	}
	return response.StatusCode, response.Header, decoded
}

// want checks status and code of an answer.
func (c networkCall) want(answer string, login, keySite, site, method, path, body string) {
	c.t.Helper()
	status, _, decoded := c.as(login, keySite, site, method, path, body)
	got := fmt.Sprint(status)
	if refusal, ok := decoded.(map[string]any); ok && status >= 300 {
		got += " " + fmt.Sprint(refusal["code"])
	}
	if got != answer {
		c.t.Errorf("%s asks %q for %s %s %s: %s, want %s", login, site, method, path, body, got, answer)
	}
}

const (
	cannotView   = "403 woocommerce_rest_cannot_view"
	cannotEdit   = "403 woocommerce_rest_cannot_edit"
	cannotDelete = "403 woocommerce_rest_cannot_delete"
	unknownUser  = "404 wc_user_invalid_id"
)

func TestKeysOfANetworkBelongToOneSite(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	for _, site := range []string{"", "/berlin", "wien.localhost"} {
		for _, keySite := range []string{"", "/berlin", "wien.localhost"} {
			want := "200"
			if site != keySite {
				want = "401 woocommerce_rest_cannot_view" // as with a key that does not exist
			}
			c.want(want, "adm", keySite, site, "GET", "/wc/v3/orders", "")
		}
	}
	c.want("404 rest_no_route", "", "", "/berlin", "GET", "/wc/v3/nothing", "")
}

func TestSitesOfANetworkHaveTheirOwnRecords(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	c.want("201", "adm", "/berlin", "/berlin", "POST", "/wc/v3/products", `{"name":"Currywurst"}`)
	for site, want := range map[string]string{"": "0", "/berlin": "1", "wien.localhost": "0"} {
		if _, header, _ := c.as("adm", site, site, "GET", "/wc/v3/products", ""); header.Get("X-WP-Total") != want {
			t.Errorf("%q has %s products, want %s", site, header.Get("X-WP-Total"), want)
		}
	}
	_, _, index := c.as("", "", "/berlin", "GET", "/?_fields=name,home,url", "")
	want := map[string]any{"name": "Berlin", "home": c.server.URL + "/berlin", "url": c.server.URL + "/berlin"}
	if fmt.Sprint(index) != fmt.Sprint(want) {
		t.Errorf("the index of the site is %v, want %v", index, want)
	}
	for _, site := range []string{"", "/berlin"} {
		_, _, status := c.as("adm", site, site, "GET", "/wc/v3/system_status?_fields=environment", "")
		environment := status.(map[string]any)["environment"].(map[string]any)
		if environment["wp_multisite"] != true || environment["home_url"] != c.server.URL+site {
			t.Errorf(
				"the system status of %q says wp_multisite %v, home_url %v", site, environment["wp_multisite"],
				environment["home_url"],
			)
		}
	}
}

func TestWhoIsNoMemberOfASiteMayDoNothing(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	for _, path := range []string{
		"/wc/v3/orders", "/wc/v3/products", "/wc/v3/customers", "/wc/v3/system_status", "/wc/v3/reports", "/wc/v3/data",
	} {
		c.want(cannotView, "nomember", "", "", "GET", path, "")
		c.want(cannotView, "smread", "/berlin", "/berlin", "GET", path, "")
		c.want("200", "super", "/berlin", "/berlin", "GET", path, "")
	}
}

// customerIDs of the fresh installation.
const (
	smID, custID, admID, superID, outsiderID = 5, 8, 10, 12, 13
)

func TestCustomersOfANetworkAreMembersOfTheSite(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	at := func(id int) string { return fmt.Sprintf("/wc/v3/customers/%d", id) }
	for _, login := range []string{"adm", "sm", ""} {
		c.want(unknownUser, login, "", "", "GET", at(outsiderID), "")
		c.want(unknownUser, login, "", "", "PUT", at(outsiderID), `{"first_name":"X"}`)
	}
	c.want("200", "adm", "", "", "GET", at(custID), "")
	c.want("200", "super", "", "", "GET", at(outsiderID), "")
	c.want(unknownUser, "adm", "/berlin", "/berlin", "GET", at(custID), "")

	// Only super admins edit and delete (docs/checks/multisite-edit-users.md).
	for _, login := range []string{"adm", "sm"} {
		c.want(cannotEdit, login, "", "", "PUT", at(custID), `{"first_name":"X"}`)
		c.want(cannotDelete, login, "", "", "DELETE", at(custID)+"?force=true", "")
		c.want("201", login, "", "", "POST", "/wc/v3/customers", fmt.Sprintf(`{"email":"%s-new@example.test"}`, login))
	}
	for login, want := range map[string]string{"adm": "GET", "super": "GET, POST, PUT, PATCH, DELETE"} {
		if _, header, _ := c.as(login, "", "", "OPTIONS", at(custID), ""); header.Get("Allow") != want {
			t.Errorf("Allow for %s: %q, want %q", login, header.Get("Allow"), want)
		}
	}
	if _, header, _ := c.as("super", "", "", "OPTIONS", at(superID),
		""); header.Get("Allow") != "GET, POST, PUT, PATCH" {
		t.Errorf("super admins may %q with an administrator", header.Get("Allow"))
	}

	// The address belongs to somebody of another site.
	c.want(
		"400 registration-error-email-exists", "adm", "", "", "POST", "/wc/v3/customers",
		`{"email":"nomember@example.test"}`,
	)
	c.want("400 woocommerce_rest_invalid_customer_id", "adm", "", "", "POST", "/wc/v3/orders",
		fmt.Sprintf(`{"customer_id":%d}`, outsiderID))
}

func TestASuperAdminsEditMakesAUserOfTheNetworkAMember(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	berlin := fmt.Sprintf("/wc/v3/customers/%d", custID)
	_, _, edited := c.as("super", "/berlin", "/berlin", "PUT", berlin,
		`{"first_name":"Zoe","billing":{"city":"Berlin"}}`)
	if edited.(map[string]any)["role"] != "customer" {
		t.Errorf("the edited user: %v", edited)
	}
	c.want("200", "adm", "/berlin", "/berlin", "GET", berlin, "")
	// What the network knows of a user is the same everywhere.
	_, _, main := c.as("adm", "", "", "GET", berlin, "")
	if got := main.(map[string]any); got["first_name"] != "Zoe" || got["billing"].(map[string]any)["city"] != "Berlin" {
		t.Errorf("on the main site: %v", got)
	}
	// Deleting takes the user off the site.
	c.want("200", "super", "/berlin", "/berlin", "DELETE", berlin+"?force=true", "")
	c.want(unknownUser, "adm", "/berlin", "/berlin", "GET", berlin, "")
	c.want("200", "super", "/berlin", "/berlin", "GET", berlin, "")
	c.want("200", "adm", "", "", "GET", berlin, "")
}

func TestListsOfCustomersShowTheMembersOfTheSite(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	_, _, list := c.as(
		"super", "/berlin", "/berlin", "GET",
		"/wc/v3/customers?role=all&per_page=100&orderby=id&order=asc&_fields=username", "",
	)
	want := "[map[username:admin] map[username:sm] map[username:adm]]"
	if fmt.Sprint(list) != want {
		t.Errorf("members of the site: %v, want %s", list, want)
	}
	status, _, created := c.as("adm", "/berlin", "/berlin", "POST", "/wc/v3/customers", `{"email":"neu@example.test"}`)
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, created)
	}
	c.want(unknownUser, "adm", "", "", "GET", fmt.Sprintf("/wc/v3/customers/%v", created.(map[string]any)["id"]), "")
}

func TestOrdersOfTheNetwork(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	c.want(
		"201", "adm", "/berlin", "/berlin", "POST", "/wc/v3/orders",
		`{"status":"processing","billing":{"first_name":"B"}}`,
	)
	c.want("201", "adm", "/berlin", "/berlin", "POST", "/wc/v3/orders", `{}`)
	c.want("200", "adm", "", "", "GET", "/wc/v2/orders/network", "")
	c.want(cannotView, "cust", "", "", "GET", "/wc/v3/orders/network", "")
	c.want(cannotView, "nomember", "", "", "GET", "/wc/v3/orders/network", "")
	c.want("401 woocommerce_rest_cannot_view", "", "", "", "GET", "/wc/v3/orders/network", "")
	c.want("404 rest_no_route", "adm", "", "", "POST", "/wc/v3/orders/network", "{}")
	// Whose right counts is the site asked for.
	c.want(cannotView, "smread", "", "", "GET", "/wc/v3/orders/network?blog_id=2", "")
	c.want(cannotView, "adm", "", "", "GET", "/wc/v3/orders/network?blog_id=99", "")
	_, header, list := c.as("super", "", "", "GET", "/wc/v3/orders/network?blog_id=2", "")
	if orders, ok := list.([]any); !ok || len(orders) != 1 || header.Get("X-WP-Total") != "1" {
		t.Fatalf("orders of the other site: %v, total %s; want the one that waits", list, header.Get("X-WP-Total"))
	}
	order := list.([]any)[0].(map[string]any)
	blog := order["blog"].(map[string]any)
	for name, want := range map[string]any{
		"customer": "B", "status_name": "Processing",
		"edit_url":        fmt.Sprintf("%s/berlin/wp-admin/post.php?post=%v&action=edit", c.server.URL, order["id"]),
		"formatted_total": `<span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol" translate="no">&#36;</span>0.00</bdi></span>`,
	} {
		if order[name] != want {
			t.Errorf("%s is %v, want %v", name, order[name], want)
		}
	}
	if blog["blog_id"] != "2" || blog["path"] != "/berlin/" || blog["blogname"] != "Berlin" ||
		blog["home"] != c.server.URL+"/berlin" {
		t.Errorf("blog is %v", blog)
	}
	single := networkCall{t, sandbox.Start(t)}
	single.want("404 rest_no_route", "adm", "", "", "GET", "/wc/v3/orders/network", "")
}

func TestANetworkIsResetAndRestoredAsAWhole(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	fresh := c.server.Snapshot()
	c.want("201", "adm", "/berlin", "/berlin", "POST", "/wc/v3/customers", `{"email":"neu@example.test"}`)
	c.want(
		"400 registration-error-email-exists", "adm", "", "", "POST", "/wc/v3/customers",
		`{"email":"neu@example.test"}`,
	)
	c.server.Restore(fresh)
	c.want("201", "adm", "", "", "POST", "/wc/v3/customers", `{"email":"neu@example.test"}`)
	c.server.Reset()
	c.want("201", "adm", "wien.localhost", "wien.localhost", "POST", "/wc/v3/customers", `{"email":"neu@example.test"}`)
}

func TestASiteIsAddedWhileTheNetworkRuns(t *testing.T) {
	t.Parallel()
	c := newNetworkCall(t)
	request := func(method, path, body string) (int, string) {
		r, err := http.NewRequestWithContext(
			t.Context(), method, c.server.URL+sandbox.AdminPath+path, strings.NewReader(body),
		)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		response, err := c.server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(text)
	}
	if status, text := request("POST", "sites", `{"path":"/bonn","name":"Bonn"}`); status != http.StatusCreated {
		t.Fatalf("%d %s", status, text)
	}
	if status, _ := request("POST", "sites", `{"path":"/bonn"}`); status != http.StatusBadRequest {
		t.Errorf("a second site at the same address: %d", status)
	}
	c.want("200", "adm", "/bonn", "/bonn", "GET", "/wc/v3/orders", "")
	if _, text := request("GET", "sites/bonn/state", ""); !strings.Contains(text, `"name": "Bonn"`) {
		t.Errorf("the state of the site: %s", text)
	}
}
