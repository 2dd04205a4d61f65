package orders

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// taxLocation is the place where an order is taxed: the address that the store chose, or the shop's own for local
// pickup and for orders without an address.
func (s *Store) taxLocation(o *Order) core.Location {
	basedOn := s.Options.Get("woocommerce_tax_based_on")
	if basedOn == "shipping" && o.ShipTo.Country == "" {
		basedOn = "billing"
	}
	at := o.ShipTo
	if basedOn == "billing" {
		at = o.Billing
	}
	for _, line := range o.Shipping {
		if line.MethodID == "local_pickup" || line.MethodID == "legacy_local_pickup" {
			basedOn = "base"
		}
	}
	if basedOn == "base" || at.Country == "" {
		return s.BaseLocation()
	}
	return core.Location{Country: at.Country, State: at.State, Postcode: at.Postcode, City: at.City}
}

// calculateTaxes computes the taxes of every line anew, and their sums.
func (s *Store) calculateTaxes(o *Order) {
	at := s.taxLocation(o)
	exempt := o.Meta.Text("is_vat_exempt") == "yes"
	for _, line := range o.Lines {
		line.setTaxes(s, s.lineTaxes(line, at, exempt))
	}
	for _, fee := range o.Fees {
		fee.setTaxes(s, s.feeTaxes(o, fee, at, exempt))
	}
	class, taxable := s.shippingTaxClass(o)
	for _, line := range o.Shipping {
		var taxes []LineTax
		if taxable && !exempt && s.taxes.TaxesOn() && s.shippingTaxStatus(line) == "taxable" {
			taxes = s.totalsOnly(s.taxes.CalcTax(core.Number(line.Total), shippingRates(s.taxes.RatesAt(at, class)),
				false))
		}
		line.setTaxes(s, taxes)
	}
	s.sumUpTaxes(&o.Document)
}

// lineTaxes are the taxes of a product line on its total and its subtotal.
func (s *Store) lineTaxes(line *ProductLine, at core.Location, exempt bool) []LineTax {
	if exempt || !s.taxes.TaxesOn() || line.TaxClass == "0" || s.lineTaxStatus(line) != "taxable" {
		return nil
	}
	rates := s.taxes.RatesAt(at, line.TaxClass)
	totals := s.taxes.CalcTax(core.Number(line.Total), rates, false)
	subtotals := s.taxes.CalcTax(core.Number(line.Subtotal), rates, false)
	taxes := make([]LineTax, len(totals))
	for i := range totals {
		taxes[i] = LineTax{
			RateID:   totals[i].RateID,
			Total:    s.FloatAmount(totals[i].Amount),
			Subtotal: s.FloatAmount(subtotals[i].Amount),
		}
	}
	return taxes
}

// lineTaxStatus is the tax status of the line's product. A line without a product is taxable.
func (s *Store) lineTaxStatus(line *ProductLine) string {
	if p, ok := s.productOf(line); ok {
		return s.catalogue.TaxStatusOf(p)
	}
	return "taxable"
}

// feeTaxes are the taxes of a fee. A negative fee is taxed in proportion to what is sold at each rate (recordings:
// tax-excl-negative-fee).
func (s *Store) feeTaxes(o *Order, fee *FeeLine, at core.Location, exempt bool) []LineTax {
	if exempt || !s.taxes.TaxesOn() {
		return nil
	}
	total := core.Number(fee.Total)
	if total >= 0 {
		if fee.TaxClass == "0" || fee.TaxStatus != "taxable" {
			return nil
		}
		return s.totalsOnly(s.taxes.CalcTax(total, s.taxes.RatesAt(at, fee.TaxClass), false))
	}
	// A negative fee is spread over what the order sells. For that WooCommerce reads the order from the database, as it
	// was before the current change.
	if stored, ok := s.Orders.Get(o.ID); ok {
		o = stored
	}
	costs := s.taxClassCosts(o)
	sum := 0.0
	for _, c := range costs {
		sum += c.cost
	}
	if sum == 0 {
		return nil
	}
	var merged []taxes.RateTax
	for _, c := range costs {
		if c.class == nonTaxable {
			continue
		}
		for _, tax := range s.taxes.CalcTax(total*(c.cost/sum), s.taxes.RatesAt(at, c.class), false) {
			merged = addTax(merged, tax.RateID, tax.Amount)
		}
	}
	return s.totalsOnly(merged)
}

