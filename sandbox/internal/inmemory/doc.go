// Package inmemory sends requests to a handler without a network. Faults use it to change an answer before it leaves;
// the store uses it to make its own past by requests.
//
// It guarantees what net/http does: the first status counts, and an answer without one is a 200. It must not know what
// is asked.
//
//	answer := inmemory.Ask(handler, request)
//	use(answer.Status(), answer.Body())
package inmemory
