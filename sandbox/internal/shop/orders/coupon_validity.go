package orders

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// checkCoupon says why a coupon cannot be used on an order; nil when it can. All reasons share one code. The order of
// the checks only decides which reason the message names (WC_Discounts::is_coupon_valid).
func (d *discounts) checkCoupon(coupon *coupons.Coupon, code string) error {
	refuse := func(format string, args ...any) error {
		return rest.Errorf(400, "woocommerce_rest_invalid_coupon", format, args...)
	}
	quoted := "&quot;" + wptext.EscapeDisplay(code) + "&quot;"
	if coupon == nil || coupon.Status == "trash" {
		return refuse("Coupon %s cannot be applied because it does not exist.", quoted)
	}
	if coupon.UsageLimit > 0 && coupon.UsageCount >= coupon.UsageLimit {
		return refuse("Usage limit for coupon %s has been reached.", quoted)
	}
	if user := d.order.CustomerID; user != 0 && coupon.LimitPerUser > 0 &&
		coupon.UsesBy(core.Itoa(user)) >= coupon.LimitPerUser {
		return refuse("Usage limit for coupon %s has been reached.", quoted)
	}
	if !coupon.Expires.IsZero() && d.Now().After(coupon.Expires) {
		return refuse("Coupon %s has expired.", quoted)
	}
	subtotal := d.orderSubtotal()
	if minimum := core.Number(coupon.MinimumAmount); minimum > 0 && minimum > subtotal {
		return refuse("The minimum spend for coupon %s is %s.", quoted, core.Fixed(minimum, d.Decimals()))
	}
	if maximum := core.Number(coupon.Maximum()); maximum > 0 && maximum < subtotal {
		return refuse("The maximum spend for coupon %s is %s.", quoted, core.Fixed(maximum, d.Decimals()))
	}
	if !d.couponFitsProducts(coupon) {
		return refuse("Sorry, coupon %s is not applicable to selected products.", quoted)
	}
	if coupon.ForCart() {
		if reason := d.cartExclusion(coupon); reason != "" {
			return refuse("Sorry, coupon %s is not %s.", quoted, reason)
		}
	}
	if len(coupon.Emails.Values) > 0 && !d.emailAllowed(coupon.Emails.Values) {
		return refuse("Please enter a valid email at checkout to use coupon code %s.", quoted)
	}
	return nil
}

// orderSubtotal is the amount that a coupon's minimum and maximum are compared with.
func (d *discounts) orderSubtotal() float64 {
	subtotal := d.ToWholeCents(d.RoundPrice(d.sumOfLines(&d.order.Document,
		func(l *ProductLine) string { return l.Subtotal })))
	if d.order.PricesIncludeTax {
		subtotal += d.ToWholeCents(d.RoundPrice(core.Number(d.order.TotalTax)))
	}
	return d.FromCents(subtotal)
}

// couponFitsProducts says whether the order holds a product that the coupon is for.
func (d *discounts) couponFitsProducts(coupon *coupons.Coupon) bool {
	anyItem := func(fits func(*catalogue.Product) bool) bool {
		return slices.ContainsFunc(d.items, func(item *discountItem) bool {
			return item.product != nil &&
				fits(item.product)
		})
	}
	if len(coupon.ProductIDs) > 0 && !anyItem(func(p *catalogue.Product) bool {
		return slices.Contains(coupon.ProductIDs, p.ID) || slices.Contains(coupon.ProductIDs, p.ParentID)
	}) {
		return false
	}
	if len(coupon.Categories.Values) > 0 && !anyItem(func(p *catalogue.Product) bool {
		return !(coupon.ExcludeSaleItems && p.OnSale()) && overlap(d.categoriesOf(p), coupon.Categories.Values)
	}) {
		return false
	}
	// A coupon on products needs one product that it is valid for. An order without lines passes (recordings:
	// coup-no-items).
	return coupon.ForCart() || len(d.items) == 0 ||
		anyItem(func(p *catalogue.Product) bool { return d.validForProduct(coupon, p) })
}

// cartExclusion names what makes the order excluded from a coupon on the whole order; empty for nothing.
func (d *discounts) cartExclusion(coupon *coupons.Coupon) string {
	for _, item := range d.items {
		if item.product != nil && coupon.ExcludeSaleItems && item.product.OnSale() {
			return "valid for sale items"
		}
	}
	for _, item := range d.items {
		if item.product == nil {
			continue
		}
		if slices.Contains(coupon.ExcludedProductIDs, item.product.ID) ||
			item.product.ParentID != 0 && slices.Contains(coupon.ExcludedProductIDs, item.product.ParentID) {
			return "applicable to the products: " + wptext.EscapeDisplay(item.product.Name)
		}
	}
	for _, item := range d.items {
		if item.product != nil && overlap(d.categoriesOf(item.product), coupon.ExcludedCategories.Values) {
			return "applicable to the categories of " + wptext.EscapeDisplay(item.product.Name)
		}
	}
	return ""
}

// emailAllowed says whether the address of the order, or that of the caller, is among those that a coupon is restricted
// to.
func (d *discounts) emailAllowed(restrictions []string) bool {
	addresses := []string{d.order.Billing.Email}
	if d.User != nil {
		addresses = append(addresses, d.User.Email)
	}
	for _, address := range addresses {
		address = strings.ToLower(wptext.SanitizeEmail(address))
		if address == "" {
			continue
		}
		for _, restriction := range restrictions {
			if wildcardMatches(strings.ToLower(restriction), address) {
				return true
			}
		}
	}
	return false
}

// wildcardMatches compares a text with a pattern in which * stands for any text.
func wildcardMatches(pattern, text string) bool {
	head, tail, starred := strings.Cut(pattern, "*")
	if !starred {
		return pattern == text
	}
	if !strings.HasPrefix(text, head) {
		return false
	}
	text = text[len(head):]
	for i := 0; i <= len(text); i++ {
		if wildcardMatches(tail, text[i:]) {
			return true
		}
	}
	return false
}
