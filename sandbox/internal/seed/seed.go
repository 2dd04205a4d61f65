package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// Shop is a store as this package sees it.
type Shop interface {
	// Do sends a request below wc/v3 as an administrator and returns the answer.
	Do(method, path string, body any) (status int, answer json.RawMessage)
	// At sets the store's clock for the requests that follow; the zero time lets it run again.
	At(t time.Time)
	// Set changes a setting.
	Set(option, value string)
	// Tax adds a tax rate in percent.
	Tax(country, state, name string, percent float64, shipping bool)
}

// Seeder fills a store and keeps it living. It is for one goroutine at a time.
type Seeder struct {
	shop   Shop
	chance *rand.Rand

	products  []product
	customers []int64
	coupons   []string
	orders    []int64 // the ones this seeder made and did not delete
	trash     []int64
	serial    int
}

type product struct {
	id, variation int64
	managed       bool
}

// New makes a seeder. Equal seeds do equal things.
func New(shop Shop, seed uint64) *Seeder {
	return &Seeder{shop: shop, chance: rand.New(rand.NewPCG(seed, 0x0de5))}
}

// Fill makes a catalogue, customers, and n orders with dates before now, about one every ten minutes. A thousand orders
// are about a week.
func (s *Seeder) Fill(ctx context.Context, n int, now time.Time) error {
	const step = 10 * time.Minute
	begin := now.Add(-time.Duration(n+100) * step).Truncate(time.Second)
	defer s.shop.At(time.Time{})
	s.shop.At(begin)
	s.shop.Set("woocommerce_calc_taxes", "yes")
	if err := s.catalogue(); err != nil {
		return err
	}
	if err := s.people(min(20+n/20, 500)); err != nil {
		return err
	}
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.shop.At(now.Add(-time.Duration(n-i) * step).Truncate(time.Second))
		if err := s.Order(); err != nil {
			return err
		}
		if s.chance.IntN(12) == 0 {
			if err := s.after(s.orders[len(s.orders)-1]); err != nil {
				return err
			}
		}
	}
	return nil
}

// must sends a request that has to succeed and returns the id of the answer.
func (s *Seeder) must(method, path string, body any) (int64, error) {
	status, answer := s.shop.Do(method, path, body)
	if status >= 300 {
		return 0, fmt.Errorf("seeding the sandbox: %s %s answers %d: %.300s", method, path, status, answer)
	}
	var head struct {
		ID int64 `json:"id"`
	}
	// The answer to a batch has no id; callers of batches need none.
	_ = json.Unmarshal(answer, &head)
	return head.ID, nil
}

type object = map[string]any

// catalogue makes products, variations, taxes and coupons.
func (s *Seeder) catalogue() error {
	s.shop.Tax("US", "CA", "CA Tax", 7.25, false)
	s.shop.Tax("DE", "", "MwSt.", 19, true)
	s.shop.Tax("GB", "", "VAT", 20, true)
	for i, name := range goods {
		managed := i%4 == 0
		body := object{"name": name, "sku": fmt.Sprintf("WB-%03d", i+1),
			"regular_price": fmt.Sprintf("%d.%02d", 3+i*2, (i*37)%100)}
		if managed {
			body["manage_stock"], body["stock_quantity"] = true, 100000
		}
		id, err := s.must("POST", "products", body)
		if err != nil {
			return err
		}
		s.products = append(s.products, product{id: id, managed: managed})
	}
	parent, err := s.must("POST", "products", object{"name": "T-Shirt", "type": "variable", "sku": "WB-SHIRT",
		"attributes": []object{
			{"name": "Size", "variation": true, "visible": true, "options": []string{"S", "M", "L"}},
		}})
	if err != nil {
		return err
	}
	for _, size := range []string{"S", "M", "L"} {
		id, err := s.must("POST", fmt.Sprintf("products/%d/variations", parent), object{
			"sku": "WB-SHIRT-" + size, "regular_price": "19.90", "attributes": []object{{"name": "Size", "option": size}}})
		if err != nil {
			return err
		}
		s.products = append(s.products, product{id: parent, variation: id})
	}
	for _, coupon := range []object{
		{"code": "welcome10", "discount_type": "percent", "amount": "10"},
		{"code": "fiver", "discount_type": "fixed_cart", "amount": "5"},
	} {
		if _, err := s.must("POST", "coupons", coupon); err != nil {
			return err
		}
		s.coupons = append(s.coupons, coupon["code"].(string))
	}
	return nil
}

func (s *Seeder) people(n int) error {
	for i := range n {
		p := persons[i%len(persons)]
		id, err := s.must("POST", "customers", object{
			"email": fmt.Sprintf("customer%d@example.test", i), "first_name": p.first, "last_name": p.last,
			"billing": s.address(p),
		})
		if err != nil {
			return err
		}
		s.customers = append(s.customers, id)
	}
	return nil
}

func (s *Seeder) address(p person) object {
	s.serial++
	return object{
		"first_name": p.first, "last_name": p.last, "address_1": fmt.Sprintf("%s %d", p.street, 1+s.serial%97),
		"city":  p.city,
		"state": p.state, "postcode": p.postcode, "country": p.country,
		"email": fmt.Sprintf("buyer%d@example.test", s.serial), "phone": "555-0100",
	}
}
