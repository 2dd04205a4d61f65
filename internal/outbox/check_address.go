package outbox

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/woo"
)

// A store keeps any text as the country or state of an address. Taxes, shipping zones and carriers know the codes
// alone: "California" is in no zone (docs/woocommerce/orders.md#address-codes).

// country is what a store knows of a country. One without states takes any text for them.
type country struct {
	unknown bool // to the store
	states  []region
}

type region struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// addresses holds the countries and states of a body against those of the store. base is the record as the caller saw
// it: a state that is written alone is one of its country.
func (c *checking) addresses(ctx context.Context, v *validate.Violations, body, base document.Object) error {
	for _, member := range []string{"billing", "shipping"} {
		address, err := document.Parse(body[member])
		if err != nil {
			continue // no object: said elsewhere
		}
		was, _ := document.Parse(base[member])
		code, state := document.Text(address, "country"), document.Text(address, "state")
		if address["country"] == nil {
			code = document.Text(was, "country")
		}
		kept := code == document.Text(was, "country") && state == document.Text(was, "state")
		if code == "" || kept || address["country"] == nil && state == "" {
			continue
		}
		known, asked, err := c.country(ctx, code)
		if err != nil {
			return err
		}
		if !asked {
			continue
		}
		if known.unknown {
			c.doubtedCode(v, member+".country",
				fmt.Sprintf("the store knows no country %q: two letters are wanted, such as US", code))
		} else if wrong := known.refuses(state, code); wrong != "" {
			c.doubtedCode(v, member+".state", wrong)
		}
	}
	return nil
}

// doubtedCode refuses a code unless the caller insists on it.
func (c *checking) doubtedCode(v *validate.Violations, path, wrong string) {
	if !v.Insisted(path) {
		v.Add(path, "%s. If it is meant as it is, allow it: --allow-unknown %s", wrong, path)
	}
}

// refuses says what is wrong with a state; empty when nothing is.
func (k country) refuses(state, code string) string {
	if state == "" || len(k.states) == 0 {
		return ""
	}
	for _, r := range k.states {
		switch {
		case strings.EqualFold(r.Code, state):
			return ""
		case strings.EqualFold(r.Name, state):
			return fmt.Sprintf("%q is the name of a state, and the store wants its code: %q", state, r.Code)
		}
	}
	return fmt.Sprintf("%s has no state %q: a code such as %q (%s) is wanted", code, state, k.states[0].Code,
		k.states[0].Name)
}

// country asks the store for one of its countries, and says whether it could be asked.
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
	case err != nil: // a key that may not read the settings, or a store that cannot be asked, holds nobody up
		c.noCountries = true
		return country{}, false, nil //nolint:nilerr // see the case
	default:
		c.countries[code] = country{states: of.States}
	}
	return c.countries[code], true, nil
}
