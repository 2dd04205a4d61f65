// Package reconcile compares the orders of a shop with a list of somebody else's: which are in both, which only in the
// shop, which only there.
//
//   - The list is a CSV, JSON or one number a line, of whatever size: only the list is held in memory, the orders of
//     the mirror pass by. What could be read in two ways is asked.
//   - A list of numbers and a list of ids are told apart by which finds more of the shop's orders, and the answer says
//     which it was.
//   - With a subscription only the orders that it gets are expected there, and those on their way are told apart. What
//     the list has counts as a receipt, what it lacks is noted for whoever follows the order.
//   - It looks at the mirror and asks no shop. A preview changes nothing.
//
// What is missing is sent again by package redo.
//
//	list, err := reconcile.Read(file, reconcile.Form{Column: "order number"})
//	found, err := reconciler.Compare(ctx, reconcile.Question{Store: store, List: list, To: &subscription})
package reconcile
