package woo

import "context"

// TaxRates is the tax rates of the store.
type TaxRates struct {
	Collection[TaxRate, TaxRateOptions]
}

// TaxRates gives access to tax rates.
func (c *Client) TaxRates() TaxRates {
	return TaxRates{newCollection[TaxRate, TaxRateOptions](c, "taxes")}
}

// TaxRateOptions selects tax rates.
type TaxRateOptions struct {
	ListOptions
	Class string `query:"class"`
}

// TaxRate is one tax rate.
type TaxRate struct {
	Record
	ID        int64    `json:"id"`
	Country   string   `json:"country"`
	State     string   `json:"state"`
	Postcode  string   `json:"postcode"` // the last one; use Postcodes
	City      string   `json:"city"`     // the last one; use Cities
	Postcodes []string `json:"postcodes"`
	Cities    []string `json:"cities"`
	Rate      Money    `json:"rate"` // percent, four decimals
	Name      string   `json:"name"`
	Priority  int64    `json:"priority"`
	Compound  bool     `json:"compound"`
	Shipping  bool     `json:"shipping"`
	Order     int64    `json:"order"`
	Class     string   `json:"class"`
}

func (t *TaxRate) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t TaxRate) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }

// TaxClasses is the tax classes of the store, addressed by slug. The list has no pages; a class cannot be changed.
type TaxClasses struct {
	Creating[TaxClass]
	Deleting[TaxClass, string]
}

// TaxClasses gives access to tax classes.
func (c *Client) TaxClasses() TaxClasses {
	e := endpoint{c, "taxes/classes"}
	return TaxClasses{Creating[TaxClass]{e}, Deleting[TaxClass, string]{e}}
}

// List reads all tax classes.
func (t TaxClasses) List(ctx context.Context) ([]TaxClass, error) {
	items, _, err := list[TaxClass](ctx, t.Creating.client, Request{Path: t.Creating.path})
	return items, err
}

// TaxClass groups tax rates.
type TaxClass struct {
	Record
	Slug string `json:"slug"`
	Name string `json:"name"`
}

func (t *TaxClass) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t TaxClass) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }
