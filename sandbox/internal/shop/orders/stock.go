package orders

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// The meta keys by which an order line remembers its effect on the stock.
const (
	reducedStockKey = "_reduced_stock"
	restockedKey    = "_restock_refunded_items"
)

// reduceStockOnce takes the goods of an order off the stock, unless that has happened before.
func (c *Clerk) reduceStockOnce(orderID int64) {
	stored, ok := c.Orders.Get(orderID)
	if !ok || stored.StockReduced {
		return
	}
	d := c.draftOf(stored)
	var changes []string
	for _, line := range d.order.Lines {
		p, ok := c.productOf(line)
		if !ok || rest.Truthy(line.Meta.Text(reducedStockKey)) || c.catalogue.StockKeeper(p) == nil {
			continue
		}
		left := c.catalogue.As(c.Actor).AdjustStock(p, -line.Quantity)
		line.Meta.AddUnique(reducedStockKey, line.Quantity)
		d.saveItem(line)
		changes = append(changes, c.stockChange(p, left+line.Quantity, left))
	}
	if len(changes) > 0 {
		c.addNote(orderID, "Stock levels reduced: "+strings.Join(changes, ", "), false, false)
	}
	d.order.StockReduced = true
	d.saveMarks()
}

// restoreStockOnce puts the goods of an order back, if they were taken off.
func (c *Clerk) restoreStockOnce(orderID int64) {
	stored, ok := c.Orders.Get(orderID)
	if !ok || !stored.StockReduced {
		return
	}
	d := c.draftOf(stored)
	var changes []string
	for _, line := range d.order.Lines {
		p, ok := c.productOf(line)
		reduced := rest.Int(line.Meta.Text(reducedStockKey))
		if !ok || reduced == 0 || c.catalogue.StockKeeper(p) == nil {
			continue
		}
		now := c.catalogue.As(c.Actor).AdjustStock(p, reduced)
		line.Meta.Delete(reducedStockKey)
		d.saveItem(line)
		changes = append(changes, c.stockChange(p, now-reduced, now))
	}
	if len(changes) > 0 {
		c.addNote(orderID, "Stock levels increased: "+strings.Join(changes, ", "), false, false)
	}
	d.order.StockReduced = false
	d.saveMarks()
}

// stockChange is a change of stock in the words of a note.
func (s *Store) stockChange(p *catalogue.Product, from, to int64) string {
	if s.Has(core.ShortStockNotes) {
		return fmt.Sprintf("%s (%d&rarr;%d)", p.Name, from, to)
	}
	return fmt.Sprintf("%s %d&rarr;%d", p.FormattedName(), from, to)
}

// adjustLineStock brings the stock in line with a new quantity of a stored line; zero means that the line goes. It
// returns the stock before and after (wc_maybe_adjust_line_item_product_stock).
func (c *Clerk) adjustLineStock(owner *Order, line *ProductLine, quantity int64) (from, to int64, changed bool) {
	p, ok := c.productOf(line)
	if !ok || c.catalogue.StockKeeper(p) == nil {
		return 0, 0, false
	}
	reduced := rest.Int(line.Meta.Text(reducedStockKey))
	restocked := rest.Int(line.Meta.Text(restockedKey))
	difference := quantity - restocked - reduced
	if quantity == 0 {
		difference = -reduced
	}
	if difference == 0 {
		return 0, 0, false
	}
	to = c.catalogue.As(c.Actor).AdjustStock(p, -difference)
	line.Meta.Update(reducedStockKey, quantity-restocked, nil)
	line.Meta.Save(&c.IDs.ItemMeta)
	owner.revision++
	if quantity > 0 && !owner.StockReduced {
		// Cancelling the order has to give this quantity back too.
		owner.StockReduced = true
	}
	return to + difference, to, true
}

// noteAdjustedStock adjusts the stock to a line that was set on an order that holds stock. A new line gets its id here.
func (d *orderDraft) noteAdjustedStock(line *ProductLine) {
	if line.ID == 0 {
		d.saveNewLine(line)
	}
	from, to, changed := d.adjustLineStock(d.stored, line, line.Quantity)
	if !changed {
		return
	}
	if d.stored.StockReduced {
		d.order.StockReduced = true
	}
	d.saveItem(line)
	d.addNote(d.order.ID, fmt.Sprintf("Adjusted stock: %s (%d&rarr;%d)", line.Name, from, to), false, true)
}

// saveNewLine stores a line that was added to an existing order before the order itself is saved, because the line's
// stock meta data need an id.
func (d *orderDraft) saveNewLine(line *ProductLine) {
	p, ok := d.productOf(line)
	if !ok || d.catalogue.StockKeeper(p) == nil || line.Quantity == 0 {
		return
	}
	meta := line.Meta
	line.Meta = nil
	d.saveLine(d.order.ID, &line.ID, 9, &line.Meta)
	line.Meta = meta
	d.stored.Lines = append(d.stored.Lines, line.clone())
	d.stored.revision++
}
