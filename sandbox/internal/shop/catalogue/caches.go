package catalogue

import (
	"sync"
	"time"
)

// productLists keeps the lists that were found last, so that reading a whole catalogue page by page does not sort it
// once per page.
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

// relatedCache remembers which products are related to which. WooCommerce looks them up once a day, so an answer may
// name products that have changed since, and shows five of them, in an order made up anew each time; here it is the
// lowest five by id.
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

// termCounts are the two counts of products a term has.
//
// WordPress's own is the number of published products with the term; answers about one term show it. For categories,
// tags and brands WooCommerce keeps a second one, which leaves out hidden products and adds up categories; lists show
// that. WooCommerce counts when the terms or the status of a product change and when it is saved, but before it notes
// that the product is hidden: a product created hidden counts until the next time (measured on 10.0.2).
//
// Counting goes through all products, so it is put off until somebody looks, or until a product is about to become
// hidden or visible.
type termCounts struct {
	mu         sync.Mutex
	generation uint64
	own        map[int64]int64 // nil: not counted in this generation
	shown      map[int64]int64
	stale      map[int64]bool // terms whose shown count is to be made again
}

func newTermCounts() *termCounts {
	return &termCounts{shown: map[int64]int64{}, stale: map[int64]bool{}}
}
