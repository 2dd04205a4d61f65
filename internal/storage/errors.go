package storage

import "errors"

// The errors that an implementation returns; match them with errors.Is. Errors meant for people (data in use, too new,
// unreadable) are a *problem.Problem instead.
var (
	// ErrNotFound says that there is no such store, record or row.
	ErrNotFound = errors.New("storage: not found")
	// ErrExists says that a unique value, such as the name of a store, is taken.
	ErrExists = errors.New("storage: exists already")
	// ErrInUse says that something else needs what should be removed.
	ErrInUse = errors.New("storage: in use")
	// ErrFenced says that another process has claimed the store since. The transaction was rolled back, and the caller
	// must stop working on the store.
	ErrFenced = errors.New("storage: claim lost to a newer one")
	// ErrUnavailable: the database does not answer at the moment, or had to give up a transaction. The error passes by
	// itself. As after a kill it is not known whether the transaction was kept.
	ErrUnavailable = errors.New("storage: the database does not answer for the moment")
)
