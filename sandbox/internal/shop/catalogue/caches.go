package catalogue

import (
	"sync"
	"time"
)

// productLists keeps the lists that were found last. So reading a whole catalogue page by page does not sort it once
// per page.
type productLists struct {
	mu         sync.Mutex
	generation uint64
	lists      map[string][]*Product
}

const listsKept = 16

func (l *productLists) get(key string, generation uint64, find func() []*Product) []*Product {
	l.mu.Lock()
	if l.lists == nil || l.generation != generation || len(l.lists) >= listsKept {
		l.lists, l.generation = map[string][]*Product{}, generation
	}
	list, ok := l.lists[key]
	l.mu.Unlock()
	if ok {
		return list
	}
	list = find()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.generation == generation {
		l.lists[key] = list
	}
	return list
}

// relatedCache remembers which products are related to which. WooCommerce looks related products up once a day, so an
// answer may name products that have changed since. Real stores show five of them in a random order; here it is the
// five with the lowest ids.
//
// Answers to reads fill the cache, hence the lock.
type relatedCache struct {
	mu      sync.Mutex
	entries map[int64]relatedProducts
}

type relatedProducts struct {
	ids   []int64
	until time.Time
}

func newRelatedCache() *relatedCache { return &relatedCache{entries: map[int64]relatedProducts{}} }

// termCounts are the two counts of products that a term has.
//
// The first is WordPress's number of published products with the term; answers about one term show it. The second is
// WooCommerce's own, for categories, tags and brands; lists show it. It leaves out hidden products and adds the
// categories below. WooCommerce counts when the terms or the status of a product change and when the product is saved,
// but before it notes that the product is hidden. So a product that is created hidden counts until the next time
// (measured on 10.0.2).
//
// Counting goes through all products. So it waits until somebody reads a count, or a product is about to become hidden
// or visible.
type termCounts struct {
	mu         sync.Mutex
	generation uint64
	own        map[int64]int64 // nil when not counted in this generation
	shown      map[int64]int64
	stale      map[int64]bool // terms whose shown count is out of date
}

func newTermCounts() *termCounts {
	return &termCounts{shown: map[int64]int64{}, stale: map[int64]bool{}}
}
