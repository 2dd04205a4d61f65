package core

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Meta is one entry of meta_data. While a record is being changed, ID 0 marks an entry that is not stored yet, and a
// nil Value marks one that is to be deleted.
type Meta struct {
	ID    int64
	Key   string
	Value rest.Value // string, rest.List or *rest.Object when stored
	// Keyless: the key is NULL. Answers show it as null (docs/woocommerce/orders.md#keyless-meta).
	Keyless bool
}

// MetaList is the meta data of a record in the order it was read or added.
type MetaList []Meta

// Get returns the value of the first entry with that key.
func (l MetaList) Get(key string) (rest.Value, bool) {
	for _, m := range l {
		if m.Key == key && m.Value != nil {
			return m.Value, true
		}
	}
	return nil, false
}

// Text is the value of the first entry with that key as a string, "" without one.
func (l MetaList) Text(key string) string {
	v, _ := l.Get(key)
	return rest.Text(v)
}

// Update is WC_Data's update_meta_data. With an id it changes that entry, key included. Without an id it changes the
// first entry with the key and deletes the others. Where nothing fits, it adds an entry in place of all with the key. A
// nil value deletes (recordings: order-meta-by-key … order-meta-unknown-id).
func (l *MetaList) Update(key string, value rest.Value, id rest.Value) {
	if rest.Truthy(id) {
		// The comparison is strict: an id given as text finds nothing.
		if number, ok := id.(int64); ok {
			for i := range *l {
				if (*l)[i].ID == number {
					// WooCommerce refuses to save an entry without a key, so the stored one stays
					// (order-meta-by-id-no-key).
					if key != "" {
						(*l)[i].Key, (*l)[i].Value = key, value
					}
					return
				}
			}
		}
		l.AddUnique(key, value)
		return
	}
	found := false
	for i := range *l {
		if (*l)[i].Key != key || (*l)[i].Keyless {
			continue
		}
		if found {
			(*l)[i].Value = nil
			continue
		}
		(*l)[i].Value = value
		found = true
	}
	if !found {
		l.AddUnique(key, value)
	}
}

// UpdateKeyless changes the entry whose key is NULL, or adds one.
func (l *MetaList) UpdateKeyless(value rest.Value) {
	for i := range *l {
		if (*l)[i].Keyless {
			(*l)[i].Value = value
			return
		}
	}
	*l = append(*l, Meta{Value: value, Keyless: true})
}

// AddUnique adds an entry and marks all others with its key as deleted.
func (l *MetaList) AddUnique(key string, value rest.Value) {
	l.Delete(key)
	*l = append(*l, Meta{Key: key, Value: value})
}

// Delete marks the entries with that key as deleted.
func (l *MetaList) Delete(key string) {
	for i := range *l {
		if (*l)[i].Key == key && !(*l)[i].Keyless {
			(*l)[i].Value = nil
		}
	}
}

// Save gives new entries their ids, drops deleted ones, and turns values into what the database returns.
func (l *MetaList) Save(next *Counter) {
	l.Number(next)
	for i, m := range *l {
		(*l)[i].Value = storedMeta(m.Value)
	}
}

// Number gives new entries their ids and drops deleted ones.
func (l *MetaList) Number(next *Counter) {
	kept := (*l)[:0]
	for _, m := range *l {
		if m.Value == nil {
			continue
		}
		if m.ID == 0 {
			m.ID = next.Next()
		}
		kept = append(kept, m)
	}
	clear((*l)[len(kept):])
	*l = kept
}

// storedMeta is a meta value as the database returns it. Arrays are serialized whole; everything else becomes text
// (order-meta-create).
func storedMeta(v rest.Value) rest.Value {
	if rest.IsArray(v) {
		return v
	}
	return rest.Text(v)
}

// ByKey returns the entries as the order tables return them: by the index on key and value (order-meta-get).
func (l MetaList) ByKey() MetaList {
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, func(a, b Meta) int {
		return cmp.Or(
			CompareCollated(Prefix(a.Key, 100), Prefix(b.Key, 100)),
			CompareCollated(Prefix(rest.Text(a.Value), 82), Prefix(rest.Text(b.Value), 82)),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return sorted
}

// HiddenMeta says whether a key belongs to WooCommerce's own properties of a kind of record. Such a key never shows in
// meta data.
func HiddenMeta(internal map[string]bool, key string) bool {
	return internal[key] || len(key) >= 3 && strings.EqualFold(key[:3], "wp_")
}

// MetaJSON is meta data in answers of orders, refunds, coupons and products.
func MetaJSON(l MetaList) rest.List {
	list := make(rest.List, len(l))
	for i, m := range l {
		list[i] = rest.NewObject("id", m.ID, "key", m.Key, "value", m.Value)
	}
	return list
}
