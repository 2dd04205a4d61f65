// Package taxes is what a shop knows of taxes: classes, rates, the rates of a place, and the taxes on an amount.
//
// It must not know orders or products. The room of orders asks for the rates of a class at a place.
//
//	rates := s.taxes.RatesAt(place, "reduced-rate")
//	taken := s.taxes.CalcTax(10, rates, false)
package taxes
