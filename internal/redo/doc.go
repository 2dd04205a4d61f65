// Package redo does something again, precisely: it has records fetched from a shop now, and has records sent to a
// receiver again: these, those of a part of the log, those that were given up, or those without a receipt in time.
//
//   - Each can be looked at first: how much it is, and what it costs in requests to the shop. A preview does nothing.
//   - What is redone bears the id that it had. Done twice, it is sent twice with one id.
//   - That something is to be done again is written down before the answer; who is killed afterwards loses nothing.
//
// What is sent, and in which order, is package feed's business; how a record is read, package mirror's. It knows
// neither commands nor HTTP.
//
//	plan, err := redoer.Redeliver(ctx, redo.Delivery{To: sub, Store: store, Records: refs, Preview: true})
package redo
