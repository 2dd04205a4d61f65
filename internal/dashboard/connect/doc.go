// Package connect is the pages on which a shop is connected: its address, what was found there, then the approval of
// its owner on the shop's own page or a key made by hand, until its first orders appear.
//
//   - Looking at an address changes nothing, there or here.
//   - A key that was typed is on no page again, whatever became of it.
//   - The way of a connection is kept by package onboarding: the page may be closed and opened again.
package connect
