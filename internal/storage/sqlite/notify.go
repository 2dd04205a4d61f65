package sqlite

import (
	"context"
	"time"
)

// foreignPoll is how often a follower looks for changes of other processes, which cannot wake it.
const foreignPoll = 250 * time.Millisecond

// WaitChanges returns when the log may hold a change with a number greater than after, or with the context's error. It
// may return early, so the caller reads and waits again.
func (db *DB) WaitChanges(ctx context.Context, after int64) error {
	ticker := time.NewTicker(foreignPoll)
	defer ticker.Stop()
	for {
		woken := db.changes.next() // before the look, so that nothing falls between
		last, err := db.LastSeq(ctx)
		if err != nil || last > after {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-woken:
			return nil
		case <-ticker.C:
		}
	}
}

// Woken is closed when this process makes a turn due, or when the database is closed.
func (db *DB) Woken() <-chan struct{} { return db.calendar.next() }
