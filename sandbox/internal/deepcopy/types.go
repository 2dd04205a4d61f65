package deepcopy

import (
	"reflect"
	"sync"
	"time"
)

// flatTypes remembers the answers of [flat], and deepOnes those of [deepFields]: a store is copied thousands of times.
var flatTypes, deepOnes sync.Map

// flat tells whether values of a type refer to nothing that could be changed. Setting such a value copies it.
func flat(t reflect.Type) bool {
	if known, ok := flatTypes.Load(t); ok {
		return known.(bool)
	}
	answer := isFlat(t)
	flatTypes.Store(t, answer)
	return answer
}

func isFlat(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[*time.Location](), reflect.TypeFor[reflect.Type]():
		return true // the copy shares these
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return true
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return true // they hold no state of a store (a raw address is a cache of bytes that never change)
	case reflect.Array:
		return flat(t.Elem())
	case reflect.Struct:
		return len(deepFields(t)) == 0
	}
	return false
}

// deepFields are the numbers of a struct's fields whose values refer to something that can be changed.
func deepFields(t reflect.Type) []int {
	if known, ok := deepOnes.Load(t); ok {
		return known.([]int)
	}
	var deep []int
	for i := range t.NumField() {
		if !flat(t.Field(i).Type) {
			deep = append(deep, i)
		}
	}
	deepOnes.Store(t, deep)
	return deep
}
