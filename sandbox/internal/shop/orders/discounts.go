package orders

import (
	"math"
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
)

// discounts computes what coupons take off the lines of an order, in cents, as WC_Discounts does.
type discounts struct {
	*Clerk
	order *Order
	items []*discountItem // dearest first
	given []*couponDiscount
}

// discountItem is a product line with its price before discounts.
type discountItem struct {
	line     *ProductLine
	product  *catalogue.Product // nil when it no longer exists
	quantity float64
	price    float64 // of the line, in cents, with tax where prices include it
}

// couponDiscount is what one coupon takes off each line.
type couponDiscount struct {
	code    string
	perLine map[int64]float64
}

func (c *Clerk) discountsOf(o *Order) *discounts {
	d := &discounts{Clerk: c, order: o}
	for _, line := range o.Lines {
		item := &discountItem{line: line, quantity: float64(line.Quantity),
			price: c.ToWholeCents(core.Number(line.Subtotal))}
		item.product, _ = c.productOf(line)
		if o.PricesIncludeTax {
			item.price += c.ToWholeCents(core.Number(line.SubtotalTax))
		}
		d.items = append(d.items, item)
	}
	slices.SortStableFunc(d.items, func(a, b *discountItem) int {
		switch pa, pb := a.unitPrice(), b.unitPrice(); {
		case pa > pb:
			return -1
		case pa < pb:
			return 1
		}
		return 0
	})
	return d
}

func (i *discountItem) unitPrice() float64 {
	if i.quantity > 1 {
		return i.price / i.quantity
	}
	return i.price
}

// apply computes the discount of a coupon on top of those applied before.
func (d *discounts) apply(coupon *coupons.Coupon) {
	given := &couponDiscount{code: coupon.Code, perLine: map[int64]float64{}}
	if i := slices.IndexFunc(d.given, func(g *couponDiscount) bool { return g.code == coupon.Code }); i >= 0 {
		given = d.given[i]
	} else {
		d.given = append(d.given, given)
	}
	items := d.applicable(coupon)
	switch coupon.DiscountType {
	case "percent":
		d.applyPercent(coupon, given, items)
	case "fixed_product":
		d.applyFixedProduct(coupon, given, items, d.ToWholeCents(core.Number(coupon.AmountInForce())))
	default:
		d.applyFixedCart(coupon, given, items, d.ToWholeCents(core.Number(coupon.AmountInForce())))
	}
}

// left is the price of a line after the discounts so far, in cents.
func (d *discounts) left(item *discountItem) float64 {
	return math.Abs(core.RoundPHP(item.price-d.ofLine(item.line.ID), 0, core.HalfUp))
}

// ofLine is the discount of a line by all coupons, in cents.
func (d *discounts) ofLine(id int64) float64 {
	sum := 0.0
	for _, given := range d.given {
		sum += given.perLine[id]
	}
	return sum
}

// total is what a coupon takes off all lines, in cents, added in the order of the lines' prices.
func (d *discounts) total(given *couponDiscount) float64 {
	sum := 0.0
	for _, item := range d.items {
		sum += given.perLine[item.line.ID]
	}
	return sum
}

// applicable are the lines a coupon may take something off.
func (d *discounts) applicable(coupon *coupons.Coupon) []*discountItem {
	var items []*discountItem
	for _, item := range d.items {
		if d.left(item) == 0 || item.quantity <= 0 {
			continue
		}
		if !d.validForProduct(coupon, item.product) && !coupon.ForCart() {
			continue
		}
		items = append(items, item)
	}
	return items
}

func (d *discounts) sequential() bool {
	return d.Options.Yes("woocommerce_calc_discounts_sequentially")
}

