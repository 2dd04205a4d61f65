// Package follow keeps mirrors up to date and sends writes, one store at a time. It provides the engine's tasks, and
// calls for commands that wait for the result.
//
//   - Of all processes on the same data, only one does a task of a store at a time. It holds the store's turn
//     meanwhile.
//   - If a process works for the store, it also does a sync that a person asks for, and sends the writes that a person
//     waits for; the asking process watches. If there is no such process, or when it ends, the asking process does the
//     work itself. Nothing is done twice.
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
