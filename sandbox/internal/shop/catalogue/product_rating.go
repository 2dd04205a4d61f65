package catalogue

// Rating is what the reviews of a product come to.
type Rating struct {
	// Counts are the reviews that give so many stars; nil for none.
	Counts map[int64]int64
	// Reviews counts all, also those without stars.
	Reviews int64
	// Average of the stars with two decimals; "0" where nobody gave any.
	Average string
}

// Rate saves a product with what its reviews come to. Of a variation, and of a product that is not there, nothing is
// kept.
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
