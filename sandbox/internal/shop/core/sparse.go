package core

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// Sparse is a PHP array from which elements were taken. The others keep their positions, so JSON shows an object in
// place of a list.
type Sparse[T any] struct {
	positions []int64
	Values    []T
}

// Sift keeps the values for which keep returns true, in the form that keep returns.
func Sift[T any](list rest.List, keep func(rest.Value) (T, bool)) Sparse[T] {
	var s Sparse[T]
	for position, v := range list {
		if kept, ok := keep(v); ok {
			s.positions = append(s.positions, int64(position))
			s.Values = append(s.Values, kept)
		}
	}
	return s
}

// JSON is a list, or an object where positions are missing.
func (s Sparse[T]) JSON() rest.Value {
	list := make(rest.List, len(s.Values))
	object := &rest.Object{}
	gap := false
	for i, v := range s.Values {
		list[i] = v
		object.Set(Itoa(s.positions[i]), v)
		gap = gap || s.positions[i] != int64(i)
	}
	if gap {
		return object
	}
	return list
}
