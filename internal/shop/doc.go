// Package shop is a connected store as this process talks to it: a client under the store's one pace, made from what is
// kept of the store and its key, and the words for what a failure of it means.
//
//   - [Shops] gives each store one client. Another process may give the store another key or address at any time: the
//     next request goes there.
//   - [Keys] reads and seals the keys of stores. A key is tied to the addresses it may be sent to.
//   - [Explain] turns any error from below into a problem, once, without secrets.
//
// It never repeats a request: whether there should be another is decided by mirror and outbox, which know what it is
// about. It changes nothing that is kept, and knows neither jobs nor databases.
package shop
