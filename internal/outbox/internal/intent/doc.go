// Package intent defines a write: its record and fields, its state, the reason for the state, and the marker by which
// its record is recognised. It also decides which writes are the same, and which one replaces another. The package
// sends no requests and keeps nothing.
package intent
