package catalogue

// AdjustStock changes the stock of p by quantity, which may be negative, and returns the new quantity. p must manage
// its stock. The product is saved, so its stock status follows and its date of modification moves.
func (c *Clerk) AdjustStock(p *Product, quantity int64) int64 {
	keeper := c.StockKeeper(p)
	c.Products.Change(keeper, func(keeper *Product) {
		keeper.StockQuantity += quantity
		keeper.StockUnknown = false
	})
	c.keepRow(keeper, rowStock, true)
	_, _ = c.saveProduct(c.draftProduct(keeper)) // cannot fail: the product was stored before
	c.settleCatalogue()
	return keeper.StockQuantity
}

// AddSales changes the count of sold items of a product.
func (c *Clerk) AddSales(productID, quantity int64) {
	if p, ok := c.Products.Get(productID); ok {
		c.Products.Change(p, func(p *Product) { p.TotalSales += quantity })
		c.updateLookup(p)
		c.CatalogueChanged()
	}
}

// Rating sums up the reviews of a product.
type Rating struct {
	// Counts is how many reviews gave each number of stars; nil for none.
	Counts map[int64]int64
	// Reviews counts all, also those without stars.
	Reviews int64
	// Average is the average of the stars with two decimals; "0" where nobody gave stars.
	Average string
}

// Rate saves a product with the sum of its reviews. A variation, and a product that is not there, keep no rating.
func (c *Clerk) Rate(productID int64, rating Rating) {
	p, ok := c.Products.Get(productID)
	if !ok || p.IsVariation() {
		return
	}
	d := c.draftProduct(p)
	d.RatingCounts, d.ReviewCount, d.AverageRating = rating.Counts, rating.Reviews, rating.Average
	if _, err := c.saveProduct(d); err != nil {
		return // only new products can fail
	}
}
