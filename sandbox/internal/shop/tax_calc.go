package shop

import "slices"

// rateTax is what one rate takes of an amount, rounded to six decimals.
type rateTax struct {
	RateID int64
	Amount float64
}

// calcTax computes taxes as WC_Tax does: compound rates are taken of the
// amount with the other taxes on it; taxes included in a price are worked out
// backwards, compound rates first.
func (s *Store) calcTax(price float64, rates []*TaxRate, included bool) []rateTax {
	var taxes []rateTax
	if included {
		taxes = includedTaxes(price, rates)
	} else {
		taxes = addedTaxes(price, rates)
	}
	for i := range taxes {
		taxes[i].Amount = roundPHP(taxes[i].Amount, s.precision(), halfUp)
	}
	return taxes
}

func addedTaxes(price float64, rates []*TaxRate) []rateTax {
	taxes := make([]rateTax, 0, len(rates))
	for _, rate := range rates {
		if !rate.Compound {
			taxes = append(taxes, rateTax{rate.ID, price * (rate.percent() / 100)})
		}
	}
	sum := sumTaxes(taxes)
	for _, rate := range rates {
		if rate.Compound {
			taxes = append(taxes, rateTax{rate.ID, (price + sum) * (rate.percent() / 100)})
			sum = sumTaxes(taxes)
		}
	}
	return taxes
}

func includedTaxes(price float64, rates []*TaxRate) []rateTax {
	taxes := make([]rateTax, len(rates))
	net := price
	for i, rate := range slices.Backward(rates) {
		taxes[i].RateID = rate.ID
		if rate.Compound {
			taxes[i].Amount = net - net/(1+rate.percent()/100)
			net -= taxes[i].Amount
		}
	}
	regular := 0.0
	for _, rate := range rates {
		if !rate.Compound {
			regular += rate.percent()
		}
	}
	divisor := 1 + regular/100
	for i, rate := range rates {
		if !rate.Compound {
			// WooCommerce subtracts from the price and back again, which
			// leaves the noise of doubles in the result.
			share := (rate.percent() / 100) / divisor
			netPrice := price - share*net
			taxes[i].Amount = price - netPrice
		}
	}
	return taxes
}

// sumTaxes adds up what several rates take.
func sumTaxes(taxes []rateTax) float64 {
	sum := 0.0
	for _, tax := range taxes {
		sum += tax.Amount
	}
	return sum
}

// taxesOn says whether the store reckons taxes.
func (s *Store) taxesOn() bool { return s.options.Yes("woocommerce_calc_taxes") }
