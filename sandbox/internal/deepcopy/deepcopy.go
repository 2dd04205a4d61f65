package deepcopy

import (
	"reflect"
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

// copy fills to with a copy of from. Both must be addressable, and unexported fields made accessible by the caller.
func (c *copier) copy(to, from reflect.Value) {
	if flat(from.Type()) {
		to.Set(from)
		return
	}
	switch from.Kind() {
	case reflect.Pointer:
		c.pointer(to, from)
	case reflect.Interface:
		if from.IsNil() || flat(from.Elem().Type()) {
			to.Set(from)
			return
		}
		inner := reflect.New(from.Elem().Type()).Elem()
		inner.Set(from.Elem())
		copied := reflect.New(inner.Type()).Elem()
		c.copy(copied, inner)
		to.Set(copied)
	case reflect.Struct:
		to.Set(from)
		for _, i := range deepFields(from.Type()) {
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
	}
}

// again sets to to the copy of what was copied before, and tells whether there was one.
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
	if flat(from.Type().Elem()) {
		reflect.Copy(copied, from)
		return
	}
	for i := range from.Len() {
		c.copy(copied.Index(i), from.Index(i))
	}
}

func (c *copier) mapping(to, from reflect.Value) {
	known := reference{from.UnsafePointer(), 0, from.Type()}
	if from.IsNil() || c.again(to, known) {
		return
	}
	copied := reflect.MakeMapWithSize(from.Type(), from.Len())
	c.seen[known] = copied
	to.Set(copied)
	key, value := newElement(from.Type().Key()), newElement(from.Type().Elem())
	for entries := from.MapRange(); entries.Next(); {
		copied.SetMapIndex(key.copied(c, entries.Key()), value.copied(c, entries.Value()))
	}
}

// element holds a key or a value while one map is copied. A map keeps what is set in it by value, so one element serves
// all entries.
type element struct {
	flat             bool
	original, result reflect.Value
}

func newElement(t reflect.Type) element {
	if flat(t) {
		return element{flat: true}
	}
	return element{original: reflect.New(t).Elem(), result: reflect.New(t).Elem()}
}

func (e *element) copied(c *copier, v reflect.Value) reflect.Value {
	if e.flat {
		return v
	}
	e.original.Set(v)
	e.result.SetZero()
	c.copy(e.result, e.original)
	return e.result
}

// accessible lifts the ban on reading and setting an unexported field. It serves the package that owns the state, which
// asked for the copy.
func accessible(field reflect.Value) reflect.Value {
	return reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem()
}
