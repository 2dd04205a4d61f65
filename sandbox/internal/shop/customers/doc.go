// Package customers is the people of a shop: users, customers with their addresses, and the network whose sites share
// them.
//
// It guarantees that a user who changes on one site of a network changes on all of them, but for roles and keys. It
// must not know orders or products; who keeps something of a user asks to be told of his deletion
// ([Store.OnDeletedUser]).
//
//	user, ok := s.customers.UserFor(r.Caller, id)
package customers
