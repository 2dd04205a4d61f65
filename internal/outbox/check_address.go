package outbox

import (
	"context"
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// A store keeps any text as the country or state of an address. Taxes, shipping zones and carriers understand only the
// codes: "California" is in no zone (docs/woocommerce/orders.md#address-codes).

// addresses compares the countries and states in a body with those that the store knows. base is the record as the
// caller saw it: a state without a country in the body belongs to the country in base.
func (c *checking) addresses(ctx context.Context, v *validate.Violations, body, base document.Object) error {
	for _, member := range []string{"billing", "shipping"} {
		address, err := document.Parse(body[member])
		if err != nil {
			continue // no object: another check reports it
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
