//go:build !linux

package pgtest

// memory is a directory in memory. On this system none is known.
func memory() string { return "" }
