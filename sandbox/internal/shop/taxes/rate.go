package taxes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Percent is the rate as a number; 0 when none was given.
func (t *TaxRate) Percent() float64 { return core.Number(t.Rate) }

// AddTaxRate adds a rate under the next number.
func (s *Store) AddTaxRate(rate TaxRate) *TaxRate {
	rate.ID = s.IDs.TaxRate.Next()
	s.TaxRates.Insert(&rate)
	s.InvalidateRendered()
	return &rate
}

func newTaxRateTable() *core.Table[*TaxRate] { return core.NewTable[*TaxRate]() }

// RatesAt are the rates for a class of goods at a place. Of each priority the most specific rate applies
// (WC_Tax::get_matched_tax_rates).
func (s *Store) RatesAt(at core.Location, class string) []*TaxRate {
	if at.Country == "" || s.TaxRates.Len() == 0 {
		return nil
	}
	at.Country, at.State = strings.ToUpper(at.Country), strings.ToUpper(at.State)
	at.City, at.Postcode = strings.ToUpper(at.City), normalizePostcode(at.Postcode)
	var matched []*TaxRate
	for rate := range s.TaxRates.All() {
		if rate.matches(at, class) {
			matched = append(matched, rate)
		}
	}
	slices.SortStableFunc(matched, func(a, b *TaxRate) int {
		return cmp.Or(
			cmp.Compare(a.Priority, b.Priority),
			emptyLast(a.Country, b.Country),
			emptyLast(a.State, b.State),
			cmp.Compare(matchCount(b.Postcodes, len(b.Cities)), matchCount(a.Postcodes, len(a.Cities))),
			cmp.Compare(len(b.Cities), len(a.Cities)),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return slices.CompactFunc(matched, func(a, b *TaxRate) bool { return a.Priority == b.Priority })
}

func emptyLast(a, b string) int {
	if (a == "") != (b == "") {
		if a == "" {
			return 1
		}
		return -1
	}
	return strings.Compare(a, b)
}

// matchCount is the number of joined location rows that WooCommerce counts: each postcode of a rate with each of its
// cities.
func matchCount(postcodes []string, cities int) int {
	if len(postcodes) == 0 {
		return cities
	}
	return len(postcodes) * max(cities, 1)
}

func (t *TaxRate) matches(at core.Location, class string) bool {
	if t.Class != class || t.Country != "" && t.Country != at.Country || t.State != "" && t.State != at.State {
		return false
	}
	if len(t.Cities) > 0 && !slices.ContainsFunc(t.Cities,
		func(city string) bool { return strings.EqualFold(city, at.City) }) {
		return false
	}
	return len(t.Postcodes) == 0 || slices.ContainsFunc(t.Postcodes, func(pattern string) bool {
		return postcodeMatches(pattern, at.Postcode)
	})
}

// postcodeMatches understands exact codes, "94*" and ranges such as "10115...10119".
func postcodeMatches(pattern, code string) bool {
	if low, high, isRange := strings.Cut(pattern, "..."); isRange {
		low, high = normalizePostcode(low), normalizePostcode(high)
		if isDigits(low) && isDigits(high) && isDigits(code) {
			return comparePadded(low, code) <= 0 && comparePadded(code, high) <= 0
		}
		return strings.Compare(low, code) <= 0 && strings.Compare(code, high) <= 0
	}
	if head, found := strings.CutSuffix(pattern, "*"); found {
		return strings.HasPrefix(code, normalizePostcode(head))
	}
	return normalizePostcode(pattern) == code
}

func comparePadded(a, b string) int {
	return cmp.Or(cmp.Compare(len(strings.TrimLeft(a, "0")), len(strings.TrimLeft(b, "0"))),
		strings.Compare(strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")))
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// normalizePostcode is wc_normalize_postcode: upper case, no blanks or dashes.
func normalizePostcode(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(code)))
}

// Code names a rate in tax lines, by country, state, name and priority (WC_Tax::get_rate_code).
func (t *TaxRate) Code() string {
	name := t.Name
	if name == "" {
		name = "TAX"
	}
	var parts []string
	for _, part := range []string{t.Country, t.State, name, core.Itoa(t.Priority)} {
		if part != "" && part != "0" {
			parts = append(parts, part)
		}
	}
	return strings.ToUpper(strings.Join(parts, "-"))
}

// TaxLabel is the name of a rate for people; "Tax" or "VAT" without a name.
func (s *Store) TaxLabel(t *TaxRate) string {
	if t != nil && t.Name != "" {
		return t.Name
	}
	if vatCountries[s.BaseLocation().Country] {
		return "VAT"
	}
	return "Tax"
}

// vatCountries say VAT instead of tax: the European Union, and those that WC_Countries::get_vat_countries adds.
var vatCountries = func() map[string]bool {
	set := map[string]bool{}
	for code := range strings.FieldsSeq(`
		AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK
		AE AL AR AZ BB BH BO BS BY CL CO EC EG ET FJ GB GH GM GT IL IM IR KN KR KZ LK MC MD ME MK MN MU MX
		NA NG NO NP PS PY RS RU RW SA SV TH TR UA UY UZ VE VN ZA`) {
		set[code] = true
	}
	return set
}()
