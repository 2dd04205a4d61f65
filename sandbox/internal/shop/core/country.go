package core

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// countryLines has one country a line, sorted by name as WooCommerce sorts them (recordings: data-countries,
// data-continent). A country that changed has a line for each form, with the versions that have this form.
//
//go:embed data/countries.jsonl
var countryLines []byte

// country is a country WooCommerce can sell to.
type country struct {
	Code, Name string
	during     Fact
	continent  string
	States     []region // none for countries whose addresses need none
	// Money is how the country writes amounts, with its units of measure; nil where WooCommerce does not know.
	Money *rest.Object
}

// region is a state, province or county.
type region struct{ Code, Name string }

var allCountries = sync.OnceValue(func() []*country {
	var all []*country
	for line := range DataLines(countryLines) {
		c := &country{
			Code: rest.Text(line.Value("code")), Name: rest.Text(line.Value("name")), during: FactOf(line),
			continent: rest.Text(line.Value("continent")),
		}
		for _, pair := range rest.Elements(line.Value("states")) {
			e := rest.Elements(pair)
			c.States = append(c.States, region{rest.Text(e[0]), rest.Text(e[1])})
		}
		if currency := rest.AsObject(line.Value("currency")); currency != nil {
			c.Money = rest.NewObject(
				"name", currency.Value("name"),
				"currency_code", currency.Value("code"),
				"currency_pos", currency.Value("position"),
				"decimal_sep", currency.Value("decimal"),
				"dimension_unit", line.Value("dimension"),
				"num_decimals", currency.Value("decimals"),
				"thousand_sep", currency.Value("thousand"),
				"weight_unit", line.Value("weight"),
			)
		}
		all = append(all, c)
	}
	return all
})

// Countries are the countries that the store's version knows, by name.
func (s *Store) Countries() []*country {
	return slices.DeleteFunc(slices.Clone(allCountries()), func(c *country) bool { return !s.Has(c.during) })
}

// CountryByCode finds a country by its code in upper case.
func (s *Store) CountryByCode(code string) (*country, bool) {
	known := allCountries()
	i := slices.IndexFunc(known, func(c *country) bool { return c.Code == code && s.Has(c.during) })
	if i < 0 {
		return nil, false
	}
	return known[i], true
}

// StateName is the name of a state, "" when WooCommerce does not know it.
func (c *country) StateName(code string) string {
	if c == nil {
		return ""
	}
	for _, state := range c.States {
		if state.Code == code {
			return state.Name
		}
	}
	return ""
}

// StatesJSON are the states of a country. Codes that are whole numbers come out as numbers, because PHP turns such keys
// into numbers.
func (c *country) StatesJSON() rest.List {
	list := make(rest.List, len(c.States))
	for i, state := range c.States {
		code := rest.Value(state.Code)
		if n, err := strconv.ParseInt(state.Code, 10, 64); err == nil && Itoa(n) == state.Code {
			code = n
		}
		list[i] = rest.NewObject("code", code, "name", state.Name)
	}
	return list
}

// Continent is a part of the world, as WooCommerce divides it.
type Continent struct{ Code, Name string }

// Continents are in the order of the API.
var Continents = []Continent{
	{"AF", "Africa"}, {"AN", "Antarctica"}, {"AS", "Asia"}, {"EU", "Europe"},
	{"NA", "North America"}, {"OC", "Oceania"}, {"SA", "South America"},
}

// ContinentByCode finds a continent.
func ContinentByCode(code string) (Continent, bool) {
	i := slices.IndexFunc(Continents, func(c Continent) bool { return c.Code == code })
	if i < 0 {
		return Continent{}, false
	}
	return Continents[i], true
}

// CountriesOf are the countries of a continent, by code.
func (s *Store) CountriesOf(c Continent) []*country {
	within := slices.DeleteFunc(s.Countries(), func(country *country) bool { return country.continent != c.Code })
	slices.SortFunc(within, func(a, b *country) int { return strings.Compare(a.Code, b.Code) })
	return within
}

// Location is the place that decides a sale's taxes.
type Location struct{ Country, State, Postcode, City string }

// BaseLocation is where the shop is.
func (s *Store) BaseLocation() Location {
	country, state, _ := strings.Cut(s.Options.Get("woocommerce_default_country"), ":")
	if state == "*" {
		state = ""
	}
	return Location{
		Country: country, State: state,
		Postcode: s.Options.Get("woocommerce_store_postcode"),
		City:     s.Options.Get("woocommerce_store_city"),
	}
}

func (c *country) JSON() *rest.Object {
	return rest.NewObject("code", c.Code, "name", c.Name, "states", c.StatesJSON())
}
