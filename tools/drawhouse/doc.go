// Command drawhouse draws the house from the packages and their imports: docs/images/house.svg and the table of rooms
// in docs/ARCHITECTURE.md.
//
// It runs with `go generate ./docs`. A test in docs fails when what is drawn is no longer what is built.
package main
