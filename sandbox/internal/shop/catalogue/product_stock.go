package catalogue

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// StockKeeper returns the product whose stock a product uses. That is the product itself, or the parent of a variation
// that leaves its stock to the parent. It is nil when stock is not managed.
func (s *Store) StockKeeper(p *Product) *Product {
	if !s.Options.Yes("woocommerce_manage_stock") || p.Type == "external" {
		return nil
	}
	if p.ManageStock {
		return p
	}
	if parent := s.ParentOf(p); parent != p && parent.ManageStock {
		return parent
	}
	return nil
}

// stockStatusFor is the status that follows from the quantity of a product that manages its stock.
func (s *Store) stockStatusFor(p *Product) string {
	switch {
	case p.StockQuantity > int64(s.Options.Int("woocommerce_notify_no_stock_amount")):
		return "instock"
	case p.Backorders != "no" && p.Backorders != "":
		return "onbackorder"
	}
	return "outofstock"
}

// alignStock is WC_Product's validate_props. Where stock is not managed, quantity, backorders and the low amount are
// cleared. Where it is managed, the status follows the quantity.
func (c *Clerk) alignStock(p *Product) {
	if p.Type == "external" {
		p.StockQuantity, p.StockUnknown, p.LowStock, p.HasLowStock = 0, true, 0, false
		return
	}
	if p.ManageStock {
		p.StockStatus = c.stockStatusFor(p)
		return
	}
	if c.followsParent(p) {
		p.StockStatus = c.stockStatusFor(c.ParentOf(p))
		return
	}
	p.StockQuantity, p.StockUnknown = 0, true
	p.Backorders = "no"
	p.LowStock, p.HasLowStock = 0, false
	if p.Type == "variable" {
		p.StockStatus = c.childrensStockStatus(p)
	}
}

// followsParent tells whether a variation leaves its stock to its parent. A new variation does not yet.
func (s *Store) followsParent(p *Product) bool {
	return p.IsVariation() && p.ID != 0 && !p.ManageStock && s.ParentOf(p).ManageStock
}

// childrensStockStatus is the status of a variable product that follows from its variations.
func (s *Store) childrensStockStatus(p *Product) string {
	status := "outofstock"
	for _, v := range s.variations(p) {
		switch v.lookup.status() {
		case "instock":
			return "instock"
		case "onbackorder":
			status = "onbackorder"
		}
	}
	return status
}

// passStockDown gives the parent's status to the variations that leave their stock to the parent
// (sync_managed_variation_stock_status).
func (c *Clerk) passStockDown(p *Product) {
	if p.Type != "variable" || !p.ManageStock {
		return
	}
	for _, v := range c.variations(p) {
		if !v.ManageStock && v.StockStatus != p.StockStatus {
			c.Products.Change(v, func(v *Product) { v.StockStatus = p.StockStatus })
			c.updateLookup(v)
		}
	}
}

// shownStock is what answers say about the stock of a product. A variation that leaves its stock to its parent shows
// the parent's.
type shownStock struct {
	manages    rest.Value // true, false or "parent"
	quantity   rest.Value // a number or nil
	Status     string
	backorders string
	amount     int64
}

// ShownStock is what answers say about the stock of a product.
func (s *Store) ShownStock(p *Product) shownStock {
	if p.Type == "external" {
		// An external product is always in stock. Its own stock counts again when the type changes.
		return shownStock{manages: false, Status: "instock", backorders: "no"}
	}
	shown := shownStock{
		manages: p.ManageStock, quantity: ownQuantity(p), Status: p.StockStatus, backorders: orNo(p.Backorders),
		amount: p.StockQuantity,
	}
	if p.IsVariation() && !p.ManageStock {
		if parent := s.ParentOf(p); parent != p && parent.ManageStock {
			shown.manages, shown.quantity = "parent", parent.StockQuantity
			shown.backorders, shown.amount = orNo(parent.Backorders), parent.StockQuantity
		}
	}
	if !s.Options.Yes("woocommerce_manage_stock") {
		shown.manages = false
	}
	return shown
}

// isOnBackorder says whether a shopper would have to wait for the product.
func (stock shownStock) isOnBackorder() bool {
	return stock.Status == "onbackorder" ||
		rest.Truthy(stock.manages) && stock.backorders != "no" && stock.amount < 0
}

// ownQuantity is the quantity of the product itself, null for none.
func ownQuantity(p *Product) rest.Value {
	if p.StockUnknown {
		return nil
	}
	return p.StockQuantity
}

func orNo(backorders string) string {
	if backorders == "" {
		return "no"
	}
	return backorders
}
