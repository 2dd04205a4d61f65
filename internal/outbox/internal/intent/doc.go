// Package intent says what a write is: the record and the fields it is about, its state, the reason for that state, the
// marker by which its record is known again, which writes are the same, and which one replaces another. It asks no
// store and keeps nothing.
package intent
