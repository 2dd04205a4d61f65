// Package inmemory asks a handler without a network: for faults, which change an answer before it leaves, and for the
// store's own past, which is made by requests.
//
// It guarantees what net/http does: the first status counts, and an answer without one is a 200. It must not know what
// is asked.
//
//	answer := inmemory.Ask(handler, request)
//	use(answer.Status(), answer.Body())
package inmemory
