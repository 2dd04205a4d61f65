// Package problem is the closed set of errors a person or a program may get from Waybill, and the one place where each
// is mapped to an exit status.
//
// It guarantees that every code is documented (see [Catalogue], from which docs/errors.md is generated), that a code's
// exit status never depends on where the problem arose, and that a message is written for people: what was tried, on
// what, why it failed, what to do next. Codes are an interface and do not change meaning; messages may.
//
// It imports nothing of ours and knows neither HTTP nor SQL: whoever meets a foreign error turns it into a Problem at
// the border.
//
//	return problem.New(problem.StoreNotFound, "no store is called %q here", name).
//		Next("List the stores with: waybill stores list")
package problem
