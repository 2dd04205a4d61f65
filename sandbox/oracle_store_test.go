package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// probe is the login and the role of the user whose capabilities change.
const probe = "probe"

// measuredStore is a store with the fixtures of the measurement: records of the key owner ("own"), of an administrator
// ("others") and of a guest.
type measuredStore struct {
	t        *testing.T
	server   *Server
	client   *http.Client
	storage  capability.Storage
	fixtures *Snapshot
	ids      map[string]int64 // by names such as "orders own pending"
	outside  string           // a server beside the store: images, a webhook's receiver
}

var measuredRoles = []string{"customer", "subscriber", "shop_manager", "editor", "administrator"}

func newMeasuredStore(t *testing.T, version capability.Version, storage capability.Storage) *measuredStore {
	t.Helper()
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture.Bytes())
	}))
	t.Cleanup(outside.Close)
	server := Start(t, WithVersion(version.String()), WithStorage(storage), WithLogSize(-1))
	m := &measuredStore{
		t: t, server: server, client: server.Client(), storage: storage, ids: map[string]int64{}, outside: outside.URL,
	}
	m.users()
	m.setCaps(measuredUniverse())
	m.products()
	m.orders()
	m.others()
	m.fixtures = server.Snapshot()
	return m
}

func (m *measuredStore) users() {
	m.server.shop.Update(func(st *shop.Store) {
		st.Catalogue.SetImageRules(catalogue.ImageRules{AllowPrivate: true})
		add := func(name string, roles ...string) {
			login := strings.ReplaceAll(name, "_", "-") + "-fixture"
			user := &identity.User{
				Login: login, Nicename: login, DisplayName: login, Email: login + "@example.test", Roles: roles,
			}
			st.Customers.AddUser(user)
			m.server.directory.Refresh(user)
			m.ids["customers "+name] = user.ID
			for _, access := range []identity.Permissions{identity.ReadWrite, identity.Read, identity.Write} {
				if name == "self" {
					key := credentialsOf(probe + string(access))
					m.server.directory.AddKey(&identity.Key{
						UserID: user.ID, Permissions: access, ConsumerKey: key.Key, ConsumerSecret: key.Secret,
					})
				}
			}
		}
		add("self", probe)
		add("no_role")
		for _, role := range measuredRoles {
			add(role, role)
		}
	})
}

// setCaps makes the owner of the key a user of role probe with exactly these capabilities.
func (m *measuredStore) setCaps(caps capability.Set) {
	m.setRole(capability.Role{Name: probe, Title: probe, Caps: caps})
}

// setRole makes the owner of the key a user of a role.
func (m *measuredStore) setRole(role capability.Role) {
	m.server.shop.Update(func(*shop.Store) {
		user, ok := m.server.directory.User(m.ids["customers self"])
		if !ok {
			m.t.Fatal("the owner of the key is gone")
		}
		m.server.directory.DefineRole(role)
		m.server.directory.SetRoles(user, role.Name)
	})
}

// as are the credentials of a fixture's author.
func (m *measuredStore) as(whose string) Credentials {
	if whose == "own" {
		return credentialsOf(probe + string(identity.ReadWrite))
	}
	return credentialsOf(defaultLogin)
}

// make creates a record and returns its id.
func (m *measuredStore) make(whose, name, path, body string) int64 {
	m.t.Helper()
	status, raw := m.send(m.as(whose), http.MethodPost, "/wp-json/wc/v3/"+path, []byte(body))
	var record struct{ ID int64 }
	if err := json.Unmarshal(raw, &record); err != nil || status != http.StatusCreated && status != http.StatusOK {
		if notSimulated(status, raw) {
			return 0
		}
		m.t.Fatalf("fixture %s: POST %s answers %d %s", name, path, status, raw)
	}
	m.ids[name] = record.ID
	return record.ID
}

func (m *measuredStore) trash(path string) {
	m.t.Helper()
	if status, raw := m.send(m.as("others"), http.MethodDelete, "/wp-json/wc/v3/"+path, nil); status != http.StatusOK {
		m.t.Fatalf("fixture: DELETE %s answers %d %s", path, status, raw)
	}
}

