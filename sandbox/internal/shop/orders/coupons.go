package orders

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// setCoupons gives a saved order the coupons that a request lists. It checks all of them first, removes those that are
// there, and applies the list anew. An empty list removes all (recordings: coup-upd-empty).
func (d *orderDraft) setCoupons(posted rest.Value) error {
	current := map[string]bool{}
	for _, line := range d.order.Coupons {
		current[strings.ToLower(line.Code)] = true
	}
	check := d.discountsOf(d.order)
	var codes []string
	for _, element := range rest.Elements(posted) {
		item := rest.AsObject(element)
		if item == nil {
			return core.ErrFatal
		}
		if rest.Truthy(item.Value("id")) {
			return rest.Errorf(400, "woocommerce_rest_coupon_item_id_readonly", "Coupon item ID is readonly.")
		}
		if rest.IsArray(item.Value("code")) {
			return core.ErrFatal
		}
		given := rest.Text(item.Value("code"))
		if strings.TrimSpace(given) == "" {
			return rest.Errorf(400, "woocommerce_rest_invalid_coupon", "Coupon code is required.")
		}
		code := coupons.CouponCode(wptext.SanitizeTextField(given))
		if !current[strings.ToLower(code)] {
			coupon, _ := d.coupons.CouponByCode(code)
			if err := check.checkCoupon(coupon, code); err != nil {
				return err
			}
		}
		codes = append(codes, code)
	}
	for _, line := range slices.Clone(d.order.Coupons) {
		d.removeCoupon(line.Code)
	}
	for _, code := range codes {
		if err := d.applyCoupon(code); err != nil {
			return err
		}
	}
	return nil
}

// applyCoupon applies one coupon and counts its use.
func (d *orderDraft) applyCoupon(code string) error {
	for _, line := range d.order.Coupons {
		if strings.EqualFold(line.Code, code) {
			return rest.Errorf(400, "woocommerce_rest_invalid_coupon", "Coupon code &quot;%s&quot; already applied!",
				wptext.EscapeDisplay(code))
		}
	}
	coupon, _ := d.coupons.CouponByCode(code)
	discounts := d.discountsOf(d.order)
	if err := discounts.checkCoupon(coupon, code); err != nil {
		return err
	}
	discounts.apply(coupon)
	if d.order.CustomerID == 0 && coupon.LimitPerUser > 0 &&
		coupon.UsesBy(d.order.Billing.Email) >= coupon.LimitPerUser {
		return rest.Errorf(400, "woocommerce_rest_invalid_coupon",
			"Usage limit for coupon &quot;%s&quot; has been reached.",
			wptext.EscapeDisplay(code))
	}
	d.setCouponLines(discounts)
	d.save()
	d.recalculateCoupons()
	if d.order.CouponUsageCounted {
		d.coupons.As(d.Actor).CountUse(coupon, d.couponUser())
	}
	d.countCouponUsage(d.order.ID)
	d.order.CouponUsageCounted = d.stored.CouponUsageCounted
	return nil
}

// removeCoupon removes a coupon and takes its use back.
func (d *orderDraft) removeCoupon(code string) {
	for _, line := range d.order.Coupons {
		if !strings.EqualFold(line.Code, code) {
			continue
		}
		d.order.removeItem(line.ID)
		if coupon, ok := d.coupons.CouponByCode(code); ok {
			d.coupons.As(d.Actor).UncountUse(coupon, core.Itoa(d.order.CustomerID))
		}
		d.recalculateCoupons()
		return
	}
}

// recalculateCoupons computes all discounts of the order anew, and then its totals. It does not check the coupons
// again.
func (d *orderDraft) recalculateCoupons() {
	for _, line := range d.order.Lines {
		d.setLineTotal(line, line.Subtotal)
		line.TotalTax = line.SubtotalTax
	}
	discounts := d.discountsOf(d.order)
	for _, line := range d.order.Coupons {
		discounts.apply(d.couponOfLine(line))
	}
	d.setCouponLines(discounts)
	d.setDiscountedTotals(discounts)
	d.calculateTotals(d.order)
	d.save()
}

