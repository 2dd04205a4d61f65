package taxes

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// saveTaxRate writes the changes of a request to a rate, or a new rate where stored is nil. It returns the rate as the
// database holds it afterwards; nil when the database refused a new one (WC_Tax::_insert_tax_rate).
//
// wpdb refuses a row when one text is longer than its column, and WooCommerce ignores that. So a country of three
// letters, a state or name of more than 200 characters, or a rate of 1000 per cent and more change nothing, and a new
// rate gets the id 0 (recordings: txr-create-country-bad). Postcodes and cities are written all the same.
func (s *Store) saveTaxRate(stored *TaxRate, r *rest.Request) (*TaxRate, error) {
	changed, err := s.taxRateFrom(stored, r)
	if err != nil {
		return nil, err
	}
	if changed.fits() {
		switch {
		case stored == nil:
			stored = s.AddTaxRate(changed)
		default:
			changed.Postcodes, changed.Cities = stored.Postcodes, stored.Cities
			*stored = changed
		}
	}
	if stored == nil {
		return nil, nil
	}
	if v := r.Param("postcode"); rest.Truthy(v) {
		stored.Postcodes = splitPlaces(v)
	}
	if v := r.Param("city"); rest.Truthy(v) {
		stored.Cities = splitPlaces(v)
	}
	s.InvalidateRendered()
	return stored, nil
}

// taxRateFrom is the rate with the fields of a request in it.
func (s *Store) taxRateFrom(stored *TaxRate, r *rest.Request) (TaxRate, error) {
	rate := TaxRate{}
	if stored != nil {
		rate = *stored
	}
	for name, target := range map[string]*string{
		"country": &rate.Country, "state": &rate.State, "rate": &rate.Rate, "name": &rate.Name,
	} {
		v := r.Param(name)
		if v == nil {
			continue
		}
		if rest.IsArray(v) {
			return rate, core.ErrFatal
		}
		*target = formatTaxRate(name, wptext.SanitizeTextField(rest.Text(v)))
	}
	for name, target := range map[string]*int64{"priority": &rate.Priority, "order": &rate.Order} {
		if v := r.Param(name); v != nil {
			*target = core.AbsInt(v)
		}
	}
	for name, target := range map[string]*bool{"compound": &rate.Compound, "shipping": &rate.Shipping} {
		if v := r.Param(name); v != nil {
			*target = core.AbsInt(v) != 0
		}
	}
	if v := r.Param("class"); v != nil {
		rate.Class = wptext.SanitizeTitle(rest.Text(v))
		if rate.Class == StandardClass.Slug || !s.KnowsTaxClass(rate.Class) {
			rate.Class = ""
		}
	}
	return rate, nil
}

// formatTaxRate is a field in the form in which WC_Tax writes it.
func formatTaxRate(name, text string) string {
	switch name {
	case "country":
		text = strings.ToUpper(text)
	case "state":
		text = strings.ToUpper(wptext.SanitizeKey(text))
	case "rate":
		return core.Fixed(core.Number(text), 4)
	case "name":
		if !rest.Truthy(text) {
			return "Tax"
		}
		return text
	}
	if text == "*" {
		return ""
	}
	return text
}

// fits says whether the columns of the table are wide enough.
func (t *TaxRate) fits() bool {
	return len([]rune(t.Country)) <= 2 && len([]rune(t.State)) <= 200 && len(t.Rate) <= 8 && len([]rune(t.Name)) <= 200
}

// splitPlaces are the postcodes or cities in a text, separated by semicolons. A star stands for everywhere and needs no
// entry.
func splitPlaces(v rest.Value) []string {
	var places []string
	for _, place := range strings.Split(wptext.SanitizeTextField(rest.Text(v)), ";") {
		place = strings.ToUpper(core.TrimPHP(strings.ReplaceAll(place, "…", "...")))
		if rest.Truthy(place) && place != "*" {
			places = append(places, place)
		}
	}
	return places
}

// joinPlaces makes one text of each of the lists that replaced postcode and city in WooCommerce 5.3. Anything else than
// a list is a fatal error of PHP.
func joinPlaces(r *rest.Request) error {
	for list, text := range map[string]string{"cities": "city", "postcodes": "postcode"} {
		v := r.Param(list)
		if v == nil {
			continue
		}
		if !rest.IsArray(v) {
			return core.ErrFatal
		}
		var places []string
		for _, place := range rest.Elements(v) {
			places = append(places, rest.Text(place))
		}
		r.Set(text, strings.Join(places, ";"))
	}
	return nil
}

// DeleteTaxRates removes all rates.
func (s *Store) DeleteTaxRates() {
	for _, rate := range slices.Collect(s.TaxRates.All()) {
		s.TaxRates.Delete(rate)
	}
	s.InvalidateRendered()
}
