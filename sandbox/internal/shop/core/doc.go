// Package core is what all rooms of a shop stand on: the lock, the clock, the version of WooCommerce and the facts that
// tell versions apart, options, identifiers, tables of records, the bus of events, and how WooCommerce and MySQL treat
// money, meta data, dates and text.
//
// It guarantees that identifiers are handed out as WordPress does (posts of all kinds share one counter, order items,
// their meta, comments, users and terms each have their own), so that a scenario played twice gives the same numbers.
// It computes money as WooCommerce does: in binary floating point, rounded where and how WooCommerce rounds, and shown
// as decimal strings (see money.go).
//
// It must not know any record of a shop, HTTP transport, or the wall clock: time comes from the store's clock.
//
//	orders := core.NewTable[*Order]().GroupedBy("parent", func(o *Order) (int64, bool) { return o.ParentID, true })
//	if s.Has(core.NotesAreCleaned) { … }
package core