// couponOfLine is the coupon that a line was made from. For a deleted coupon it is what the line remembers.
func (d *orderDraft) couponOfLine(line *CouponLine) *coupons.Coupon {
	if coupon, ok := d.coupons.CouponByCode(line.Code); ok {
		return coupon
	}
	remembered := rememberedCoupon(line)
	remembered.Code = line.Code
	if core.Number(remembered.Amount) == 0 {
		remembered.DiscountType = "fixed_cart"
		remembered.Amount = line.Discount
		if d.order.PricesIncludeTax {
			remembered.Amount = d.FloatAmount(core.Number(line.Discount) + core.Number(line.DiscountTax))
		}
	}
	return remembered
}

// rememberedCoupon reads the short form of a coupon kept in its order line.
func rememberedCoupon(line *CouponLine) *coupons.Coupon {
	coupon := &coupons.Coupon{DiscountType: "fixed_cart", Status: "publish"}
	if kept, old := line.Meta.Get("coupon_data"); old { // before 8.7
		data := rest.AsObject(kept)
		coupon.ID, coupon.Code, coupon.DiscountType = rest.Int(data.Value("id")), rest.Text(data.Value("code")),
			rest.Text(data.Value("discount_type"))
		coupon.Amount, coupon.FreeShipping = rest.Text(data.Value("amount")), rest.Truthy(data.Value("free_shipping"))
		return coupon
	}
	value, err := rest.DecodeJSON([]byte(line.Meta.Text("coupon_info")))
	info := rest.Elements(value)
	if err != nil || len(info) < 4 {
		return coupon
	}
	coupon.ID, coupon.Code = rest.Int(info[0]), rest.Text(info[1])
	if info[2] != nil {
		coupon.DiscountType = rest.Text(info[2])
	}
	coupon.Amount = rest.Text(info[3])
	coupon.FreeShipping = len(info) > 4 && rest.Truthy(info[4])
	return coupon
}

// setCouponLines writes the discount of each coupon, without tax, into its line. New coupons get new lines.
func (d *orderDraft) setCouponLines(discounts *discounts) {
	at := d.taxLocation(d.order)
	for _, given := range discounts.given {
		amount := d.FromCents(discounts.total(given))
		tax := 0.0
		for _, item := range discounts.items {
			if !d.taxes.TaxesOn() || d.lineTaxStatus(item.line) != "taxable" {
				continue
			}
			discount := d.FromCents(given.perLine[item.line.ID])
			taxes := d.roundLineTax(taxes.SumTaxes(d.taxes.CalcTax(discount, d.taxes.RatesAt(at, item.line.TaxClass),
				d.order.PricesIncludeTax)))
			tax += taxes
			if d.order.PricesIncludeTax {
				amount -= taxes
			}
		}
		line := d.couponLine(given.code)
		line.Discount, line.DiscountTax = d.FloatAmount(amount), d.FloatAmount(tax)
	}
}

func (d *orderDraft) couponLine(code string) *CouponLine {
	for _, line := range d.order.Coupons {
		if line.Code == code {
			return line
		}
	}
	line := &CouponLine{Code: code}
	if coupon, ok := d.coupons.CouponByCode(code); ok {
		if d.Has(core.CouponFacts) {
			line.Meta.AddUnique("coupon_info", coupon.Info())
		} else {
			line.Meta.AddUnique("coupon_data", d.coupons.CouponData(coupon))
		}
	}
	d.order.Coupons = append(d.order.Coupons, line)
	return line
}

// setDiscountedTotals lowers the totals of the lines. Where prices include tax, the discounts include it too.
func (d *orderDraft) setDiscountedTotals(discounts *discounts) {
	if len(discounts.given) == 0 {
		return
	}
	at := d.taxLocation(d.order)
	for _, item := range discounts.items {
		amount := d.FromCents(discounts.ofLine(item.line.ID))
		if d.order.PricesIncludeTax && d.taxes.TaxesOn() && d.lineTaxStatus(item.line) == "taxable" {
			amount -= taxes.SumTaxes(d.taxes.CalcTax(amount, d.taxes.RatesAt(at, item.line.TaxClass), true))
		}
		d.setLineTotal(item.line, d.FloatAmount(max(0, core.Number(item.line.Total)-amount)))
	}
}
