package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/price"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// keptAmounts refuses amounts with more decimals than the shop keeps. It refuses nothing when the store does not say
// how many it keeps.
func (c *checking) keptAmounts(ctx context.Context, w intent.Write) ([]intent.FieldError, error) {
	var wrong []intent.FieldError
	for _, amount := range validate.Amounts(w) {
		if amount.Value.IsInteger() {
			continue
		}
		m := c.moneyOf(ctx, w)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if m.decimals == unknownDecimals || price.Kept(amount.Value, m.decimals) ||
			price.NetOfKept(amount.Value, m.decimals, m.rates) {
			continue
		}
		c.askRates(ctx, m)
		if price.NetOfKept(amount.Value, m.decimals, m.rates) {
			continue
		}
		wrong = append(wrong, intent.FieldError{Field: amount.Path, Message: fmt.Sprintf(
			"%s. A net amount that its tax makes a round one is taken. To insist: --allow-unknown %s",
			price.Unkept(amount.Value, m.decimals, "show and charge"), validate.WithoutPlaces(amount.Path))})
	}
	return wrong, ctx.Err()
}

// moneyOf finds out how the store keeps amounts. It reads the newest orders: any key that writes orders may read them,
// and their totals show the decimals. For a shop without orders it reads the system status, if the key may.
func (c *checking) moneyOf(ctx context.Context, w intent.Write) *money {
	if c.money != nil {
		return c.money
	}
	c.money = &money{decimals: unknownDecimals}
	if w.Resource == storage.Orders {
		base, _ := document.Parse(w.Base) // without a record the caller saw nothing
		if total := document.Text(base, "total"); total != "" {
			c.money.decimals = document.Decimals(total)
		}
	}
	query := woo.RouteOrders.Everything()
	query.Set("per_page", "10")
	query.Set("_fields", "id,total,tax_lines")
	var orders []document.Object
	if list(ctx, c.shop, woo.RouteOrders.List(0), query, &orders) == nil {
		for _, o := range orders {
			c.money.decimals = document.Decimals(document.Text(o, "total"))
			for _, line := range validate.Entries(o, "tax_lines") {
				c.money.addRate(line["rate_percent"])
			}
		}
	}
	if c.money.decimals == unknownDecimals {
		c.askSettings(ctx)
	}
	return c.money
}

func (c *checking) askSettings(ctx context.Context) {
	answer, err := read(ctx, c.shop, woo.RouteSystemStatus.List(0), url.Values{"_fields": {"settings"}})
	if err != nil {
		return
	}
	var status struct {
		Settings struct {
			Decimals *int32 `json:"number_of_decimals"`
		} `json:"settings"`
	}
	if json.Unmarshal(answer.Body, &status) == nil && status.Settings.Decimals != nil {
		c.money.decimals = max(*status.Settings.Decimals, 0)
	}
}

// askRates adds the tax rates that no order shows. If the key may not read them, the caller can still insist on an
// amount.
func (c *checking) askRates(ctx context.Context, m *money) {
	if m.allRates {
		return
	}
	m.allRates = true
	var rates []document.Object
	if list(ctx, c.shop, woo.RouteTaxRates.List(0), url.Values{"per_page": {"100"}}, &rates) == nil {
		for _, r := range rates {
			m.addRate(r["rate"])
		}
	}
}

func (m *money) addRate(raw json.RawMessage) {
	if rate, err := decimal.NewFromString(document.AllText(raw)); err == nil {
		m.rates = append(m.rates, rate)
	}
}
