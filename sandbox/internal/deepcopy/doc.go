// Package deepcopy copies a value together with everything it refers to, so that a store can be set aside and brought
// back.
//
// It guarantees that the copy shares nothing that could be changed with the original, unexported fields included, and
// that one record with two references to it, or a cycle, is the same in the copy. Functions, channels and time zones
// are shared, because they hold no state of a store. It knows nothing of stores.
//
//	kept := deepcopy.Of(state)
package deepcopy
