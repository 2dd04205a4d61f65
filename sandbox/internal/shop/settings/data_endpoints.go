package settings

import (
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// facts is the controller of /data: continents, countries and currencies.
type facts struct{ *Store }

func (c facts) register(server *rest.Server) {
	for _, route := range []struct {
		pattern, message string
		handler          rest.Handler
	}{
		{`/wc/v3/data`, core.CannotList, c.index},
		{`/wc/v3/data/continents`, core.CannotList, c.continents},
		{`/wc/v3/data/continents/(?P<location>[\w-]+)`, core.CannotList, c.continent},
		{`/wc/v3/data/countries`, core.CannotList, c.listCountries},
		{`/wc/v3/data/countries/(?P<location>[\w-]+)`, core.CannotList, c.country},
		{`/wc/v3/data/currencies`, core.CannotList, c.currencies},
		{`/wc/v3/data/currencies/current`, core.CannotView, c.currentCurrency},
		{`/wc/v3/data/currencies/(?P<currency>[\w-]{3})`, core.CannotView, c.currency},
	} {
		server.Register(rest.Route{Pattern: route.pattern, Endpoints: []rest.Endpoint{
			{Methods: rest.Readable, Permission: c.MayAll(capability.Data, capability.Read, route.message),
				Handler: route.handler},
		}})
	}
}

// factLinks are the links of every answer: to itself, and to its list.
func factLinks(r *rest.Request, path, self string) []rest.Link {
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL(path + "/" + self)},
		{Rel: "collection", Href: r.RESTURL(path)},
	}
}

func (c facts) index(r *rest.Request) (*rest.Response, error) {
	items := rest.List{}
	for _, resource := range [][2]string{
		{"continents", "List of supported continents, countries, and states."},
		{"countries", "List of supported states in a given country."},
		{"currencies", "List of supported currencies."},
	} {
		items = append(items, rest.Item{
			Data:  rest.NewObject("slug", resource[0], "description", resource[1]),
			Links: factLinks(r, "/wc/v3/data", resource[0]),
		})
	}
	return &rest.Response{Body: items}, nil
}

func errNoLocation() error {
	return rest.Errorf(404, "woocommerce_rest_data_invalid_location", "There are no locations matching these parameters.")
}

const (
	continentsPath = "/wc/v3/data/continents"
	countriesPath  = "/wc/v3/data/countries"
	currenciesPath = "/wc/v3/data/currencies"
)

func (c facts) continents(r *rest.Request) (*rest.Response, error) {
	items := make(rest.List, len(core.Continents))
	for i, continent := range core.Continents {
		items[i] = rest.Item{Data: c.continentJSON(continent), Links: factLinks(r, continentsPath,
			strings.ToLower(continent.Code))}
	}
	return &rest.Response{Body: items}, nil
}

func (c facts) continent(r *rest.Request) (*rest.Response, error) {
	continent, ok := core.ContinentByCode(strings.ToUpper(r.Text("location")))
	if !ok {
		return nil, errNoLocation()
	}
	return &rest.Response{
		Body: c.continentJSON(continent), Links: factLinks(r, continentsPath, strings.ToLower(continent.Code)),
	}, nil
}

// continentJSON is a continent with its countries. Where WooCommerce knows a country's money, the name of the currency
// replaces that of the country.
func (c facts) continentJSON(part core.Continent) *rest.Object {
	within := rest.List{}
	for _, country := range c.CountriesOf(part) {
		json := rest.NewObject("code", country.Code, "name", country.Name)
		for name, v := range country.Money.All() {
			json.Set(name, v)
		}
		json.Set("states", country.StatesJSON())
		within = append(within, json)
	}
	return rest.NewObject("code", part.Code, "name", part.Name, "countries", within)
}

func (c facts) listCountries(r *rest.Request) (*rest.Response, error) {
	known := c.Countries()
	items := make(rest.List, len(known))
	for i, country := range known {
		items[i] = rest.Item{Data: country.JSON(), Links: factLinks(r, countriesPath, strings.ToLower(country.Code))}
	}
	return &rest.Response{Body: items}, nil
}

func (c facts) country(r *rest.Request) (*rest.Response, error) {
	country, ok := c.CountryByCode(strings.ToUpper(r.Text("location")))
	if !ok {
		return nil, errNoLocation()
	}
	return &rest.Response{Body: country.JSON(), Links: factLinks(r, countriesPath, strings.ToLower(country.Code))}, nil
}

func (c facts) currencies(r *rest.Request) (*rest.Response, error) {
	items := make(rest.List, len(core.Currencies))
	for i, currency := range core.Currencies {
		items[i] = rest.Item{Data: currency.JSON(), Links: factLinks(r, currenciesPath, currency.Code)}
	}
	return &rest.Response{Body: items}, nil
}

func (c facts) currency(r *rest.Request) (*rest.Response, error) {
	return currencyAnswer(r, strings.ToUpper(r.Text("currency")))
}

func (c facts) currentCurrency(r *rest.Request) (*rest.Response, error) {
	return currencyAnswer(r, c.Options.Get("woocommerce_currency"))
}

func currencyAnswer(r *rest.Request, code string) (*rest.Response, error) {
	for _, currency := range core.Currencies {
		if currency.Code == code {
			return &rest.Response{Body: currency.JSON(), Links: factLinks(r, currenciesPath, code)}, nil
		}
	}
	return nil, rest.Errorf(404, "woocommerce_rest_data_invalid_currency",
		"There are no currencies matching these parameters.")
}
