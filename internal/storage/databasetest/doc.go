// Package databasetest gives tests of the rooms above a database without saying which: what holds on one must hold on
// every other. The suite of the seam itself is package storagetest.
//
// Tests run on SQLite. A package that calls [AgainOnPostgres] in one test runs all of them on PostgreSQL as well.
// WAYBILL_TEST_DATABASE chooses one database for a run by hand: sqlite or postgres.
//
// It is for tests only, and must not know what is kept in a database.
//
//	db := databasetest.Open(t)
package databasetest
