// Package forward hands changes to a program of the user's own: to a URL by POST, or to a command on its standard
// input.
//
//   - Changes are delivered one after the other, in the order of their numbers. One that is not taken is tried again
//     until it is, with pauses that grow, and the others wait behind it.
//   - A change that was taken is noted down before the next is delivered. Whoever is killed in between delivers it once
//     more: at least once, never not at all. The delivery's id is the same then, so that the receiver can tell.
//   - The receiver decides: a status 2xx or an exit status of 0 is yes, 410 ends it, everything else is not yet.
//
// It knows no database, and asks no store. The addresses are the user's own and may be private.
//
//	deliverer := forward.Deliverer{To: forward.NewHTTP(url, nil), Position: consumer}
//	err := deliverer.Deliver(ctx, forward.Delivery{ID: "change-7", Seq: 7, Type: "orders.created", Body: body})
package forward
