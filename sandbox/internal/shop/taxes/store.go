package taxes

import "github.com/waybillhq/waybill/sandbox/internal/shop/core"

// Store holds what a shop knows of taxes: classes and rates.
type Store struct {
	*core.Store

	State
}

// State is what a reset discards.
type State struct {
	TaxRates   *core.Table[*TaxRate]
	taxClasses []TaxClass
}

// TaxClass is a class of goods that are taxed alike. The standard class is not one of them.
type TaxClass struct {
	Slug string
	Name string
}

// TaxRate is a row of the tax table.
type TaxRate struct {
	ID        int64
	Country   string // "" matches every country
	State     string
	Postcodes []string // exact, with * or as range 1...9
	Cities    []string // upper case
	Rate      string   // percent with four decimals; "" when none was given
	Name      string
	Priority  int64
	Compound  bool
	Shipping  bool
	Order     int64
	Class     string // "" is the standard class
}

// RecordID is the rate's id.
func (t *TaxRate) RecordID() int64 { return t.ID }
