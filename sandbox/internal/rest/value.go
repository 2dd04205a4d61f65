package rest

import (
	"slices"
	"strconv"
)

// Value is a PHP value as json_decode and $_GET produce it, or a value to be rendered. Decoded values are nil, bool,
// int64, float64, string, List or *Object. Rendering also accepts int, []string and Raw.
//
// PHP has one array type. So a decoded JSON object with the keys 0, 1, 2, … is a List here, and so is an empty object.
// To render {} return an empty *Object.
type Value = any

// List is a PHP array with the keys 0, 1, 2, ….
type List = []Value

// Raw is JSON that is rendered already, in PHP's notation (see AppendJSON).
type Raw []byte

// Object is a PHP array with other keys: an ordered map. The zero value is empty and ready to use.
type Object struct {
	keys   []string
	values []Value
	index  map[string]int // built once the object is large enough to need it
}

// linearLimit is the size up to which looking through the keys beats a map.
const linearLimit = 12

// NewObject returns an object of alternating keys and values.
func NewObject(keysAndValues ...Value) *Object {
	o := &Object{keys: make([]string, 0, len(keysAndValues)/2), values: make([]Value, 0, len(keysAndValues)/2)}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		o.Set(keysAndValues[i].(string), keysAndValues[i+1])
	}
	return o
}

func (o *Object) find(key string) int {
	if o == nil {
		return -1
	}
	if o.index == nil { // reading changes nothing: several requests may read one object at the same time
		return slices.Index(o.keys, key)
	}
	if i, ok := o.index[key]; ok {
		return i
	}
	return -1
}

// Get returns the value of key and whether it is there at all; a value may be there and nil.
func (o *Object) Get(key string) (Value, bool) {
	if i := o.find(key); i >= 0 {
		return o.values[i], true
	}
	return nil, false
}

// Value returns the value of key, nil when it is not there.
func (o *Object) Value(key string) Value {
	v, _ := o.Get(key)
	return v
}

// Has tells whether key is there, nil or not.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

// Set replaces the value of key in its place, or appends it.
func (o *Object) Set(key string, value Value) {
	if i := o.find(key); i >= 0 {
		o.values[i] = value
		return
	}
	o.keys = append(o.keys, key)
	o.values = append(o.values, value)
	switch {
	case o.index != nil:
		o.index[key] = len(o.keys) - 1
	case len(o.keys) > linearLimit:
		o.index = make(map[string]int, len(o.keys))
		for i, k := range o.keys {
			o.index[k] = i
		}
	}
}

// Delete removes key, if it is there.
func (o *Object) Delete(key string) {
	i := o.find(key)
	if i < 0 {
		return
	}
	o.keys = slices.Delete(o.keys, i, i+1)
	o.values = slices.Delete(o.values, i, i+1)
	o.index = nil
}

// Len returns the number of keys; 0 for a nil object.
func (o *Object) Len() int {
	if o == nil {
		return 0
	}
	return len(o.keys)
}

// At returns the i-th key and its value.
func (o *Object) At(i int) (string, Value) { return o.keys[i], o.values[i] }

// All ranges over keys and values in order.
func (o *Object) All() func(yield func(string, Value) bool) {
	return func(yield func(string, Value) bool) {
		for i := 0; i < o.Len(); i++ {
			if !yield(o.keys[i], o.values[i]) {
				return
			}
		}
	}
}

// Clone returns a shallow copy.
func (o *Object) Clone() *Object {
	if o == nil {
		return &Object{}
	}
	return &Object{keys: slices.Clone(o.keys), values: slices.Clone(o.values)}
}

// IsArray tells whether v is a PHP array, list or not.
func IsArray(v Value) bool {
	switch v.(type) {
	case List, *Object, []string:
		return true
	}
	return false
}

// Elements returns the values of a PHP array of either kind, nil for anything else.
func Elements(v Value) List {
	switch v := v.(type) {
	case List:
		return v
	case *Object:
		return v.values
	case []string:
		list := make(List, len(v))
		for i, s := range v {
			list[i] = s
		}
		return list
	}
	return nil
}

// AsObject returns a PHP array of either kind as a map; a list's keys are its positions. It returns nil for anything
// else.
func AsObject(v Value) *Object {
	switch v := v.(type) {
	case *Object:
		return v
	case List:
		o := &Object{}
		for i, e := range v {
			o.keys = append(o.keys, itoa(int64(i)))
			o.values = append(o.values, e)
		}
		return o
	}
	return nil
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
