package price

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// A store keeps the amount of a refund as it is written and rounds its total to the decimals of the shop
// (WC_Abstract_Order::set_total): 3.55 in a shop without decimals is a refund of 3.55 and of 4 at once. So an amount
// that the shop cannot keep is refused. Prices and the totals of lines are kept with all their decimals, and are left
// alone.

// Kept says whether a shop of so many decimals keeps an amount as it is. Zeros at the end count for nothing.
func Kept(amount decimal.Decimal, decimals int32) bool { return amount.Equal(amount.Round(decimals)) }

// Unkept says what is wrong with an amount that is not kept.
func Unkept(amount decimal.Decimal, decimals int32) string {
	keeps := fmt.Sprintf("%d decimals", decimals)
	switch decimals {
	case 0:
		keeps = "no decimals"
	case 1:
		keeps = "one decimal"
	}
	return fmt.Sprintf("%s has more decimals than the shop keeps: it keeps %s in an amount, and would refund %s. "+
		"Write an amount that it can keep, such as %s",
		amount, keeps, amount.StringFixed(decimals), amount.RoundDown(decimals).StringFixed(decimals))
}

// keptLines names the amounts of lines by which the sum is none that the shop keeps.
func (p *refundPricing) keptLines(lines []document.Object, sum decimal.Decimal) {
	if Kept(sum, p.decimals) {
		return
	}
	name := func(path string, o document.Object) {
		if n, ok := document.Decimal(o["refund_total"]); ok && !Kept(n, p.decimals) {
			p.v.Add(path+"refund_total", "%s", Unkept(n, p.decimals))
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
