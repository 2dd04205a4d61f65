// Package pages reads a list of a store from beginning to end, in the order of ids, while records come, go and move.
//
// It guarantees that no record is missed that was in the list all the time (chain.go says why), that reading goes on
// behind what was handed over last, in whatever process ([Place]), and that a record on which the store fails keeps no
// other from being read (heavy.go).
//
// It knows how to ask (ask), what a record is (reading) and how large a page a store bears (pagesize), and nothing of
// what pages are read for.
//
//	chain := &pages.Chain{Asker: asker, Path: "orders", Resource: storage.Orders, Total: -1, …}
//	err := chain.Run(ctx, func(p *pages.Page) error { return keep(p.Readings, p.Next) })
package pages
