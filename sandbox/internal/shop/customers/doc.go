// Package customers is the people of a shop: users, customers with their addresses, and the network whose sites share
// them.
//
// It guarantees that a user who changes on one site of a network changes on all of them, except roles and keys. It must
// not know orders or products. A room that keeps something of a user registers for deletions ([Store.OnDeletedUser]).
//
//	user, ok := s.customers.UserFor(r.Caller, id)
package customers
