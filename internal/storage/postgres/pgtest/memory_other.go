//go:build !linux

package pgtest

// memory is a directory that lies in memory: none is known here.
func memory() string { return "" }
