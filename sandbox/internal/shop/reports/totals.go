package reports

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// total is a line of a report that counts records by kind.
type total struct {
	slug, name string
	count      int64
}

func totalsJSON(totals []total) rest.List {
	list := make(rest.List, len(totals))
	for i, t := range totals {
		list[i] = rest.NewObject("slug", t.slug, "name", t.name, "total", t.count)
	}
	return list
}

// orderTotals count orders by status. Orders in the trash and in unregistered statuses are not counted.
func (s *Store) orderTotals() []total {
	counts := map[string]int64{}
	for o := range s.orders.Orders.All() {
		counts[o.Status]++
	}
	var totals []total
	for _, status := range s.orders.Statuses {
		totals = append(totals, total{status.Slug, status.Name, counts[status.Slug]})
	}
	return totals
}

// productTotals count published products by type.
func (s *Store) productTotals() []total {
	totals := []total{
		{"external", "External/Affiliate product", 0},
		{"grouped", "Grouped product", 0},
		{"simple", "Simple product", 0},
		{"variable", "Variable product", 0},
	}
	for p := range s.catalogue.Products.All() {
		i := slices.IndexFunc(totals, func(t total) bool { return t.slug == p.Type })
		if i >= 0 && p.Status == "publish" {
			totals[i].count++
		}
	}
	return totals
}

// customerTotals count users who are neither administrator nor shop manager, once for each of their roles, and those of
// them who have paid for an order.
func (s *Store) customerTotals() []total {
	all, paying := int64(0), int64(0)
	for u := range s.customers.Members() {
		if s.customers.CustomerOf(u.ID).Paying && !u.Is("administrator") && !u.Is("shop_manager") {
			paying++
		}
		if len(u.Roles) == 0 {
			all++
		}
		for _, role := range u.Roles {
			if role != "administrator" && role != "shop_manager" {
				all++
			}
		}
	}
	return []total{{"paying", "Paying customer", paying}, {"non_paying", "Non-paying customer", all - paying}}
}

// couponTotals count coupons by type, those in the trash too.
func (s *Store) couponTotals() []total {
	totals := []total{
		{"percent", "Percentage discount", 0},
		{"fixed_cart", "Fixed cart discount", 0},
		{"fixed_product", "Fixed product discount", 0},
	}
	for coupon := range s.coupons.Coupons.All() {
		if i := slices.IndexFunc(totals, func(t total) bool { return t.slug == coupon.DiscountType }); i >= 0 {
			totals[i].count++
		}
	}
	return totals
}

// reviewTotals count reviews by rating, approved or waiting.
func (s *Store) reviewTotals() []total {
	const best = 5
	counts := [best + 1]int64{}
	for review := range s.reviews.Reviews.All() {
		if (review.Status == "approved" || review.Status == "hold") && 1 <= review.Rating && review.Rating <= best {
			counts[review.Rating]++
		}
	}
	var totals []total
	for i := int64(1); i <= best; i++ {
		totals = append(totals, total{"rated_" + core.Itoa(i) + "_out_of_5", "Rated " + core.Itoa(i) + " out of 5",
			counts[i]})
	}
	return totals
}
