package shop

import (
	"iter"
	"maps"
	"slices"
)

// A record knows its number.
type record interface {
	comparable
	RecordID() int64
}

// Table holds the records of one resource: by id, and by as many ordered keys
// as its constructor declared. A record's keys must not change behind the
// table's back: change it inside [Table.Change].
type Table[R record] struct {
	byID    map[int64]R
	primary index[R]
	keyed   map[string]*keyedIndex[R]
	// generation counts changes, so that results derived from the whole table
	// can be kept until the next one.
	generation uint64
}

// keyedIndex orders the records for which key says ok.
type keyedIndex[R record] struct {
	index[R]
	key func(R) (key int64, ok bool)
}

func newTable[R record]() *Table[R] {
	return &Table[R]{byID: map[int64]R{}, keyed: map[string]*keyedIndex[R]{}}
}

// orderedBy declares a further order; key leaves a record out by saying false.
func (t *Table[R]) orderedBy(name string, key func(R) (int64, bool)) *Table[R] {
	t.keyed[name] = &keyedIndex[R]{key: key}
	return t
}

// Get returns the record with that id.
func (t *Table[R]) Get(id int64) (R, bool) {
	r, ok := t.byID[id]
	return r, ok
}

// Len is the number of records.
func (t *Table[R]) Len() int { return len(t.byID) }

// Insert adds a record.
func (t *Table[R]) Insert(r R) {
	t.byID[r.RecordID()] = r
	t.primary.insert(0, r)
	t.enter(r)
}

// Change runs f, which may change every field of r but its id, and keeps the
// indexes right.
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
	t.generation++
	for _, x := range t.keyed {
		if key, ok := x.key(r); ok {
			x.insert(key, r)
		}
	}
}

func (t *Table[R]) leave(r R) {
	t.generation++
	for _, x := range t.keyed {
		if key, ok := x.key(r); ok {
			x.remove(key, r.RecordID())
		}
	}
}

// All yields the records by ascending id. The table must not change meanwhile.
func (t *Table[R]) All() iter.Seq[R] {
	return func(yield func(R) bool) {
		t.primary.slice(0, t.primary.length, false, yield)
	}
}

// IDs are the ids of all records, ascending.
func (t *Table[R]) IDs() []int64 { return slices.Sorted(maps.Keys(t.byID)) }
