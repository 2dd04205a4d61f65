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

// TaxClassOf resolves "parent", which variations say to inherit.
func (s *Store) TaxClassOf(p *Product) string {
	if p.IsVariation() && p.TaxClass == "parent" {
		return s.ParentOf(p).TaxClass
	}
	return p.TaxClass
}

// TaxStatusOf is a variation's parent's, and any other product's own.
func (s *Store) TaxStatusOf(p *Product) string { return s.ParentOf(p).TaxStatus }

// TitleOf is the name without the options of a variation.
func (s *Store) TitleOf(p *Product) string { return s.ParentOf(p).Name }
