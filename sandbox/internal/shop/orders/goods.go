package orders

import "github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"

// productOf returns the product or variation a line is about, if it still exists.
func (s *Store) productOf(line *ProductLine) (*catalogue.Product, bool) {
	if line.VariationID != 0 {
		return s.catalogue.Products.Get(line.VariationID)
	}
	return s.catalogue.Products.Get(line.ProductID)
}

// needsProcessing says whether something in the order has to be sent: a product that is not both virtual and
// downloadable.
func (s *Store) needsProcessing(o *Order) bool {
	for _, line := range o.Lines {
		if p, ok := s.productOf(line); ok && (!p.Virtual || !p.Downloadable) {
			return true
		}
	}
	return false
}
