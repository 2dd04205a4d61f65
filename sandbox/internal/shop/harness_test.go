package shop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// testShop is a store behind its REST server, asked over HTTP by whoever
// caller is: an administrator to begin with.
type testShop struct {
	*Store
	t      *testing.T
	server *rest.Server
	roles  *identity.Directory
	caller *identity.User
	now    time.Time
}

func newTestShop(t *testing.T, configure ...func(*Config)) *testShop {
	t.Helper()
	shop := &testShop{t: t, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	config := Config{Home: "https://shop.example", Clock: func() time.Time { return shop.now }}
	for _, c := range configure {
		c(&config)
	}
	shop.Store = New(config)
	shop.roles = identity.NewDirectory(capability.StockRoles(capability.Measured), shop.Users)
	shop.caller = shop.user("admin", "administrator")
	shop.server = rest.NewServer(rest.Config{
		Version:      shop.Version(),
		Lacks:        shop.Lacks(),
		Now:          func() time.Time { return shop.now },
		Authenticate: func(identity.Facts) identity.Decision { return identity.Decision{User: shop.caller} },
	})
	shop.Register(shop.server)
	return shop
}

func (s *testShop) user(login, role string) *identity.User {
	u := &identity.User{Login: login, DisplayName: login, Email: login + "@shop.example", Roles: []string{role}, Registered: s.now}
	s.AddUser(u)
	s.roles.Refresh(u)
	return u
}

// product adds a simple product with a price.
func (s *testShop) product(price string, change ...func(*Product)) *Product {
	p := &Product{
		ID: s.NextPostID(), Type: "simple", Status: "publish", RegularPrice: price, Price: price,
		TaxStatus: "taxable", StockStatus: "instock",
	}
	p.Name = fmt.Sprintf("Product %d", p.ID)
	for _, c := range change {
		c(p)
	}
	s.Products.Insert(p)
	return p
}

// answer is what the store answered.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   any
}

// ask sends a request; the body is formatted with the arguments.
func (s *testShop) ask(method, path, body string, arguments ...any) answer {
	s.t.Helper()
	if len(arguments) > 0 {
		body = fmt.Sprintf(body, arguments...)
	}
	r := httptest.NewRequest(method, "https://shop.example/wp-json"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.server.ServeVisit(w, r, rest.Visit{
		Path: r.URL.Path[len("/wp-json"):], Base: "https://shop.example", SSL: true, Query: rest.ParseQuery(r.URL.RawQuery),
	})
	a := answer{t: s.t, status: w.Code, header: w.Header()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
		s.t.Fatalf("%s %s answered %q: %v", method, path, w.Body, err)
	}
	return a
}

// order creates an order and returns its answer.
func (s *testShop) order(body string, arguments ...any) answer {
	s.t.Helper()
	a := s.ask("POST", "/wc/v3/orders", body, arguments...)
	if a.status != http.StatusCreated {
		s.t.Fatalf("creating an order with %s %v: %d %v", body, arguments, a.status, a.body)
	}
	return a
}

// at returns the value at a path such as "line_items.0.total", shown as text.
func (a answer) at(path string) string {
	v := a.body
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			found, ok := at[step]
			if !ok {
				return "(absent)"
			}
			v = found
		case []any:
			i := 0
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(at) {
				return "(absent)"
			}
			v = at[i]
		default:
			return "(absent)"
		}
	}
	if list, ok := v.([]any); ok {
		return fmt.Sprintf("%d elements", len(list))
	}
	return fmt.Sprint(v)
}

func (a answer) id() int64 {
	object, _ := a.body.(map[string]any)
	id, _ := object["id"].(float64)
	return int64(id)
}

// shows checks values by path: "total=10.00 line_items.0.quantity=2"; a plus
// stands for a blank.
func (a answer) shows(expected string) {
	a.t.Helper()
	for pair := range strings.SplitSeq(expected, " ") {
		path, want, _ := strings.Cut(pair, "=")
		if got := a.at(path); got != strings.ReplaceAll(want, "+", " ") {
			a.t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}

// refused checks that a request was refused with a status and a code.
func (a answer) refused(status int, code string) {
	a.t.Helper()
	if a.status != status || a.at("code") != code {
		a.t.Errorf("answered %d %s, want %d %s: %v", a.status, a.at("code"), status, code, a.body)
	}
}

// each returns the values of one member of all elements of a list.
func (a answer) each(member string) string {
	var all []string
	list, _ := a.body.([]any)
	for _, e := range list {
		all = append(all, fmt.Sprint(e.(map[string]any)[member]))
	}
	return strings.Join(all, " ")
}
