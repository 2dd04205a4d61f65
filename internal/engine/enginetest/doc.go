// Package enginetest is what an engine guarantees on every database, stated once as tests. It knows the databases by
// package storage only; the tests of engine run it on each.
package enginetest
