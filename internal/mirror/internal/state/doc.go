// Package state is what a step saves in the database for the next step: how far the work on each collection is, what
// the store told about itself, and what was learned about the store.
//
// A newer version of this program can read what an older one saved: names and meanings of members stay, and a new
// member is empty in older data (state_test.go).
//
// The package holds data only. Package mirror decides what follows from the data.
//
//	var about state.About
//	err := state.Load(ctx, db, storeID, state.AboutName, &about)
package state
