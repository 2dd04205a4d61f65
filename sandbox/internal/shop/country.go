package shop

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// countryLines has one country a line, sorted by name as WooCommerce sorts
// them (recordings: data-countries, data-continent). A country that changed
// stands in it once for each form, with the versions that have it.
//
//go:embed data/countries.jsonl
var countryLines []byte

// country is a country WooCommerce can sell to.
type country struct {
	code, name string
	during     Fact
	continent  string
	states     []region // none for countries whose addresses need none
	// money is how the country writes amounts, with the units it measures in;
	// nil where WooCommerce does not know.
	money *rest.Object
}

// region is a state, province or county.
type region struct{ code, name string }

var allCountries = sync.OnceValue(func() []*country {
	var all []*country
	for line := range dataLines(countryLines) {
		c := &country{
			code: rest.Text(line.Value("code")), name: rest.Text(line.Value("name")), during: factOf(line),
			continent: rest.Text(line.Value("continent")),
		}
		for _, pair := range rest.Elements(line.Value("states")) {
			e := rest.Elements(pair)
			c.states = append(c.states, region{rest.Text(e[0]), rest.Text(e[1])})
		}
		if currency := rest.AsObject(line.Value("currency")); currency != nil {
			c.money = rest.NewObject(
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

// countries are the countries that the store's version knows, by name.
func (s *Store) countries() []*country {
	return slices.DeleteFunc(slices.Clone(allCountries()), func(c *country) bool { return !s.Has(c.during) })
}

// countryByCode finds a country by its code in upper case.
func (s *Store) countryByCode(code string) (*country, bool) {
	known := allCountries()
	i := slices.IndexFunc(known, func(c *country) bool { return c.code == code && s.Has(c.during) })
	if i < 0 {
		return nil, false
	}
	return known[i], true
}

// stateName is the name of a state, "" when WooCommerce does not know it.
func (c *country) stateName(code string) string {
	if c == nil {
		return ""
	}
	for _, state := range c.states {
		if state.code == code {
			return state.name
		}
	}
	return ""
}

// statesJSON are the states of a country. Codes that are whole numbers come out
// as numbers, because PHP makes numbers of such keys.
func (c *country) statesJSON() rest.List {
	list := make(rest.List, len(c.states))
	for i, state := range c.states {
		code := rest.Value(state.code)
		if n, err := strconv.ParseInt(state.code, 10, 64); err == nil && itoa(n) == state.code {
			code = n
		}
		list[i] = rest.NewObject("code", code, "name", state.name)
	}
	return list
}

// continent is a part of the world, as WooCommerce divides it.
type continent struct{ code, name string }

// continents are in the order of the API.
var continents = []continent{
	{"AF", "Africa"}, {"AN", "Antarctica"}, {"AS", "Asia"}, {"EU", "Europe"},
	{"NA", "North America"}, {"OC", "Oceania"}, {"SA", "South America"},
}

// continentByCode finds a continent.
func continentByCode(code string) (continent, bool) {
	i := slices.IndexFunc(continents, func(c continent) bool { return c.code == code })
	if i < 0 {
		return continent{}, false
	}
	return continents[i], true
}

// countriesOf are the countries of a continent, by code.
func (s *Store) countriesOf(c continent) []*country {
	within := slices.DeleteFunc(s.countries(), func(country *country) bool { return country.continent != c.code })
	slices.SortFunc(within, func(a, b *country) int { return strings.Compare(a.code, b.code) })
	return within
}

// location is where a sale is taxed.
type location struct{ country, state, postcode, city string }

// baseLocation is where the shop is.
func (s *Store) baseLocation() location {
	country, state, _ := strings.Cut(s.options.Get("woocommerce_default_country"), ":")
	if state == "*" {
		state = ""
	}
	return location{
		country: country, state: state,
		postcode: s.options.Get("woocommerce_store_postcode"),
		city:     s.options.Get("woocommerce_store_city"),
	}
}

func (c *country) json() *rest.Object {
	return rest.NewObject("code", c.code, "name", c.name, "states", c.statesJSON())
}
