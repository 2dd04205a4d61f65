// Package probe asks a store: it makes the requests of one run and writes down what came back.
//
// The run goes through the stages in the order in which a store decides about a request: names and connections
// (reach.go), the place of the API (route.go, search.go), the way of the key (key.go, sign.go), permissions and lists
// (permissions.go, lists.go, traffic.go), records (records.go, bisect.go, hidden.go). Later requests depend on earlier
// answers, never on findings.
//
// It guarantees that nothing on the store is created, changed or deleted, with any key: every request passes guard.go,
// which knows what kind of request each probe makes and refuses whatever is not of a form that was shown to change
// nothing. The secret leaves only over verified TLS to the address that was given. A run stays within its budget
// (send.go, budget.go).
//
// It must not know what an answer means for the shop (verdict), and no words for people beyond the purpose of a
// request.
//
// A new probe is declared in evidence/traits.go, with what kind of request it is and what a healthy store answers, and
// made in one of the files above; what is not declared is not sent.
package probe
