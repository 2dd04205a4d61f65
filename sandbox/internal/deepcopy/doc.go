// Package deepcopy copies a value together with everything it refers to, so that a store can be set aside and brought
// back.
//
// It guarantees that the copy shares nothing that could be changed with the original, unexported fields included, and
// that what was one thing in the original (two references to one record, a cycle) is one thing in the copy. Functions,
// channels and time zones are shared; they hold no state of a store. It knows nothing of stores.
//
//	kept := deepcopy.Of(state)
package deepcopy
