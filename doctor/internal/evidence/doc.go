// Package evidence is what one run of the doctor has seen, and how it is read.
//
// It holds the forms that are kept (Evidence, Exchange, Body and what they are made of), turns an answer into what is
// kept of it, takes out every secret before anything is kept, saves and reads back, and answers the questions that
// everything asks of what was seen: was the key let in, which methods are allowed, is this the answer of a healthy
// store.
//
// It guarantees that nothing it keeps holds a secret or the data of a customer, and that all questions are pure
// functions: the same evidence gives the same answers on any machine.
//
// It must not know how requests are made, nor what anything means for the shop: that is for the rooms after it.
//
// Where what belongs:
//
//	evidence.go            the forms
//	body.go, marks.go      an answer, cut down to what may be kept; redact.go, cleaner.go take secrets out
//	view.go, answers.go    the questions: to all of the evidence, to one answer
//	healthy.go, expect.go  what a healthy store answers, and what that proves
//	target.go, wanted.go   an address and a key, and what is wanted
//	probes.go, traits.go   every probe, and what is known of it before it is sent
//	records.go, hidden.go, hooks.go, owner.go, status.go   what lists and single answers say
package evidence
