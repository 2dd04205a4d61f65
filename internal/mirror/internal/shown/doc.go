// Package shown reads what one store shows: each kind of record from the lists and addresses that have it, with the
// statuses that lists must name, in pages as large as the store can serve.
//
// Pulling and verifying both ask through this package, so that verifying finds equal what pulling has brought.
//
// The package writes nothing. It looks into the mirror only to learn where a record belongs.
//
//	chain := store.Chain(roster.Orders, shown.Span(from, to), pages.Place{}, -1)
//	err := chain.Run(ctx, func(p *pages.Page) error { … })
package shown
