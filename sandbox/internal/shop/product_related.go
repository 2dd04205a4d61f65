package shop

import (
	"slices"
	"sync"
	"time"
)

// relatedCache remembers which products are related to which. WooCommerce
// looks them up once a day, so an answer may name products that have changed
// since, and shows five of them, in an order made up anew each time; here it
// is the lowest five by id.
//
// Answers to reads fill it, hence the lock.
type relatedCache struct {
	mu      sync.Mutex
	entries map[int64]relatedProducts
}

type relatedProducts struct {
	ids   []int64
	until time.Time
}

func newRelatedCache() *relatedCache { return &relatedCache{entries: map[int64]relatedProducts{}} }

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
	if !ok || now.After(known.until) {
		known = relatedProducts{s.findRelated(p), now.Add(24 * time.Hour)}
		s.related.entries[p.ID] = known
	}
	return known.ids[:min(len(known.ids), relatedShown)]
}

func (s *Store) findRelated(p *Product) []int64 {
	if p.IsVariation() || len(p.CategoryIDs)+len(p.TagIDs) == 0 {
		return nil
	}
	var ids []int64
	for other := range s.Products.All() {
		if len(ids) == relatedFound {
			break
		}
		if other.ID == p.ID || other.IsVariation() || other.Status != "publish" || s.hiddenFromCatalogue(other) {
			continue
		}
		if sharesAny(p.CategoryIDs, other.CategoryIDs) || sharesAny(p.TagIDs, other.TagIDs) {
			ids = append(ids, other.ID)
		}
	}
	return ids
}

func sharesAny(a, b []int64) bool {
	return slices.ContainsFunc(a, func(id int64) bool { return slices.Contains(b, id) })
}
