// Package fault lets things happen to requests on their way to a store and to answers on their way back: delays, lost
// connections before or after the store has acted, pages of firewalls in place of JSON, cut or dirtied bodies, headers
// that disappear.
//
// It is a wrapper around an http.Handler. Of shops it knows no more than what plugins do to records on their way in:
// meddle.go takes meta data out of what is written and trashes what was made, and a fault may name the hook in which
// PHP dies. It guarantees that a fault which loses the answer has let the store act (AfterCommit), and that one which
// loses the request has not (BeforeCommit), so that a test can rely on both. Chance follows from a seed and the order
// of requests.
//
//	injector := fault.NewInjector(1)
//	injector.Add(fault.Fault{Match: fault.Match{Methods: []string{"POST"}}, Drop: fault.AfterCommit})
//	handler := injector.Wrap(store)
package fault
