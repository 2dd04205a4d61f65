package core

import (
	"bytes"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// DataLines yields the lines of an embedded table of JSON objects.
func DataLines(table []byte) func(yield func(*rest.Object) bool) {
	return func(yield func(*rest.Object) bool) {
		for line := range bytes.Lines(table) {
			v, err := rest.DecodeJSON(line)
			if err != nil {
				panic("shop: an embedded table is no JSON: " + err.Error()) // part of the binary, and tested
			}
			if !yield(v.(*rest.Object)) {
				return
			}
		}
	}
}
