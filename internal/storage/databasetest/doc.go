// Package databasetest gives tests of the rooms above a database without saying which: what holds on one must hold on
// every other. The suite of the seam itself is package storagetest.
//
// WAYBILL_TEST_DATABASE chooses it for a run of tests: sqlite, which is what runs without it, or postgres.
//
// It is for tests only, and must not know what is kept in a database.
//
//	db := databasetest.Open(t)
package databasetest
