package shoptest

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
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
)

// Config is what a test may change of the shop it gets.
type Config = shop.Config

// Shop is a store behind its REST server. Caller sends the requests; it is an administrator at first.
type Shop struct {
	*shop.Store
	Server *rest.Server
	Roles  *identity.Directory
	Caller *identity.User
	Time   time.Time // what its clock shows

	t *testing.T
}

// New returns a freshly installed shop, at noon UTC of a day in November 2026.
func New(t *testing.T, configure ...func(*Config)) *Shop {
	t.Helper()
	s := &Shop{t: t, Time: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	config := Config{Home: "https://shop.example", Clock: func() time.Time { return s.Time }}
	for _, c := range configure {
		c(&config)
	}
	s.Store = shop.New(config)
	s.Roles = identity.NewDirectory(capability.StockRoles(capability.Measured), s.Customers.Users)
	s.Caller = s.User("admin", "administrator")
	s.Server = rest.NewServer(rest.Config{
		Version:      s.Version(),
		Lacks:        s.Lacks(),
		Now:          func() time.Time { return s.Time },
		Authenticate: func(identity.Facts) identity.Decision { return identity.Decision{User: s.Caller} },
	})
	s.Register(s.Server)
	return s
}

// User adds a user with a role.
func (s *Shop) User(login, role string) *identity.User {
	u := &identity.User{Login: login, DisplayName: login, Email: login + "@shop.example", Roles: []string{role},
		Registered: s.Time}
	s.Customers.AddUser(u)
	s.Roles.Refresh(u)
	return u
}

// Product adds a simple product with a price.
func (s *Shop) Product(price string, change ...func(*catalogue.Product)) *catalogue.Product {
	p := &catalogue.Product{
		ID: s.NextPostID(), Type: "simple", Status: "publish", RegularPrice: price, Price: price,
		TaxStatus: "taxable", StockStatus: "instock",
	}
	p.Name = fmt.Sprintf("Product %d", p.ID)
	for _, c := range change {
		c(p)
	}
	s.Catalogue.Products.Insert(p)
	return p
}

// Stocked makes a product manage its stock, with that quantity.
func Stocked(quantity int64) func(*catalogue.Product) {
	return func(p *catalogue.Product) { p.ManageStock, p.StockQuantity, p.Backorders = true, quantity, "no" }
}

// Stock is the quantity of a product in stock.
func (s *Shop) Stock(p *catalogue.Product) int64 {
	found, _ := s.Catalogue.Products.Get(p.ID)
	return found.StockQuantity
}

// Ask sends a request; the body is formatted with the arguments.
func (s *Shop) Ask(method, path, body string, arguments ...any) Answer {
	s.t.Helper()
	if len(arguments) > 0 {
		body = fmt.Sprintf(body, arguments...)
	}
	r := httptest.NewRequestWithContext(s.t.Context(), method, "https://shop.example/wp-json"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.Server.ServeVisit(w, r, rest.Visit{
		Path: r.URL.Path[len("/wp-json"):], Base: "https://shop.example", SSL: true, Query: rest.ParseQuery(r.URL.RawQuery),
	})
	a := Answer{t: s.t, Status: w.Code, Header: w.Header()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.Body); err != nil {
		s.t.Fatalf("%s %s answered %q: %v", method, path, w.Body, err)
	}
	return a
}

// Order creates an order and returns its Answer.
func (s *Shop) Order(body string, arguments ...any) Answer {
	s.t.Helper()
	a := s.Ask("POST", "/wc/v3/orders", body, arguments...)
	if a.Status != http.StatusCreated {
		s.t.Fatalf("creating an order with %s %v: %d %v", body, arguments, a.Status, a.Body)
	}
	return a
}
