// Package shown reads what one store shows: each kind of record from the lists and addresses that have it, with the
// statuses that lists must name, by pages as large as the store bears.
//
// It guarantees that pulling and verifying ask in the same way, so that what the one brings the other finds equal.
//
// It writes nothing, and looks into the mirror only to learn where a record belongs.
//
//	chain := store.Chain(roster.Orders, shown.Span(from, to), pages.Place{}, -1)
//	err := chain.Run(ctx, func(p *pages.Page) error { … })
package shown