func addTax(sums []taxes.RateTax, rateID int64, amount float64) []taxes.RateTax {
	for i := range sums {
		if sums[i].RateID == rateID {
			sums[i].Amount += amount
			return sums
		}
	}
	return append(sums, taxes.RateTax{RateID: rateID, Amount: amount})
}

// nonTaxable is the class of untaxed sales in taxClassCosts.
const nonTaxable = "non-taxable"

type classCost struct {
	class string
	cost  float64
}

// taxClassCosts sums what an order sells per tax class, without negative fees (WC_Order_Item_Fee::get_tax_class_costs).
func (s *Store) taxClassCosts(o *Order) []classCost {
	var costs []classCost
	add := func(class string, amount float64) {
		for i := range costs {
			if costs[i].class == class {
				costs[i].cost += amount
				return
			}
		}
		costs = append(costs, classCost{class, amount})
	}
	classes := s.soldTaxClasses(o)
	for _, class := range classes {
		add(class, 0)
	}
	add(nonTaxable, 0)
	file := func(total, status, class string) {
		amount := core.Number(total)
		switch {
		case amount < 0:
		case status != "taxable":
			add(nonTaxable, amount)
		case class == "inherit":
			inherited := ""
			if len(classes) > 0 {
				inherited = classes[0]
			}
			add(inherited, amount)
		default:
			add(class, amount)
		}
	}
	for _, line := range o.Lines {
		file(line.Total, s.lineTaxStatus(line), line.TaxClass)
	}
	for _, fee := range o.Fees {
		file(fee.Total, fee.TaxStatus, fee.TaxClass)
	}
	for _, line := range o.Shipping {
		file(line.Total, s.shippingTaxStatus(line), s.Options.Get("woocommerce_shipping_tax_class"))
	}
	return slices.DeleteFunc(costs, func(c classCost) bool { return c.cost == 0 })
}

// soldTaxClasses are the classes of the product lines from which shipping can take its class, in the order of the
// lines.
func (s *Store) soldTaxClasses(o *Order) []string {
	var classes []string
	for _, line := range o.Lines {
		if status := s.lineTaxStatus(line); status != "taxable" && status != "shipping" {
			continue
		}
		if !slices.Contains(classes, line.TaxClass) {
			classes = append(classes, line.TaxClass)
		}
	}
	return classes
}

// shippingTaxClass is the tax class of shipping. ok is false when no sold product gives one.
func (s *Store) shippingTaxClass(o *Order) (class string, ok bool) {
	class = s.Options.Get("woocommerce_shipping_tax_class")
	if class != "inherit" {
		return class, true
	}
	sold := s.soldTaxClasses(o)
	if slices.Contains(sold, "") {
		return "", true
	}
	for _, known := range s.taxes.TaxClasses() {
		if slices.Contains(sold, known.Slug) {
			return known.Slug, true
		}
	}
	return "", false
}

// shippingTaxStatus is the tax status of the shipping method in a zone whose instance a line names. Without one the
// line is taxable.
func (s *Store) shippingTaxStatus(line *ShippingLine) string {
	if status, ok := s.shipping.ZoneMethodTaxStatus(line.InstanceID); ok {
		return status
	}
	return "taxable"
}

func shippingRates(rates []*taxes.TaxRate) []*taxes.TaxRate {
	return slices.DeleteFunc(slices.Clone(rates), func(rate *taxes.TaxRate) bool { return !rate.Shipping })
}

func (s *Store) totalsOnly(taxes []taxes.RateTax) []LineTax {
	if len(taxes) == 0 {
		return nil
	}
	lines := make([]LineTax, len(taxes))
	for i, tax := range taxes {
		lines[i] = LineTax{RateID: tax.RateID, Total: s.FloatAmount(tax.Amount)}
	}
	return lines
}

// setTaxes stores the taxes of a line and their sums.
func (l *ProductLine) setTaxes(s *Store, taxes []LineTax) {
	totals, subtotals := 0.0, 0.0
	for _, tax := range taxes {
		totals += core.Number(tax.Total)
		subtotals += core.Number(tax.Subtotal)
	}
	if subtotals < totals {
		for i := range taxes {
			taxes[i].Subtotal = taxes[i].Total
		}
	}
	l.Taxes = taxes
	l.TotalTax = s.sumOfTaxes(taxes, func(t LineTax) string { return t.Total })
	l.SubtotalTax = s.sumOfTaxes(taxes, func(t LineTax) string { return t.Subtotal })
}

