// Package progress shows that work goes on: the copying of a mirror, an examination by the doctor, the wait for writes.
//
// Where a person watches, one line is drawn again and again; in a log there is a plain line now and then; where a
// program reads there is nothing. Progress goes to standard error and is never part of a result.
//
//	display := progress.Display{Out: os.Stderr, Terminal: t}
//	shown := display.Mirror("")
//	report, err := service.SyncOnce(ctx, store, shown.Watch)
//	shown.Done()
package progress
