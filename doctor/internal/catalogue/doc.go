// Package catalogue holds every cause that the doctor knows, as data: the words for people, the fixes to paste, the
// proof that shows the fault before and its absence after, and a pure function that finds it.
//
// One file an area: network.go, tls.go, blocking.go, routing.go, transport.go, key.go, caching.go, server.go,
// permissions.go, data.go, webhooks.go, site.go, rest.go (what is left when all others were asked). What a check looks
// at is a Case: everything that was decided, and what the checks before it have found.
//
// It guarantees that every check has its page (page.go), a proof (proof.go), and no fix with a gap in it
// (placeholders.go).
//
// It must not know how a report is printed.
//
// A new check is one entry in the file of its area; go generate ./doctor writes its page, and a test demands a
// scenario.
package catalogue
