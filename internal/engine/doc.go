// Package engine runs the work of all stores: it decides when a store is due, starts one job for it, and starts it
// again until nothing is left to do. It is the only package that knows the job library (River), so that it can be
// replaced in one place.
//
// What it guarantees:
//
//   - At most one job of a task runs for a store, over all processes.
//   - A wake-up is never lost. It is counted in the calendar before anybody is
//     told, and the transaction that completes a job looks at the count again:
//     what arrived while the job ran makes it run once more.
//   - A killed process loses no work. The calendar is the truth and River's
//     rows follow from it: a store stays due until a job has completed. What
//     the killed process was running starts anew, at once where the process
//     has the database to itself, else when River's rescue finds it.
//   - A task is asked to return within [Chunk], so that rescue, shutdown and
//     fairness between stores need not wait for a long sync. A task must keep
//     its own checkpoints: it may be stopped at any moment and run again.
//   - A task that fails is tried again later and later, up to [LongestDelay];
//     a wake-up tries at once.
//
// [Engine.Start] and [Engine.Stop] may be called in any order and more than once; Stop returns when every goroutine is
// down.
//
// The engine must not know what a task does, WooCommerce, or any storage beyond the tables it makes: engine_calendar
// and River's own.
//
//	e, err := engine.New(engine.Options{Writer: db.Writer(), Readers: db.Readers(), Pull: pull})
//	err = e.Start(ctx)
//	err = e.Wake(ctx, engine.Pull, store.ID)
//	defer e.Stop(context.Background())
package engine
