package catalogue

import "slices"

// termCount is WordPress's count of a term.
func (s *Store) termCount(t *Term) int64 {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	if s.counts.own == nil || s.counts.generation != s.catalogueGeneration {
		s.counts.own = map[int64]int64{}
		s.counts.generation = s.catalogueGeneration
		for p := range s.Products.All() {
			if p.Status == "publish" {
				for _, id := range s.termsOf(p) {
					s.counts.own[id]++
				}
			}
		}
	}
	return s.counts.own[t.ID]
}

// listedCount is the count that lists of terms show.
func (s *Store) listedCount(t *Term) int64 {
	if !showsOwnCount(t.Taxonomy) {
		return s.termCount(t)
	}
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	s.countStale()
	return s.counts.shown[t.ID]
}

// showsOwnCount tells whether lists of a taxonomy show WooCommerce's count.
func showsOwnCount(taxonomy string) bool {
	return taxonomy == productCategories || taxonomy == productTags || taxonomy == productBrands
}

// termsOf are the ids of all terms a product has.
func (s *Store) termsOf(p *Product) []int64 {
	ids := slices.Concat(p.CategoryIDs, p.TagIDs, p.BrandIDs)
	if p.ShippingClass != 0 {
		ids = append(ids, p.ShippingClass)
	}
	for _, a := range p.Attributes {
		ids = append(ids, a.Terms...)
	}
	return ids
}

// recount marks the given terms and those above them: WooCommerce counts them now.
func (s *Store) recount(ids ...int64) {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	for _, id := range ids {
		for id != 0 && !s.counts.stale[id] {
			t, ok := s.Terms.Get(id)
			if !ok || !showsOwnCount(t.Taxonomy) {
				break
			}
			s.counts.stale[id] = true
			id = t.Parent
		}
	}
}

// settleCounts counts the terms that are marked.
func (s *Store) settleCounts() {
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	s.countStale()
}

// countStale counts the marked terms. The caller holds the lock of the counts.
func (s *Store) countStale() {
	stale := s.counts.stale
	if len(stale) == 0 {
		return
	}
	s.counts.stale = map[int64]bool{}
	for id := range stale {
		s.counts.shown[id] = 0
	}
	for p := range s.Products.All() {
		if p.Status != "publish" || p.IsVariation() || s.hiddenFromCatalogue(p) {
			continue
		}
		counted := map[int64]bool{}
		for _, id := range slices.Concat(p.CategoryIDs, p.TagIDs, p.BrandIDs) {
			for id != 0 && !counted[id] {
				counted[id] = true
				if stale[id] {
					s.counts.shown[id]++
				}
				t, ok := s.Terms.Get(id)
				if !ok {
					break
				}
				id = t.Parent
			}
		}
	}
}

// hiddenFromCatalogue tells whether the shop's pages leave a product out.
func (s *Store) hiddenFromCatalogue(p *Product) bool {
	return p.Visibility == "hidden" || p.Visibility == "search" ||
		p.StockStatus == "outofstock" && s.Options.Yes("woocommerce_hide_out_of_stock_items")
}
