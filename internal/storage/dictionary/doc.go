// Package dictionary is what can be asked of the mirror with SQL: its tables and views with their columns, and a line
// on each, as docs/schema.md tells them at length. It is data generated from the migrations (go generate
// ./internal/storage/sqlite), the same for every database.
package dictionary
