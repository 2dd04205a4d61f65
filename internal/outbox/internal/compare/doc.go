// Package compare holds a write against a record of the store: whether the record is the one that the write made,
// whether it is whole, whether it has the values that were sent, who else changed it, and whose doing a difference is.
// All of it is decided from what was fetched; nothing here asks or sends.
//
// Failure policy: what cannot be told for certain is said to be possible, and nothing is sent again as long as a record
// is possible.
package compare
