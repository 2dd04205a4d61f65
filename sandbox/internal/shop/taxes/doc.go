// Package taxes is what a shop knows of taxes: classes, rates, the rates of a place, and what they take of an amount.
//
// It must not know orders or products: who sells something asks for the rates of its class at a place.
//
//	rates := s.taxes.RatesAt(place, "reduced-rate")
//	taken := s.taxes.CalcTax(10, rates, false)
package taxes
