package catalogue

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

const (
	relatedFound = 25 // how many candidates WooCommerce takes from the database
	relatedShown = 5
)

// relatedIDs are published products that share a category or tag with p.
func (s *Store) relatedIDs(p *Product) []int64 {
	s.related.mu.Lock()
	defer s.related.mu.Unlock()
	now := s.Now()
	known, ok := s.related.entries[p.ID]
	if !ok || now.After(known.until) || len(known.ids) < relatedShown && s.Has(core.RelatedAgain) {
		known = relatedProducts{s.findRelated(p), now.Add(24 * time.Hour)}
		s.related.entries[p.ID] = known
	}
	return known.ids[:min(len(known.ids), relatedShown)]
}

func (s *Store) findRelated(p *Product) []int64 {
	if p.IsVariation() || len(p.CategoryIDs)+len(p.TagIDs) == 0 {
		return nil
	}
	return s.relatedTo(p.CategoryIDs, p.TagIDs, []int64{p.ID}, relatedFound)
}

// relatedTo are published products with one of the terms. Without terms every published product matches.
func (s *Store) relatedTo(categories, tags, exclude []int64, limit int) []int64 {
	var ids []int64
	for p := range s.Products.All() {
		if len(ids) == limit {
			break
		}
		if p.IsVariation() || p.Status != "publish" || s.hiddenFromCatalogue(p) || slices.Contains(exclude, p.ID) {
			continue
		}
		if len(categories)+len(tags) == 0 || sharesAny(categories, p.CategoryIDs) || sharesAny(tags, p.TagIDs) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func sharesAny(a, b []int64) bool {
	return slices.ContainsFunc(a, func(id int64) bool { return slices.Contains(b, id) })
}
