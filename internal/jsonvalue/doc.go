// Package jsonvalue looks into JSON text without turning it into Go values: it splits a page into its records, picks
// single members out of a record, and tells whether two texts stand for the same JSON value and where they differ.
// Client, mirror and outbox walk the answers of stores with it.
//
// The package never rewrites the bytes of a value: every value it returns is a part of its input. Two texts are equal
// when they parse to the same value: the order of an object's members and the way a string is escaped do not matter,
// while 10 and 10.0 are different, because a store that changes one into the other has changed its answer.
//
// A walk ([Elements], [Members], [Walk]) expects text that is valid JSON ([Valid]); on other text it stops with an
// error and never reads beyond it. It knows nothing of stores.
//
//	for record, err := range jsonvalue.Elements(page) { … }
//	same := jsonvalue.Equal(old, new, "related_ids")
package jsonvalue
