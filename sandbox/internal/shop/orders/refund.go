package orders

import (
	"errors"
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

func newRefundTable() *core.Table[*Refund] {
	return core.NewTable[*Refund]().
		OrderedBy("created", func(r *Refund) (int64, bool) { return r.Created.Unix(), true }).
		OrderedBy("modified", func(r *Refund) (int64, bool) { return r.Modified.Unix(), true }).
		GroupedBy("parent", func(r *Refund) (int64, bool) { return r.ParentID, true })
}

// refundsOf are the refunds of an order, the youngest first.
func (s *Store) refundsOf(orderID int64) []*Refund {
	refunds := slices.Clone(s.Refunds.Group("parent", orderID))
	slices.SortStableFunc(refunds, func(a, b *Refund) int {
		if !a.Created.Equal(b.Created) {
			return b.Created.Compare(a.Created)
		}
		return int(b.ID - a.ID)
	})
	return refunds
}

// totalRefunded is what was given back of an order so far.
func (s *Store) totalRefunded(orderID int64) float64 {
	sum := 0.0
	for _, refund := range s.Refunds.Group("parent", orderID) {
		sum += core.Number(refund.Total)
	}
	return -sum
}

// refundLine says what to give back of one line of an order.
type refundLine struct {
	quantity rest.Value
	total    rest.Value
	taxes    []LineTax // Total only
	hasTaxes bool
}

// refundRequest is what a refund is made from.
type refundRequest struct {
	amount  rest.Value
	reason  string
	lines   map[int64]refundLine
	pay     bool // through the gateway of the order
	restock bool
}

// errRefundAmount and the errors like it are the plain exceptions of wc_create_refund.
var errRefundAmount = errors.New("Invalid refund amount.") //nolint:staticcheck,revive // shown to clients

// typeRefund notes whether a refund is partial. The analytics read that from its meta data, and the customer's e-mail
// says it.
func (c *Clerk) typeRefund(refund *Refund, partial bool) {
	kind, hook := "full", "fully_refunded"
	if partial {
		kind, hook = "partial", "partially_refunded"
	}
	if c.Has(core.RefundType) && c.FeatureIsOn("analytics") {
		refund.Meta.Update("_refund_type", kind, nil)
		refund.Meta.Save(c.orderMetaCounter())
	}
	c.mail(hook, refund.ParentID)
}

// refusesAmount compares as PHP does. A text that is no number compares as text with the number, and is refused.
func refusesAmount(amount rest.Value, remaining float64) bool {
	if text, ok := amount.(string); ok && !rest.IsNumeric(text) {
		return true
	}
	value := rest.Float(amount)
	return value < 0 || value > remaining
}

// gatewayRefusal says why a gateway cannot refund.
func (s *Store) gatewayRefusal(method string) string {
	switch method {
	case "bacs", "cheque", "cod":
		return "The payment gateway for this order does not support automatic refunds."
	}
	return "The payment gateway for this order does not exist."
}

func (c *Clerk) insertRefund(refund *Refund) {
	c.number(&refund.Document)
	if refund.Row == "shop_order" {
		refund.Row = "shop_order_refund"
	}
	refund.Version = c.Version()
	// Amount, user, payment and reason are rows among the meta data.
	*c.orderMetaCounter() += 4
	c.saveLines(&refund.Document)
	refund.revision = 1
	c.Refunds.Insert(refund)
}

func (c *Clerk) removeRefund(refund *Refund) {
	c.deleteItems(&refund.Document)
	c.Refunds.Delete(refund)
	if order, ok := c.Orders.Get(refund.ParentID); ok {
		c.Orders.Change(order, func(o *Order) { o.revision++ }) // the order shows its refunds
	}
}

// remainingItems is the number of pieces that were not refunded yet.
func (s *Store) remainingItems(o *Order) int64 {
	pieces := int64(0)
	for _, line := range o.Lines {
		pieces += line.Quantity
	}
	for _, refund := range s.Refunds.Group("parent", o.ID) {
		for _, line := range refund.Lines {
			pieces -= max(line.Quantity, -line.Quantity)
		}
	}
	return max(pieces, -pieces)
}

func hasFreeItem(o *Order) bool {
	return slices.ContainsFunc(o.Lines, func(l *ProductLine) bool { return !rest.Truthy(l.Total) })
}

// addRefundLines adds negative copies of the lines that are refunded and returns the number of pieces.
func (c *Clerk) addRefundLines(refund *Refund, order *Order, lines map[int64]refundLine) int64 {
	pieces := int64(0)
	for _, line := range order.Lines {
		request, ok := lines[line.ID]
		if !ok || request.isNothing() {
			continue
		}
		pieces += rest.Int(request.quantity)
		copied := line.clone()
		copied.ID, copied.Meta = 0, refundedItem(line.ID)
		copied.Quantity = -rest.Int(request.quantity)
		copied.Total = c.floatOrText(request.total)
		copied.Subtotal = copied.Total
		copied.setTaxes(c.Store, c.negativeTaxes(request, true))
		refund.Lines = append(refund.Lines, copied)
	}
	for _, line := range order.Fees {
		request, ok := lines[line.ID]
		if !ok || request.isNothing() {
			continue
		}
		pieces += rest.Int(request.quantity)
		copied := line.clone()
		copied.ID, copied.Meta = 0, refundedItem(line.ID)
		copied.Total = c.floatOrText(request.total)
		copied.setTaxes(c.Store, c.negativeTaxes(request, false))
		refund.Fees = append(refund.Fees, copied)
	}
	for _, line := range order.Shipping {
		request, ok := lines[line.ID]
		if !ok || request.isNothing() {
			continue
		}
		pieces += rest.Int(request.quantity)
		copied := line.clone()
		copied.ID, copied.Meta = 0, refundedItem(line.ID)
		copied.Total = c.floatOrText(request.total)
		copied.setTaxes(c.Store, c.negativeTaxes(request, false))
		refund.Shipping = append(refund.Shipping, copied)
	}
	return pieces
}

func (l refundLine) isNothing() bool {
	return !rest.Truthy(l.quantity) && !rest.Truthy(l.total) && !l.hasTaxes
}

// floatOrText is the negative of a refund's total, as a stored amount.
func (s *Store) floatOrText(v rest.Value) string {
	negative := -rest.Float(v)
	if negative == 0 {
		return "0"
	}
	return s.FloatAmount(negative)
}

func (c *Clerk) negativeTaxes(request refundLine, withSubtotal bool) []LineTax {
	var taxes []LineTax
	for _, tax := range request.taxes {
		if !rest.Truthy(tax.Total) {
			continue
		}
		negative := LineTax{RateID: tax.RateID, Total: c.FloatAmount(-core.Number(tax.Total))}
		if withSubtotal {
			negative.Subtotal = negative.Total
		}
		taxes = append(taxes, negative)
	}
	return taxes
}

// refundedItemKey names the order's line that a refund's line is for.
const refundedItemKey = "_refunded_item_id"

func refundedItem(id int64) core.MetaList { return core.MetaList{{Key: refundedItemKey, Value: id}} }

// restockRefunded puts refunded goods back into the stock, at most what the order took out.
func (c *Clerk) restockRefunded(orderID int64, lines map[int64]refundLine) {
	stored, ok := c.Orders.Get(orderID)
	if !ok {
		return
	}
	d := c.draftOf(stored)
	for _, line := range d.order.Lines {
		request, ok := lines[line.ID]
		quantity := rest.Int(request.quantity)
		reduced := rest.Int(line.Meta.Text(reducedStockKey))
		p, exists := c.productOf(line)
		if !ok || quantity == 0 || reduced == 0 || !exists || c.catalogue.StockKeeper(p) == nil {
			continue
		}
		now := c.catalogue.As(c.Actor).AdjustStock(p, quantity)
		line.Meta.Update(reducedStockKey, reduced-quantity, nil)
		line.Meta.Update(restockedKey, quantity+rest.Int(line.Meta.Text(restockedKey)), nil)
		c.addNote(orderID, "Item #"+core.Itoa(p.ID)+" stock increased from "+core.Itoa(now-quantity)+" to "+core.Itoa(
			now)+".", false, false)
		d.saveItem(line)
	}
}