func (l *FeeLine) setTaxes(s *Store, taxes []LineTax) {
	l.Taxes = taxes
	l.TotalTax = s.sumOfTaxes(taxes, func(t LineTax) string { return t.Total })
}

func (l *ShippingLine) setTaxes(s *Store, taxes []LineTax) {
	l.Taxes = taxes
	l.TotalTax = s.sumOfTaxes(taxes, func(t LineTax) string { return t.Total })
}

// sumOfTaxes adds taxes of a line, each rounded unless the store rounds at the subtotal.
func (s *Store) sumOfTaxes(taxes []LineTax, amount func(LineTax) string) string {
	sum := 0.0
	for _, tax := range taxes {
		sum += s.roundLineTax(core.Number(amount(tax)))
	}
	return s.FloatAmount(sum)
}

func (s *Store) roundLineTax(tax float64) float64 {
	if s.RoundsTaxAtSubtotal() {
		return tax
	}
	return s.RoundTax(tax)
}

// sumUpTaxes brings the tax lines of a document in line with its other lines. Lines of rates that no longer occur go,
// and new ones come (WC_Abstract_Order::update_taxes).
func (s *Store) sumUpTaxes(d *Document) {
	var goods, shipping []taxes.RateTax
	for _, line := range d.Lines {
		for _, tax := range line.Taxes {
			goods = addTax(goods, tax.RateID, s.roundLineTax(core.Number(tax.Total)))
		}
	}
	for _, fee := range d.Fees {
		for _, tax := range fee.Taxes {
			goods = addTax(goods, tax.RateID, s.roundLineTax(core.Number(tax.Total)))
		}
	}
	for _, line := range d.Shipping {
		for _, tax := range line.Taxes {
			shipping = addTax(shipping, tax.RateID, s.roundLineTax(core.Number(tax.Total)))
		}
	}
	var kept []*TaxLine
	for _, line := range d.Taxes {
		if taxOf(goods, line.RateID) == nil && taxOf(shipping, line.RateID) == nil || hasRate(kept, line.RateID) {
			d.removed = append(d.removed, line.ID)
			continue
		}
		s.fillTaxLine(line, line.RateID, goods, shipping)
		kept = append(kept, line)
	}
	for _, tax := range append(slices.Clone(goods), shipping...) {
		if !hasRate(kept, tax.RateID) {
			line := &TaxLine{}
			s.fillTaxLine(line, tax.RateID, goods, shipping)
			kept = append(kept, line)
		}
	}
	d.Taxes = kept
	d.ShippingTax = s.FloatAmount(taxes.SumTaxes(shipping))
	d.CartTax = s.FloatAmount(taxes.SumTaxes(goods))
	d.TotalTax = s.FloatAmount(s.RoundPrice(core.Number(d.CartTax) + core.Number(d.ShippingTax)))
}

func taxOf(taxes []taxes.RateTax, rateID int64) *taxes.RateTax {
	for i := range taxes {
		if taxes[i].RateID == rateID {
			return &taxes[i]
		}
	}
	return nil
}

func hasRate(lines []*TaxLine, rateID int64) bool {
	return slices.ContainsFunc(lines, func(l *TaxLine) bool { return l.RateID == rateID })
}

// fillTaxLine describes a rate as it is now. A deleted rate leaves only its id and a general label.
func (s *Store) fillTaxLine(line *TaxLine, rateID int64, goods, shipping []taxes.RateTax) {
	rate, _ := s.taxes.TaxRates.Get(rateID)
	line.RateID = rateID
	line.RateCode, line.Compound, line.RatePercent = "", false, 0
	if rate != nil {
		line.RateCode, line.Compound, line.RatePercent = rate.Code(), rate.Compound, rate.Percent()
	}
	line.Label = s.taxes.TaxLabel(rate)
	line.Total, line.ShippingTotal = "0", "0"
	if tax := taxOf(goods, rateID); tax != nil {
		line.Total = s.FloatAmount(tax.Amount)
	}
	if tax := taxOf(shipping, rateID); tax != nil {
		line.ShippingTotal = s.FloatAmount(tax.Amount)
	}
}
