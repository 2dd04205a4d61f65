// Package state is what a step leaves to the next one, as it is kept in the database: where the work on each collection
// stands, what the store told of itself, what was learned of it.
//
// It guarantees that an update finds what the version before it left: names and meanings of members stay, a new member
// is empty in what was kept before (state_test.go).
//
// It is data. What follows from it is decided where the work is done.
//
//	var about state.About
//	err := state.Load(ctx, db, storeID, state.AboutName, &about)
package state
