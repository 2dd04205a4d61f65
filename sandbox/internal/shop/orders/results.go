package orders

import "sync"

// results keeps the lists found last, for requests of further pages.
type results struct {
	mu      sync.Mutex
	changes uint64 // the table's count of changes when the lists were found
	lists   map[string][]*Order
}

func (r *results) get(key string, changes uint64, find func() []*Order) []*Order {
	r.mu.Lock()
	if r.lists == nil || r.changes != changes || len(r.lists) >= resultLimit {
		r.lists, r.changes = map[string][]*Order{}, changes
	}
	list, ok := r.lists[key]
	r.mu.Unlock()
	if ok {
		return list
	}
	list = find()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changes == changes {
		r.lists[key] = list
	}
	return list
}

// resultLimit is how many lists are kept.
const resultLimit = 8