func (m *measuredStore) products() {
	for _, resource := range []string{"categories", "tags", "brands", "shipping_classes"} {
		m.make("others", resource, "products/"+resource, `{"name":"Fx","slug":"fx-sc-1"}`)
	}
	attribute := m.make("others", "attributes", "products/attributes", `{"name":"Color"}`)
	for _, option := range []string{"red", "blue"} {
		m.make("others", "attribute_terms", fmt.Sprintf("products/attributes/%d/terms", attribute),
			`{"name":"`+option+`"}`)
	}
	for _, whose := range []string{"own", "others"} {
		for _, status := range []string{"publish", "private", "draft", "pending", "future", "trash"} {
			name := "products " + whose + " " + status
			wanted := status
			if status == "trash" {
				wanted = "publish"
			}
			body := fmt.Sprintf(
				`{"name":%q,"status":%q,"regular_price":"10","sku":"%s-%s","manage_stock":true,"stock_quantity":100`,
				name, wanted, whose, status,
			)
			if status == "future" {
				body += `,"date_created_gmt":"2099-01-01T00:00:00"`
			}
			id := m.make(whose, name, "products", body+"}")
			if status == "trash" {
				m.trash(fmt.Sprintf("products/%d", id))
			}
		}
		for _, status := range []string{"publish", "private", "draft"} {
			parent := m.make(whose, "parents "+whose+" "+status, "products",
				fmt.Sprintf(`{"name":"parent","type":"variable","status":%q,"attributes":[{"id":%d,"options":["red","blue"],"variation":true}]}`, status, attribute))
			m.make(whose, "variations "+whose+" "+status, fmt.Sprintf("products/%d/variations", parent),
				fmt.Sprintf(`{"regular_price":"5","manage_stock":true,"stock_quantity":9,"attributes":[{"id":%d,"option":"red"}]}`, attribute))
		}
		for _, status := range []string{"publish", "trash", "draft", "private"} {
			id := m.make(whose, "coupons "+whose+" "+status, "coupons",
				fmt.Sprintf(`{"code":"fx-%s-%s","amount":"1.00"}`, strings.Replace(whose, "others", "oth", 1), status))
			if status == "trash" {
				m.trash(fmt.Sprintf("coupons/%d", id))
				continue
			}
			// The API publishes every coupon; other statuses come from WordPress's own screens.
			m.server.shop.Update(func(st *shop.Store) {
				if coupon, ok := st.Coupons.Coupons.Get(id); ok {
					st.Coupons.Coupons.Change(coupon, func(c *coupons.Coupon) { c.Status = status })
				}
			})
		}
	}
}

func (m *measuredStore) orders() {
	line := fmt.Sprintf(
		`"line_items":[{"product_id":%d,"quantity":2}],"billing":{"email":"buyer@example.test"}`,
		m.ids["products others publish"],
	)
	order := func(whose, name, more string) int64 {
		id := m.make(whose, name, "orders", "{"+line+more+"}")
		status, raw := m.send(m.as("others"), http.MethodGet, fmt.Sprintf("/wp-json/wc/v3/orders/%d", id), nil)
		var read struct {
			Items []struct{ ID int64 } `json:"line_items"`
		}
		if err := json.Unmarshal(raw, &read); err != nil || len(read.Items) != 1 {
			m.t.Fatalf("fixture %s reads %d %s", name, status, raw)
		}
		m.ids["items of "+name] = read.Items[0].ID
		return id
	}
	customer := fmt.Sprintf(`,"status":"processing","customer_id":%d`, m.ids["customers customer"])
	for _, whose := range []string{"own", "others"} {
		for _, status := range []string{
			"", "pending", "on-hold", "completed", "cancelled", "failed", "checkout-draft", "trash",
		} {
			name, wanted := strings.TrimSpace("orders "+whose+" "+status), status
			switch status {
			case "", "trash":
				wanted = "processing"
			}
			id := order(whose, name, fmt.Sprintf(`,"status":%q`, wanted))
			if status == "trash" {
				m.trash(fmt.Sprintf("orders/%d", id))
			}
		}
	}
	order("others", "orders customer", customer)
	order("own", "orders own_with_customer", customer)
	order("others", "orders self_customer", fmt.Sprintf(
		`,"status":"processing","customer_id":%d`, m.ids["customers self"],
	))
	order("own", "orders placed_by_self_as_shopper", `,"status":"processing"`)
	entered := order("own", "orders entered_in_wpadmin_by_self", `,"status":"processing"`)
	guest := order("others", "orders guest", `,"status":"processing"`)
	m.server.shop.Update(func(st *shop.Store) {
		author := func(id, author int64) {
			if found, ok := st.Orders.Orders.Get(id); ok {
				st.Orders.Orders.Change(found, func(o *orders.Order) { o.Author = author })
			}
		}
		// WordPress's own screens give an order to who enters it, in every storage.
		author(entered, m.ids["customers self"])
		if m.storage != capability.Posts {
			author(guest, 0)
		}
	})
	m.pluginOrders(line)
	for _, whose := range []string{"own", "others"} {
		id := m.ids["orders "+whose]
		for _, by := range []string{"own", "others"} {
			name := by + " on " + whose
			m.make(by, "notes "+name, fmt.Sprintf("orders/%d/notes", id), `{"note":"a note"}`)
			m.make(by, "refunds "+name, fmt.Sprintf("orders/%d/refunds", id), `{"amount":"0.50","api_refund":false}`)
		}
	}
	m.make("others", "notes others on guest", fmt.Sprintf("orders/%d/notes", guest), `{"note":"a note"}`)
}

