package storage

import "errors"

// The errors an implementation returns; match them with errors.Is. What a person may get to see (data in use, too new,
// unreadable) is a *problem.Problem instead.
var (
	// ErrNotFound says that there is no such store, record or row.
	ErrNotFound = errors.New("storage: not found")
	// ErrExists says that what must be unique, such as the name of a store, is there already.
	ErrExists = errors.New("storage: exists already")
	// ErrInUse says that what is to be removed is needed by something else.
	ErrInUse = errors.New("storage: in use")
	// ErrFenced says that somebody else has claimed the store since. The transaction was rolled back, and the caller
	// must stop working on the store.
	ErrFenced = errors.New("storage: claim lost to a newer one")
	// ErrUnavailable: the database does not answer for the moment, or had to give a transaction up. It passes by
	// itself. Whether what was under way has been kept is not known, as after a kill.
	ErrUnavailable = errors.New("storage: the database does not answer for the moment")
)
