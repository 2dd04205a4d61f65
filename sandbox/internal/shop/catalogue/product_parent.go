package catalogue

// ParentOf returns the variable product of a variation, and any other product itself.
func (s *Store) ParentOf(p *Product) *Product {
	if p.IsVariation() {
		if parent, ok := s.Products.Get(p.ParentID); ok {
			return parent
		}
	}
	return p
}

// TaxClassOf is the tax class of a product. For a variation with the class "parent" it is that of the parent.
func (s *Store) TaxClassOf(p *Product) string {
	if p.IsVariation() && p.TaxClass == "parent" {
		return s.ParentOf(p).TaxClass
	}
	return p.TaxClass
}

// TaxStatusOf is the tax status of a product; of a variation that of its parent.
func (s *Store) TaxStatusOf(p *Product) string { return s.ParentOf(p).TaxStatus }

// TitleOf is the name of a product without the options of a variation.
func (s *Store) TitleOf(p *Product) string { return s.ParentOf(p).Name }
