package price

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// A store keeps the amount of a refund as it is written and rounds its total to the decimals of the shop
// (WC_Abstract_Order::set_total): 3.55 in a shop without decimals becomes a refund with the amount 3.55 and the total
// 4. An amount that the shop cannot keep is therefore refused.
//
// Totals of lines, fees and shipping and the prices of products are kept with all their decimals, and shown, charged
// and added up with those of the shop (docs/woocommerce/orders.md#decimals). Such an amount with more decimals is
// refused as well, unless tax turns it into an amount that the shop keeps: net amounts normally have more decimals.

// Kept says whether a shop with so many decimals keeps an amount unchanged. Zeros at the end do not count.
func Kept(amount decimal.Decimal, decimals int32) bool { return amount.Equal(amount.Round(decimals)) }

// Unkept says what is wrong with an amount that the shop does not keep. does says what the shop would do with the
// rounded amount.
func Unkept(amount decimal.Decimal, decimals int32, does string) string {
	keeps := fmt.Sprintf("%d decimals", decimals)
	switch decimals {
	case 0:
		keeps = "no decimals"
	case 1:
		keeps = "one decimal"
	}
	return fmt.Sprintf("%s has more decimals than the shop keeps: it keeps %s in an amount, and would %s %s. "+
		"Write an amount that it can keep, such as %s",
		amount, keeps, does, amount.StringFixed(decimals), amount.RoundDown(decimals).StringFixed(decimals))
}

// netDecimals is the least number of decimals that a net amount has more than the shop. With a smaller number, tax
// would make nearly every amount look like a net one.
const netDecimals = 2

// NetOfKept says whether an amount is the net of an amount that the shop keeps, at one of its tax rates in percent. The
// amount may differ by the rounding of its last decimal.
func NetOfKept(amount decimal.Decimal, decimals int32, rates []decimal.Decimal) bool {
	if -amount.Exponent() < decimals+netDecimals {
		return false
	}
	half := decimal.New(5, amount.Exponent()-1)
	for _, rate := range rates {
		share := decimal.NewFromInt(1).Add(rate.Shift(-2))
		gross := amount.Mul(share)
		if rate.IsPositive() && gross.Sub(gross.Round(decimals)).Abs().LessThanOrEqual(half.Mul(share)) {
			return true
		}
	}
	return false
}

// keptLines names the line amounts that make up a sum which the shop does not keep.
func (p *refundPricing) keptLines(lines []document.Object, sum decimal.Decimal) {
	if Kept(sum, p.decimals) {
		return
	}
	name := func(path string, o document.Object) {
		if n, ok := document.Decimal(o["refund_total"]); ok && !Kept(n, p.decimals) {
			p.v.Add(path+"refund_total", "%s", Unkept(n, p.decimals, "refund"))
		}
	}
	for i, line := range lines {
		at := fmt.Sprintf("line_items[%d].", i)
		name(at, line)
		for k, tax := range validate.Entries(line, "refund_tax") {
			name(fmt.Sprintf("%srefund_tax[%d].", at, k), tax)
		}
	}
}
