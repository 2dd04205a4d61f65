package woo

import "context"

// Data is the countries, continents and currencies that the store knows.
type Data struct{ client *Client }

// Data gives access to the store's reference data. It sends no request.
func (c *Client) Data() Data { return Data{c} }

// Continents lists continents with their countries and how each writes money and measures.
func (d Data) Continents(ctx context.Context) ([]Continent, error) {
	items, _, err := list[Continent](ctx, d.client, Request{Path: "data/continents"})
	return items, err
}

// Continent reads one continent by its code ("EU").
func (d Data) Continent(ctx context.Context, code string) (*Continent, error) {
	return resource[Continent]{d.client, "data/continents"}.get(ctx, code)
}

// Countries lists countries with their states.
func (d Data) Countries(ctx context.Context) ([]Country, error) {
	items, _, err := list[Country](ctx, d.client, Request{Path: "data/countries"})
	return items, err
}

// Country reads one country by its code ("DE").
func (d Data) Country(ctx context.Context, code string) (*Country, error) {
	return resource[Country]{d.client, "data/countries"}.get(ctx, code)
}

// Currencies lists currencies.
func (d Data) Currencies(ctx context.Context) ([]Currency, error) {
	items, _, err := list[Currency](ctx, d.client, Request{Path: "data/currencies"})
	return items, err
}

// Currency reads one currency by its code ("EUR").
func (d Data) Currency(ctx context.Context, code string) (*Currency, error) {
	return resource[Currency]{d.client, "data/currencies"}.get(ctx, code)
}

// CurrentCurrency reads the currency of the store.
func (d Data) CurrentCurrency(ctx context.Context) (*Currency, error) {
	return d.Currency(ctx, "current")
}

// Continent is a continent with its countries.
type Continent struct {
	Record
	Code      string    `json:"code"`
	Name      string    `json:"name"`
	Countries []Country `json:"countries"`
}

func (c *Continent) UnmarshalJSON(b []byte) error { return readRecord(b, c) }
func (c Continent) MarshalJSON() ([]byte, error)  { return writeRecord(&c) }

// Country is a country. Its currency, number format and units are filled only inside a Continent.
type Country struct {
	Record
	Code              string  `json:"code"`
	Name              string  `json:"name"`
	CurrencyCode      string  `json:"currency_code"`
	CurrencyPosition  string  `json:"currency_pos"`
	DecimalSeparator  string  `json:"decimal_sep"`
	ThousandSeparator string  `json:"thousand_sep"`
	Decimals          Number  `json:"num_decimals"`
	DimensionUnit     string  `json:"dimension_unit"`
	WeightUnit        string  `json:"weight_unit"`
	States            []State `json:"states"`
}

func (c *Country) UnmarshalJSON(b []byte) error { return readRecord(b, c) }
func (c Country) MarshalJSON() ([]byte, error)  { return writeRecord(&c) }

// State is a part of a country.
type State struct {
	Record
	Code string `json:"code"`
	Name string `json:"name"`
}

func (s *State) UnmarshalJSON(b []byte) error { return readRecord(b, s) }
func (s State) MarshalJSON() ([]byte, error)  { return writeRecord(&s) }

// Currency is a currency's code, name and symbol.
type Currency struct {
	Record
	Code   string `json:"code"`
	Name   string `json:"name"`
	Symbol string `json:"symbol"` // may hold HTML entities
}

func (c *Currency) UnmarshalJSON(b []byte) error { return readRecord(b, c) }
func (c Currency) MarshalJSON() ([]byte, error)  { return writeRecord(&c) }
