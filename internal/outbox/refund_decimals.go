package outbox

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A store keeps the amount of a refund as it is written and rounds its total to the decimals of the shop
// (WC_Abstract_Order::set_total): 3.55 in a shop without decimals is a refund of 3.55 and of 4 at once. So an amount
// that the shop cannot keep is refused. Prices and the totals of lines are kept with all their decimals, and are left
// alone.

// kept says whether a shop of so many decimals keeps an amount as it is. Zeros at the end count for nothing.
func kept(amount decimal.Decimal, decimals int32) bool { return amount.Equal(amount.Round(decimals)) }

// unkept says what is wrong with an amount that is not kept.
func unkept(amount decimal.Decimal, decimals int32) string {
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

// keptAmount holds the amount of a refund without lines against the decimals that the order is shown with: by the
// store, or where it cannot be asked, by the mirror. Where neither knows the order, nothing is certain and nothing is
// refused.
func (b *Outbox) keptAmount(ctx context.Context, shop woo.Doer, w Write, amount decimal.Decimal) ([]FieldError, error) {
	if amount.IsInteger() {
		return nil, nil
	}
	order, err := b.orderSeen(ctx, shop, w)
	if err != nil {
		return nil, err
	}
	total := textIn(order, "total")
	if total == "" || kept(amount, decimalsOf(total)) {
		return nil, nil
	}
	return []FieldError{{Field: "amount", Message: unkept(amount, decimalsOf(total))}}, nil
}

// orderSeen is the order of a refund, or nil where nobody knows it.
func (b *Outbox) orderSeen(ctx context.Context, shop woo.Doer, w Write) (object, error) {
	var raw json.RawMessage
	answer, err := read(ctx, shop, targets[storage.Orders].route.Record(0, w.ParentID), nil)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil {
		raw = answer.Body
	} else if record, err := b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: storage.Orders,
		ID: w.ParentID}); err == nil {
		raw = record.Raw
	}
	o, _ := parseObject(raw) // what is no order says nothing of decimals
	return o, nil
}

// keptLines names the amounts of lines by which the sum is none that the shop keeps.
func (p *refundPricing) keptLines(lines []object, sum decimal.Decimal) {
	if kept(sum, p.decimals) {
		return
	}
	name := func(path string, o object) {
		if n, ok := decimalOf(o["refund_total"]); ok && !kept(n, p.decimals) {
			p.v.add(path+"refund_total", "%s", unkept(n, p.decimals))
		}
	}
	for i, line := range lines {
		at := fmt.Sprintf("line_items[%d].", i)
		name(at, line)
		for k, tax := range entriesOf(line, "refund_tax") {
			name(fmt.Sprintf("%srefund_tax[%d].", at, k), tax)
		}
	}
}
