// Package follow keeps mirrors up to date and sends writes, for one store at a time: what the engine's tasks do, and
// what somebody asks for who waits for the result.
//
//   - Of all processes on the same data one does a task of a store at a time, and it holds the store's turn meanwhile.
//   - A sync that a person asks for, and writes that he waits for, are the work of the process that works for the
//     store; the asking process watches. Where no such process is, or when it ends, the asking process does the work
//     itself. Nothing is done twice by that.
//   - A store that fails is asked again later, and the doctor looks for the cause when the failure lasts. Failing to
//     find it never hides the failure.
//
// Types say what one may do: a [Verifier] compares a mirror with its store, only a [Follower] changes anything. How a
// mirror is brought up to date is in package mirror, how a write is sent in outbox, when a store is due in engine. The
// package starts and stops nothing.
//
//	tasks := follower.Tasks(nil, nil)                      // what an engine runs
//	report, err := follower.SyncOnce(ctx, store, nil)      // what a person waits for
//	open, err := follower.Deliver(ctx, store, ids, follow.Delivery{})
package follow
