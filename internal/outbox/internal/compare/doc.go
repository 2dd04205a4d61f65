// Package compare compares a write with a record of the store: whether the write made the record, whether the record is
// whole, whether it has the values that were sent, who else changed it, and whose doing a difference is. The package
// decides from records that the caller fetched, and sends no requests.
//
// Failure policy: without certainty a record counts as possible, and nothing is sent again as long as a record is
// possible.
package compare
