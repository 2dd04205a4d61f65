package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// checking is one round of checks. It asks the store nothing twice.
type checking struct {
	b            *Outbox
	shop         woo.Doer
	storeSchemas map[storage.Resource]*storeSchema
	names        Names
	countries    map[string]country // by code
	noCountries  bool               // the store does not list them
	money        *money             // how the store keeps amounts; nil before it was asked
	known        map[string]string  // by what was looked up: what is wrong with it; empty for nothing
}

// storeSchema is a store's own description of a resource.
type storeSchema struct {
	Type       json.RawMessage         `json:"type"` // a text or a list of texts
	Properties map[string]*storeSchema `json:"properties"`
	Items      *storeSchema            `json:"items"`
	ReadOnly   bool                    `json:"readonly"`
}

// country is what a store knows about a country. A country without states takes any text as a state.
type country struct {
	unknown bool // the store does not have it
	states  []region
}

type region struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// country asks the store for one of its countries. The second result is false when the store cannot be asked.
func (c *checking) country(ctx context.Context, code string) (country, bool, error) {
	code = strings.ToLower(code)
	if known, asked := c.countries[code]; asked {
		return known, true, nil
	}
	if c.noCountries {
		return country{}, false, nil
	}
	var of struct {
		States []region `json:"states"`
	}
	err := list(ctx, c.shop, "data/countries/"+url.PathEscape(code), url.Values{"_fields": {"states"}}, &of)
	switch e, failed := woo.AsError(err); {
	case ctx.Err() != nil:
		return country{}, false, ctx.Err()
	case failed && e.Code == "woocommerce_rest_data_invalid_location":
		c.countries[code] = country{unknown: true}
	case err != nil: // a key that may not read the settings, or a store that cannot be asked, delays no write
		c.noCountries = true
		return country{}, false, nil //nolint:nilerr // see the case
	default:
		c.countries[code] = country{states: of.States}
	}
	return c.countries[code], true, nil
}

// money says how a store keeps amounts.
type money struct {
	decimals int32 // unknownDecimals when the store does not say
	rates    []decimal.Decimal
	allRates bool // the store's list of rates was read
}

const unknownDecimals = -1

// passing drops an error of the store, because a store that cannot be asked is no reason against a write. It returns
// only the context's error.
func (c *checking) passing(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if _, ofStore := woo.AsError(err); ofStore || errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}
