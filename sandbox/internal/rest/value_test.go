package rest

import (
	"fmt"
	"reflect"
	"testing"
)

// Routes are read by several requests at once.
func TestReadingAnObjectChangesNothingInIt(t *testing.T) {
	t.Parallel()
	o := &Object{}
	for i := range 2 * linearLimit {
		o.Set(fmt.Sprint(i), i)
	}
	shorter := o.Clone()
	shorter.Delete("3")
	for name, read := range map[string]*Object{"made": o, "copied": o.Clone(), "shortened": shorter} {
		before := *read
		if read.Value("20") != 20 || read.Has("none") {
			t.Errorf("%s: %v, %v", name, read.Value("20"), read.Has("none"))
		}
		if !reflect.DeepEqual(before, *read) {
			t.Errorf("%s: reading has changed the object", name)
		}
	}
}
