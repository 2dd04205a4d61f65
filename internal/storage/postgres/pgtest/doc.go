// Package pgtest gives tests a PostgreSQL of their own: one server for each test binary, started when a test first asks
// for it, and one database for each test, copied from a template that has the schema already.
//
// The server listens on a socket in a temporary directory and on no network port, keeps nothing safe from a power cut,
// and runs as a user without rights where the tests run as root. It ends, and its directory goes, when the test binary
// ends in whatever way: a small shell waits for the end of a pipe that only the binary holds open.
//
// Where PostgreSQL is not installed a test is skipped with a word, and fails when WAYBILL_TEST_ALL is set. The package
// is imported by tests only, and knows no other room than the adapter it prepares databases for.
//
//	db := pgtest.Open(t)
package pgtest
