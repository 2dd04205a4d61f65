package seed

import (
	"fmt"
	"slices"
)

// Step makes one event happen in the store, as a day's traffic brings it: mostly new orders and status changes,
// sometimes edits, notes, refunds, trash and forced deletes, rarely a bulk edit of many orders within one second. what
// describes the event in a few words.
func (s *Seeder) Step() (what string, err error) {
	draw := s.chance.IntN(100)
	if len(s.orders) < 5 || draw < 45 {
		err := s.Order()
		return fmt.Sprintf("order %d placed", s.last()), err
	}
	id := s.orders[s.chance.IntN(len(s.orders))]
	path := fmt.Sprintf("orders/%d", id)
	switch {
	case draw < 65:
		status := []string{"processing", "completed", "on-hold", "completed"}[s.chance.IntN(4)]
		_, err = s.must("PUT", path, object{"status": status})
		return fmt.Sprintf("order %d is %s", id, status), err
	case draw < 78:
		_, err = s.must("PUT", path, object{
			"customer_note": notes[s.chance.IntN(len(notes))],
			"meta_data":     []object{oddMeta[s.chance.IntN(len(oddMeta))]},
		})
		return fmt.Sprintf("order %d edited", id), err
	case draw < 84:
		return fmt.Sprintf("order %d followed up", id), s.after(id)
	case draw < 89:
		_, err = s.must("DELETE", path, nil)
		s.forget(id)
		s.trash = append(s.trash, id)
		return fmt.Sprintf("order %d put into the trash", id), err
	case draw < 91:
		_, err = s.must("DELETE", path+"?force=true", nil)
		s.forget(id)
		return fmt.Sprintf("order %d deleted for good", id), err
	case draw < 93 && len(s.trash) > 0:
		return s.untrash()
	case draw < 95:
		return s.bulkEdit()
	default:
		p := s.products[s.chance.IntN(len(s.products))]
		if p.variation != 0 {
			_, err = s.must("PUT", fmt.Sprintf("products/%d/variations/%d", p.id, p.variation), object{
				"regular_price": fmt.Sprintf("%d.90", 15+s.chance.IntN(10)),
			})
			return fmt.Sprintf("variation %d has a new price", p.variation), err
		}
		_, err = s.must("PUT", fmt.Sprintf("products/%d", p.id),
			object{"regular_price": fmt.Sprintf("%d.90", 3+s.chance.IntN(60))})
		return fmt.Sprintf("product %d has a new price", p.id), err
	}
}

func (s *Seeder) last() int64 {
	if len(s.orders) == 0 {
		return 0
	}
	return s.orders[len(s.orders)-1]
}

func (s *Seeder) forget(id int64) {
	s.orders = slices.DeleteFunc(s.orders, func(o int64) bool { return o == id })
}

func (s *Seeder) untrash() (string, error) {
	id := s.trash[len(s.trash)-1]
	s.trash = s.trash[:len(s.trash)-1]
	_, err := s.must("PUT", fmt.Sprintf("orders/%d", id), object{"status": "processing"})
	s.orders = append(s.orders, id)
	return fmt.Sprintf("order %d restored", id), err
}

// bulkEdit changes up to a hundred orders in one request, and so in one second.
func (s *Seeder) bulkEdit() (string, error) {
	n := min(len(s.orders), 100)
	updates := make([]object, n)
	label := fmt.Sprintf("picked-%d", s.chance.IntN(1000))
	for i, at := range s.chance.Perm(len(s.orders))[:n] {
		updates[i] = object{"id": s.orders[at], "meta_data": []object{{"key": "batch", "value": label}}}
	}
	_, err := s.must("POST", "orders/batch", object{"update": updates})
	return fmt.Sprintf("%d orders edited at once", n), err
}
