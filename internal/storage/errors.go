package storage

import "errors"

// The errors an implementation returns; match them with errors.Is. What a person may get to see (data in use, too new,
// unreadable) is a *problem.Problem instead.
var (
	// ErrNotFound: no such store, record or row.
	ErrNotFound = errors.New("storage: not found")
	// ErrExists: a store with this name or home is there already.
	ErrExists = errors.New("storage: exists already")
	// ErrFenced: somebody else claimed the store since; the transaction was rolled back and the caller must stop
	// working on it.
	ErrFenced = errors.New("storage: claim lost to a newer one")
)
