// Command drawhouse draws the house: the table of rooms in docs/ARCHITECTURE.md, from the packages and their imports.
//
// It runs with `go generate ./docs`. A test in docs fails when what is drawn is no longer what is built.
package main
