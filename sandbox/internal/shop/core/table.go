package core

import (
	"iter"
	"slices"
)

// Table holds the records of one resource, by id and by the orders and groups that its constructor declared. Change a
// record inside [Table.Change]: its keys must not change without the table.
type Table[R Record] struct {
	byID    map[int64]R
	primary Index[R]
	keyed   map[string]*keyedIndex[R]
	grouped map[string]*grouping[R, int64]
	named   map[string]*grouping[R, string]
	Changes uint64 // counts insertions, changes and deletions
}

// keyedIndex orders the records that have a key (ok).
type keyedIndex[R Record] struct {
	Index[R]
	key func(R) (key int64, ok bool)
}

// grouping finds the records that share a key, ascending by id.
type grouping[R Record, K comparable] struct {
	members map[K][]R
	key     func(R) (key K, ok bool)
}

// NewTable returns an empty table without further orders.
func NewTable[R Record]() *Table[R] {
	return &Table[R]{
		byID:    map[int64]R{},
		keyed:   map[string]*keyedIndex[R]{},
		grouped: map[string]*grouping[R, int64]{},
		named:   map[string]*grouping[R, string]{},
	}
}

// OrderedBy declares a further order. Records for which key returns false are left out.
func (t *Table[R]) OrderedBy(name string, key func(R) (int64, bool)) *Table[R] {
	t.keyed[name] = &keyedIndex[R]{key: key}
	return t
}

// GroupedBy declares a number that records share, such as their parent's id.
func (t *Table[R]) GroupedBy(name string, key func(R) (int64, bool)) *Table[R] {
	t.grouped[name] = &grouping[R, int64]{members: map[int64][]R{}, key: key}
	return t
}

// NamedBy declares a text by which records are found, such as a SKU.
func (t *Table[R]) NamedBy(name string, key func(R) (string, bool)) *Table[R] {
	t.named[name] = &grouping[R, string]{members: map[string][]R{}, key: key}
	return t
}

// Get returns the record with that id.
func (t *Table[R]) Get(id int64) (R, bool) {
	r, ok := t.byID[id]
	return r, ok
}

// Len is the number of records.
func (t *Table[R]) Len() int { return len(t.byID) }

// Group returns the records whose GroupedBy key is value, by ascending id. The slice is the table's own: do not change
// it, nor keep it across changes of the table.
func (t *Table[R]) Group(name string, value int64) []R { return t.grouped[name].members[value] }

// Named returns the records whose NamedBy key is value. What Group says of its slice is true here too.
func (t *Table[R]) Named(name, value string) []R { return t.named[name].members[value] }

// Insert adds a record.
func (t *Table[R]) Insert(r R) {
	t.byID[r.RecordID()] = r
	t.primary.insert(0, r)
	t.enter(r)
}

// Change calls f and keeps the indexes right. f may change every field of r but its id.
func (t *Table[R]) Change(r R, f func(R)) {
	t.leave(r)
	f(r)
	t.enter(r)
}

// Delete removes a record.
func (t *Table[R]) Delete(r R) {
	t.leave(r)
	t.primary.remove(0, r.RecordID())
	delete(t.byID, r.RecordID())
}

func (t *Table[R]) enter(r R) {
	t.Changes++
	for _, x := range t.keyed {
		if key, ok := x.key(r); ok {
			x.insert(key, r)
		}
	}
	for _, g := range t.grouped {
		g.enter(r)
	}
	for _, g := range t.named {
		g.enter(r)
	}
}

func (t *Table[R]) leave(r R) {
	t.Changes++
	for _, x := range t.keyed {
		if key, ok := x.key(r); ok {
			x.remove(key, r.RecordID())
		}
	}
	for _, g := range t.grouped {
		g.leave(r)
	}
	for _, g := range t.named {
		g.leave(r)
	}
}

func (g *grouping[R, K]) enter(r R) {
	key, ok := g.key(r)
	if !ok {
		return
	}
	members := g.members[key]
	at, _ := slices.BinarySearchFunc(members, r.RecordID(), compareID[R])
	g.members[key] = slices.Insert(members, at, r)
}

func (g *grouping[R, K]) leave(r R) {
	key, ok := g.key(r)
	if !ok {
		return
	}
	members := g.members[key]
	at, found := slices.BinarySearchFunc(members, r.RecordID(), compareID[R])
	if !found {
		return
	}
	if len(members) == 1 {
		delete(g.members, key)
		return
	}
	g.members[key] = slices.Delete(members, at, at+1)
}

func compareID[R Record](r R, id int64) int {
	switch {
	case r.RecordID() < id:
		return -1
	case r.RecordID() > id:
		return 1
	}
	return 0
}

// Ordered is the order declared by OrderedBy.
func (t *Table[R]) Ordered(name string) *Index[R] { return &t.keyed[name].Index }

// All yields the records by ascending id. The table must not change meanwhile.
func (t *Table[R]) All() iter.Seq[R] {
	return func(yield func(R) bool) {
		t.primary.Slice(0, t.primary.Length, false, yield)
	}
}