// pluginOrders are orders of statuses that a plugin registered, with a note on the public ones.
func (m *measuredStore) pluginOrders(line string) {
	for _, status := range []orders.OrderStatus{
		{Slug: "pubst", Name: "Public", Public: true}, {Slug: "prist", Name: "Private", Private: true},
		{Slug: "intst", Name: "Internal"},
	} {
		m.server.RegisterOrderStatus(status)
		for _, whose := range []string{"own", "others"} {
			name := "orders " + whose + " " + strings.ToLower(status.Name) + "_status"
			id := m.make(whose, name, "orders", fmt.Sprintf(`{%s,"status":%q}`, line, status.Slug))
			if status.Public {
				m.make(whose, "notes on "+name, fmt.Sprintf("orders/%d/notes", id), `{"note":"a note"}`)
				trashed := m.make(whose, "orders "+whose+" trashed_public_status", "orders",
					fmt.Sprintf(`{%s,"status":%q}`, line, status.Slug))
				m.trash(fmt.Sprintf("orders/%d", trashed))
			}
		}
	}
}

// cleanRows takes the rows of all orders and refunds out of wp_posts.
func (m *measuredStore) cleanRows() {
	m.server.shop.Update(func(st *shop.Store) {
		for _, o := range slices.Collect(st.Orders.Orders.All()) {
			st.Orders.Orders.Change(o, func(o *orders.Order) { o.Row = capability.NoPost })
		}
		for _, refund := range slices.Collect(st.Orders.Refunds.All()) {
			st.Orders.Refunds.Change(refund, func(r *orders.Refund) { r.Row = capability.NoPost })
		}
	})
	m.fixtures = m.server.Snapshot()
}

func (m *measuredStore) others() {
	product := m.ids["products others publish"]
	for _, status := range []string{"approved", "hold"} {
		m.make("others", "reviews "+status, "products/reviews",
			fmt.Sprintf(`{"product_id":%d,"review":"fine %s","reviewer":"R","reviewer_email":"r@example.test","status":%q}`, product, status, status))
	}
	m.make("others", "taxes", "taxes", `{"country":"FR","rate":"20","name":"TVA"}`)
	m.make("others", "tax class", "taxes/classes", `{"name":"Fx class"}`)
	zone := m.make("others", "zones", "shipping/zones", `{"name":"Z"}`)
	m.make("others", "methods", fmt.Sprintf("shipping/zones/%d/methods", zone), `{"method_id":"flat_rate"}`)
	for _, whose := range []string{"own", "others"} {
		m.make(whose, "webhooks "+whose, "webhooks",
			fmt.Sprintf(`{"name":"n","topic":"order.created","delivery_url":%q,"status":"paused","secret":"s"}`,
				m.outside))
	}
}

// restore brings the fixtures back after a request that changed them.
func (m *measuredStore) restore() { m.server.Restore(m.fixtures) }

// send makes one request over the network.
func (m *measuredStore) send(as Credentials, method, path string, body []byte) (status int, answer []byte) {
	m.t.Helper()
	request, err := http.NewRequestWithContext(m.t.Context(), method, m.server.URL+path, bytes.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	if as.Key != "" {
		request.SetBasicAuth(as.Key, as.Secret)
	}
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := m.client.Do(request)
	if err != nil {
		m.t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		m.t.Fatal(err)
	}
	return response.StatusCode, answer
}

// notSimulated says whether the sandbox has only the route's description.
func notSimulated(status int, body []byte) bool {
	return status == http.StatusNotImplemented && bytes.Contains(body, []byte("sandbox_not_simulated"))
}
