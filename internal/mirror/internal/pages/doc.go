// Package pages reads a list of a store from beginning to end, in the order of ids, while records come, go and move.
//
// No record is missed that was in the list all the time (chain.go says why). Any process can continue after the last
// page that was handed over ([Place]). A record on which the store fails keeps no other record from being read
// (heavy.go).
//
// The package knows how to ask (ask), what a record is (reading) and how large a page a store can serve (pagesize). It
// does not know what the pages are read for.
//
//	chain := &pages.Chain{Asker: asker, Path: "orders", Resource: storage.Orders, Total: -1, …}
//	err := chain.Run(ctx, func(p *pages.Page) error { return keep(p.Readings, p.Next) })
package pages