func (d *discounts) applyPercent(coupon *coupons.Coupon, given *couponDiscount, items []*discountItem) {
	percent := core.Number(coupon.AmountInForce())
	limit, applied := float64(coupon.LimitItems), 0.0
	discounted, base := 0.0, 0.0
	for _, item := range items {
		left := d.left(item)
		price := core.RoundPHP(item.price, 0, core.HalfUp)
		if d.sequential() {
			price = left
		}
		quantity := item.quantity
		if limit > 0 && limit-applied < quantity {
			quantity = max(0, limit-applied)
		}
		price = price / item.quantity * quantity
		discount := math.Floor(price * (percent / 100))
		discount = core.RoundPHP(min(left, discount), 0, core.HalfDown)
		base += price
		discounted += discount
		applied += quantity
		given.perLine[item.line.ID] += discount
	}
	// Rounding down per line loses cents of the discount on the whole order. These cents are taken off one by one.
	promised := core.RoundPHP(base*(percent/100), 0, core.HalfDown)
	if discounted < promised {
		d.applyRemainder(given, items, promised-discounted)
	}
}

func (d *discounts) applyFixedProduct(
	coupon *coupons.Coupon, given *couponDiscount, items []*discountItem, amount float64,
) float64 {
	limit, applied := float64(coupon.LimitItems), 0.0
	discounted := 0.0
	for _, item := range items {
		left := d.left(item)
		quantity := item.quantity
		discount := amount * quantity
		if limit > 0 {
			if limit-applied < quantity {
				quantity = limit - applied
			}
			quantity = max(0, quantity)
			discount = min(amount, item.price/item.quantity) * quantity
		}
		discount = min(left, discount)
		discounted += discount
		applied += quantity
		given.perLine[item.line.ID] += discount
	}
	return discounted
}

// applyFixedCart spreads an amount evenly over all pieces that still cost something, then the rest again, until only
// cents are left.
func (d *discounts) applyFixedCart(
	coupon *coupons.Coupon, given *couponDiscount, items []*discountItem, amount float64,
) float64 {
	items = slices.DeleteFunc(slices.Clone(items), func(item *discountItem) bool { return d.left(item) <= 0 })
	pieces := 0.0
	for _, item := range items {
		pieces += item.quantity
	}
	if pieces == 0 || amount == 0 {
		return 0
	}
	perPiece := math.Trunc(math.Abs(amount / pieces))
	if perPiece == 0 {
		return d.applyRemainder(given, items, amount)
	}
	discounted := d.applyFixedProduct(coupon, given, items, perPiece)
	if discounted > 0 && discounted < amount {
		discounted += d.applyFixedCart(coupon, given, items, amount-discounted)
	}
	return discounted
}

// applyRemainder takes single cents off, piece by piece.
func (d *discounts) applyRemainder(given *couponDiscount, items []*discountItem, amount float64) float64 {
	discounted := 0.0
	for _, item := range items {
		for piece := 0.0; piece < item.quantity; piece++ {
			discount := min(d.left(item), 1)
			discounted += discount
			given.perLine[item.line.ID] += discount
			if discounted >= amount {
				return discounted
			}
		}
	}
	return discounted
}

// validForProduct says whether a coupon on products may lower the price of a product.
func (d *discounts) validForProduct(coupon *coupons.Coupon, p *catalogue.Product) bool {
	if coupon.ForCart() || p == nil {
		return false
	}
	categories := d.catalogue.ParentOf(p).CategoryIDs
	isOne := func(ids []int64) bool {
		return slices.Contains(ids, p.ID) || p.ParentID != 0 && slices.Contains(ids, p.ParentID)
	}
	valid := len(coupon.ProductIDs) == 0 && len(coupon.Categories.Values) == 0 ||
		isOne(coupon.ProductIDs) || overlap(categories, coupon.Categories.Values)
	return valid &&
		!isOne(coupon.ExcludedProductIDs) &&
		!overlap(categories, coupon.ExcludedCategories.Values) &&
		!(coupon.ExcludeSaleItems && p.OnSale())
}

// categoriesOf are a product's own categories and those of its parent.
func (s *Store) categoriesOf(p *catalogue.Product) []int64 {
	if parent := s.catalogue.ParentOf(p); parent != p {
		return append(slices.Clone(p.CategoryIDs), parent.CategoryIDs...)
	}
	return p.CategoryIDs
}

func overlap(a, b []int64) bool {
	return slices.ContainsFunc(a, func(id int64) bool { return slices.Contains(b, id) })
}
