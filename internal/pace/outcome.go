package pace

import "time"

// Verdict is what an answer says about the load of the store.
type Verdict int

// The verdicts.
const (
	// Served: the store answered in good order, refusals such as 404 included.
	Served Verdict = iota
	// Overloaded: 429, or any answer that carries Retry-After.
	Overloaded
	// Failed: a server error, a time-out, a broken connection or body.
	Failed
	// Abandoned: we gave up ourselves; says nothing about the store.
	Abandoned
)

// Outcome is how a request ended.
type Outcome struct {
	Verdict Verdict
	// RetryAfter is how long the store asked to wait; 0 when it did not.
	RetryAfter time.Duration
	// Class groups requests of like cost, such as "orders" and "orders, ids only". A small set of constant words.
	Class string
	// Bytes is the size of the answer.
	Bytes int
}
