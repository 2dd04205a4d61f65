package seed

import (
	"fmt"
)

// Order makes one order as a checkout would.
func (s *Seeder) Order() error {
	p := persons[s.chance.IntN(len(persons))]
	billing := s.address(p)
	shipping := object{}
	for k, v := range billing {
		if k != "email" {
			shipping[k] = v
		}
	}
	body := object{"billing": billing, "shipping": shipping, "line_items": s.lines()}
	if s.chance.IntN(3) > 0 && len(s.customers) > 0 {
		body["customer_id"] = s.customers[s.chance.IntN(len(s.customers))]
	}
	if s.chance.IntN(10) < 7 {
		body["shipping_lines"] = []object{{"method_id": "flat_rate", "method_title": "Flat rate", "total": "4.90"}}
	}
	if s.chance.IntN(5) == 0 {
		body["fee_lines"] = []object{{"name": "Gift wrap", "total": "2.50"}}
	}
	if s.chance.IntN(10) == 0 && len(s.coupons) > 0 {
		body["coupon_lines"] = []object{{"code": s.coupons[s.chance.IntN(len(s.coupons))]}}
	}
	if s.chance.IntN(6) == 0 {
		body["customer_note"] = notes[s.chance.IntN(len(notes))]
	}
	if s.chance.IntN(4) == 0 {
		body["meta_data"] = []object{oddMeta[s.chance.IntN(len(oddMeta))], {"key": "channel", "value": "web"}}
	}
	switch way := s.chance.IntN(10); {
	case way < 6:
		body["payment_method"], body["payment_method_title"], body["set_paid"] = "bacs", "Direct bank transfer", true
	case way < 8:
		body["payment_method"], body["payment_method_title"], body["status"] = "cod", "Cash on delivery", "on-hold"
	default:
		body["status"] = "pending"
	}
	id, err := s.must("POST", "orders", body)
	s.orders = append(s.orders, id)
	return err
}

func (s *Seeder) lines() []object {
	lines := make([]object, 1+s.chance.IntN(4))
	for i := range lines {
		p := s.products[s.chance.IntN(len(s.products))]
		lines[i] = object{"product_id": p.id, "quantity": 1 + s.chance.IntN(3)}
		if p.variation != 0 {
			lines[i]["variation_id"] = p.variation
		}
	}
	return lines
}

// after makes what happens to some orders later: they are completed, cancelled, noted or refunded.
func (s *Seeder) after(id int64) error {
	path := fmt.Sprintf("orders/%d", id)
	var err error
	switch s.chance.IntN(6) {
	case 0, 1:
		_, err = s.must("PUT", path, object{"status": "completed"})
	case 2:
		_, err = s.must("PUT", path, object{"status": "cancelled"})
	case 3:
		_, err = s.must("POST", path+"/notes", object{
			"note": notes[s.chance.IntN(len(notes))], "customer_note": s.chance.IntN(2) == 0,
		})
	default:
		// A refund may be more than what is left of an order. The store then refuses, as it should.
		s.shop.Do("POST", path+"/refunds", object{"amount": "1.00", "reason": "Arrived late", "api_refund": false})
	}
	return err
}
