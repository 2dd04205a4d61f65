package deepcopy

import (
	"reflect"
	"time"
	"unsafe"
)

// Of returns a deep copy of v.
func Of[T any](v T) T {
	c := copier{seen: map[reference]reflect.Value{}}
	original := reflect.ValueOf(&v).Elem()
	result := reflect.New(original.Type()).Elem()
	c.copy(result, original)
	return result.Interface().(T)
}

// reference identifies something that can be referred to more than once.
type reference struct {
	address unsafe.Pointer
	length  int
	kind    reflect.Type
}

type copier struct {
	seen map[reference]reflect.Value
}

// shared are types whose values are the same thing in the copy.
var shared = map[reflect.Type]bool{
	reflect.TypeFor[*time.Location](): true,
	reflect.TypeFor[reflect.Type]():   true,
}

// copy fills to with a copy of from. Both are addressable; unexported fields were made accessible by the caller.
func (c *copier) copy(to, from reflect.Value) {
	if shared[from.Type()] || plain(from.Type()) {
		to.Set(from)
		return
	}
	switch from.Kind() {
	case reflect.Pointer:
		c.pointer(to, from)
	case reflect.Interface:
		if from.IsNil() {
			return
		}
		inner := reflect.New(from.Elem().Type()).Elem()
		inner.Set(from.Elem())
		copied := reflect.New(inner.Type()).Elem()
		c.copy(copied, inner)
		to.Set(copied)
	case reflect.Struct:
		for i := range from.NumField() {
			c.copy(accessible(to.Field(i)), accessible(from.Field(i)))
		}
	case reflect.Array:
		for i := range from.Len() {
			c.copy(to.Index(i), from.Index(i))
		}
	case reflect.Slice:
		c.slice(to, from)
	case reflect.Map:
		c.mapping(to, from)
	default: // functions, channels, raw addresses (caches of immutable bytes)
		to.Set(from)
	}
}

// again sets what was copied before to its copy, and tells whether it was.
func (c *copier) again(to reflect.Value, key reference) bool {
	known, ok := c.seen[key]
	if ok {
		to.Set(known)
	}
	return ok
}

func (c *copier) pointer(to, from reflect.Value) {
	key := reference{from.UnsafePointer(), 0, from.Type()}
	if from.IsNil() || c.again(to, key) {
		return
	}
	copied := reflect.New(from.Type().Elem())
	if copied.Type() != from.Type() {
		copied = copied.Convert(from.Type())
	}
	c.seen[key] = copied
	to.Set(copied)
	c.copy(copied.Elem(), from.Elem())
}

func (c *copier) slice(to, from reflect.Value) {
	key := reference{from.UnsafePointer(), from.Len(), from.Type()}
	if from.IsNil() || from.Len() > 0 && c.again(to, key) {
		return
	}
	copied := reflect.MakeSlice(from.Type(), from.Len(), from.Len())
	c.seen[key] = copied
	to.Set(copied)
	if plain(from.Type().Elem()) {
		reflect.Copy(copied, from)
		return
	}
	for i := range from.Len() {
		c.copy(copied.Index(i), from.Index(i))
	}
}

func (c *copier) mapping(to, from reflect.Value) {
	key := reference{from.UnsafePointer(), 0, from.Type()}
	if from.IsNil() || c.again(to, key) {
		return
	}
	copied := reflect.MakeMapWithSize(from.Type(), from.Len())
	c.seen[key] = copied
	to.Set(copied)
	element := func(v reflect.Value) reflect.Value {
		original := reflect.New(v.Type()).Elem()
		original.Set(v)
		result := reflect.New(v.Type()).Elem()
		c.copy(result, original)
		return result
	}
	for entries := from.MapRange(); entries.Next(); {
		copied.SetMapIndex(element(entries.Key()), element(entries.Value()))
	}
}

// plain tells whether values of a type refer to nothing else.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return true
	}
	return false
}

// accessible lifts the ban on reading and setting an unexported field: the copy is made by the package that owns the
// state, on its behalf.
func accessible(field reflect.Value) reflect.Value {
	return reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem()
}
