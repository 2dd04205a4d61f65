// Package engine runs the work of all stores: it decides when a store is due, starts one job for it, and starts it
// again until nothing is left to do. It is the only package that knows the job library (River), so that it can be
// replaced in one place. It runs on every database of package storage, with any number of processes.
//
// The package guarantees:
//
//   - At most one process at a time does a task of a store. A job takes its turn in the calendar before it works, holds
//     it while it does, and stops when it cannot renew its hold. The hold of a killed process lapses by itself.
//   - A wake-up is never lost. The calendar counts the wake-up before any process is told, and the transaction that
//     ends a job looks at the count again: what arrived while the job ran makes it run once more.
//   - A killed process loses no work. The calendar is the truth and River's rows follow from it: a turn stays due until
//     a job has done it. Other processes take over what a killed one held within [HoldFor] and what it had only fetched
//     within [requeueAfter], without River's own rescue, which takes minutes.
//   - A task is asked to return within [Chunk], so that shutdown and fairness between stores need not wait for a long
//     sync. A task must keep its own checkpoints: it may be stopped at any moment and run again.
//   - A task that fails is tried again later and later, up to [LongestDelay]; a wake-up tries at once.
//
// [Engine.Start] and [Engine.Stop] may be called in any order and more than once; Stop returns when every goroutine is
// down. An engine that was never started enrols and wakes all the same: a process that runs does the work.
//
// Tasks are a table: [Options.Tasks] names each kind of work with the function that does it. The engine must not know
// what a task does, nor WooCommerce.
//
//	e, err := engine.New(ctx, db, engine.Options{Tasks: engine.Tasks{engine.Pull: {Work: pull}}})
//	err = e.Start(ctx)
//	err = db.Within(ctx, func(tx storage.Tx) error { return e.Wake(ctx, tx, engine.Pull, store.ID) })
//	defer e.Stop(context.Background())
package engine
