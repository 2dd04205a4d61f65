package shop

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// sparse is a PHP array out of which elements were taken: the others keep
// their positions, and JSON shows an object where a list was expected.
type sparse[T any] struct {
	positions []int64
	values    []T
}

// sift keeps the values for which keep says yes, in the form it returns.
func sift[T any](list rest.List, keep func(rest.Value) (T, bool)) sparse[T] {
	var s sparse[T]
	for position, v := range list {
		if kept, ok := keep(v); ok {
			s.positions = append(s.positions, int64(position))
			s.values = append(s.values, kept)
		}
	}
	return s
}

// json is a list, or an object where elements are missing.
func (s sparse[T]) json() rest.Value {
	list := make(rest.List, len(s.values))
	object := &rest.Object{}
	gap := false
	for i, v := range s.values {
		list[i] = v
		object.Set(itoa(s.positions[i]), v)
		gap = gap || s.positions[i] != int64(i)
	}
	if gap {
		return object
	}
	return list
}
