package shop

// calculateTotals is WC_Order's calculate_totals: it sums lines, cuts a rebate
// that would make the order negative, computes taxes and the total.
func (s *Store) calculateTotals(o *Order) {
	subtotal := s.sumOfLines(&o.Document, func(l *ProductLine) string { return l.Subtotal })
	total := s.sumOfLines(&o.Document, func(l *ProductLine) string { return l.Total })
	shipping := s.sumOfShipping(&o.Document)
	o.ShippingTotal = s.floatAmount(shipping)
	fees := s.cutRebates(&o.Document, total, shipping)
	s.calculateTaxes(o)
	s.finishTotals(&o.Document, subtotal, total, fees)
}

// calculateTotalsWithoutTaxes leaves the taxes of the lines as they are, as it
// is done for refunds.
func (s *Store) calculateTotalsWithoutTaxes(d *Document) {
	subtotal := s.sumOfLines(d, func(l *ProductLine) string { return l.Subtotal })
	total := s.sumOfLines(d, func(l *ProductLine) string { return l.Total })
	shipping := s.sumOfShipping(d)
	d.ShippingTotal = s.floatAmount(shipping)
	fees := s.cutRebates(d, total, shipping)
	s.finishTotals(d, subtotal, total, fees)
}

// sumOfLines adds an amount of all product lines, each rounded to cents unless
// the store rounds at the subtotal.
func (s *Store) sumOfLines(d *Document, amount func(*ProductLine) string) float64 {
	cents := 0.0
	for _, line := range d.Lines {
		value := s.toCents(number(amount(line)))
		if !s.roundsTaxAtSubtotal() {
			value = roundPHP(value, 0, halfUp)
		}
		cents += value
	}
	return s.fromCents(cents)
}

func (s *Store) sumOfShipping(d *Document) float64 {
	sum := 0.0
	for _, line := range d.Shipping {
		sum += s.roundPrice(number(line.Total))
	}
	return sum
}

// cutRebates adds the fees and limits negative ones to what there is to rebate
// (recordings: fee-negative-below-zero; with nothing to rebate they stay,
// fee-negative-only).
func (s *Store) cutRebates(d *Document, goods, shipping float64) float64 {
	fees := 0.0
	for _, fee := range d.Fees {
		if total := number(fee.Total); total < 0 {
			lowest := -s.roundPrice(goods + fees + shipping)
			if total < lowest && lowest < 0 {
				fee.Total = s.floatAmount(lowest)
			}
		}
		fees += number(fee.Total)
	}
	return fees
}

func (s *Store) finishTotals(d *Document, subtotal, total, fees float64) {
	totalTax, subtotalTax := 0.0, 0.0
	for _, line := range d.Lines {
		for _, tax := range line.Taxes {
			totalTax += number(tax.Total)
			subtotalTax += number(tax.Subtotal)
		}
	}
	d.DiscountTotal = s.floatAmount(s.roundPrice(subtotal - total))
	d.DiscountTax = s.floatAmount(s.roundTax(subtotalTax - totalTax))
	d.Total = fixed(s.roundPrice(total+fees+number(d.ShippingTotal)+number(d.CartTax)+number(d.ShippingTax)), s.decimals())
}
