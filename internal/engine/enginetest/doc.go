// Package enginetest states the guarantees of an engine as tests that run on every database. It knows databases only
// through package storage. The tests of package engine run the suite on each database.
package enginetest
