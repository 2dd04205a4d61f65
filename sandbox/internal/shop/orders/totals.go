package orders

import "github.com/waybillhq/waybill/sandbox/internal/shop/core"

// calculateTotals is WC_Order's calculate_totals. It sums the lines, cuts negative fees that would make the order
// negative, and computes taxes and the total.
func (s *Store) calculateTotals(o *Order) {
	subtotal := s.sumOfLines(&o.Document, func(l *ProductLine) string { return l.Subtotal })
	total := s.sumOfLines(&o.Document, func(l *ProductLine) string { return l.Total })
	shipping := s.sumOfShipping(&o.Document)
	o.ShippingTotal = s.FloatAmount(shipping)
	fees := s.cutRebates(&o.Document, total, shipping)
	s.calculateTaxes(o)
	s.finishTotals(&o.Document, subtotal, total, fees)
}

// calculateTotalsWithoutTaxes computes the totals and leaves the taxes of the lines as they are. Refunds use it.
func (s *Store) calculateTotalsWithoutTaxes(d *Document) {
	subtotal := s.sumOfLines(d, func(l *ProductLine) string { return l.Subtotal })
	total := s.sumOfLines(d, func(l *ProductLine) string { return l.Total })
	shipping := s.sumOfShipping(d)
	d.ShippingTotal = s.FloatAmount(shipping)
	fees := s.cutRebates(d, total, shipping)
	s.finishTotals(d, subtotal, total, fees)
}

// sumOfLines adds an amount of all product lines, each rounded to cents unless the store rounds at the subtotal.
func (s *Store) sumOfLines(d *Document, amount func(*ProductLine) string) float64 {
	cents := 0.0
	for _, line := range d.Lines {
		value := s.ToCents(core.Number(amount(line)))
		if !s.RoundsTaxAtSubtotal() {
			value = core.RoundPHP(value, 0, core.HalfUp)
		}
		cents += value
	}
	return s.FromCents(cents)
}

func (s *Store) sumOfShipping(d *Document) float64 {
	sum := 0.0
	for _, line := range d.Shipping {
		sum += s.RoundPrice(core.Number(line.Total))
	}
	return sum
}

// cutRebates adds the fees. A negative fee is limited to what there is to rebate (recordings: fee-negative-below-zero;
// with nothing to rebate it stays, fee-negative-only).
func (s *Store) cutRebates(d *Document, goods, shipping float64) float64 {
	fees := 0.0
	for _, fee := range d.Fees {
		if total := core.Number(fee.Total); total < 0 {
			lowest := -s.RoundPrice(goods + fees + shipping)
			if total < lowest && lowest < 0 {
				fee.Total = s.FloatAmount(lowest)
			}
		}
		fees += core.Number(fee.Total)
	}
	return fees
}

func (s *Store) finishTotals(d *Document, subtotal, total, fees float64) {
	totalTax, subtotalTax := 0.0, 0.0
	for _, line := range d.Lines {
		for _, tax := range line.Taxes {
			totalTax += core.Number(tax.Total)
			subtotalTax += core.Number(tax.Subtotal)
		}
	}
	d.DiscountTotal = s.FloatAmount(s.RoundPrice(subtotal - total))
	d.DiscountTax = s.FloatAmount(s.RoundTax(subtotalTax - totalTax))
	d.Total = core.Fixed(s.RoundPrice(total+fees+core.Number(d.ShippingTotal)+core.Number(d.CartTax)+core.Number(
		d.ShippingTax)), s.Decimals())
}
