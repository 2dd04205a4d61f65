package taxes

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// RateTax is the tax of one rate on an amount, rounded to six decimals.
type RateTax struct {
	RateID int64
	Amount float64
}

// CalcTax computes taxes as WC_Tax does. A compound rate applies to the amount with the other taxes on it. Taxes that a
// price includes are computed backwards, compound rates first.
func (s *Store) CalcTax(price float64, rates []*TaxRate, included bool) []RateTax {
	var taxes []RateTax
	if included {
		taxes = includedTaxes(price, rates)
	} else {
		taxes = addedTaxes(price, rates)
	}
	for i := range taxes {
		taxes[i].Amount = core.RoundPHP(taxes[i].Amount, s.Precision(), core.HalfUp)
	}
	return taxes
}

func addedTaxes(price float64, rates []*TaxRate) []RateTax {
	taxes := make([]RateTax, 0, len(rates))
	for _, rate := range rates {
		if !rate.Compound {
			taxes = append(taxes, RateTax{rate.ID, price * (rate.Percent() / 100)})
		}
	}
	sum := SumTaxes(taxes)
	for _, rate := range rates {
		if rate.Compound {
			taxes = append(taxes, RateTax{rate.ID, (price + sum) * (rate.Percent() / 100)})
			sum = SumTaxes(taxes)
		}
	}
	return taxes
}

func includedTaxes(price float64, rates []*TaxRate) []RateTax {
	taxes := make([]RateTax, len(rates))
	net := price
	for i, rate := range slices.Backward(rates) {
		taxes[i].RateID = rate.ID
		if rate.Compound {
			taxes[i].Amount = net - net/(1+rate.Percent()/100)
			net -= taxes[i].Amount
		}
	}
	regular := 0.0
	for _, rate := range rates {
		if !rate.Compound {
			regular += rate.Percent()
		}
	}
	divisor := 1 + regular/100
	for i, rate := range rates {
		if !rate.Compound {
			// WooCommerce subtracts from the price twice, which leaves the noise of doubles in the result.
			share := (rate.Percent() / 100) / divisor
			netPrice := price - share*net
			taxes[i].Amount = price - netPrice
		}
	}
	return taxes
}

// SumTaxes is the sum of the taxes of several rates.
func SumTaxes(taxes []RateTax) float64 {
	sum := 0.0
	for _, tax := range taxes {
		sum += tax.Amount
	}
	return sum
}

// TaxesOn says whether the store computes taxes.
func (s *Store) TaxesOn() bool { return s.Options.Yes("woocommerce_calc_taxes") }
