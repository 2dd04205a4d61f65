package pace

import "time"

// Verdict is what an answer says about the load of the store.
type Verdict int

// The verdicts.
const (
	// Served says that the store answered in good order; refusals such as 404 count too.
	Served Verdict = iota
	// Overloaded says that the store answered 429, or with Retry-After.
	Overloaded
	// Failed says that there was a server error, a time-out, or a broken connection or body.
	Failed
	// Abandoned says that we cancelled the request, which tells nothing about the store.
	Abandoned
)

// Outcome is how a request ended.
type Outcome struct {
	Verdict Verdict
	// RetryAfter is how long the store asked to wait; 0 when it did not.
	RetryAfter time.Duration
	// Class names requests of like cost, such as "orders" or "orders, ids only". Use a small set of constant words.
	Class string
	// Bytes is the size of the answer's body.
	Bytes int
}
