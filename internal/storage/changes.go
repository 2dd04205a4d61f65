package storage

import "context"

// ChangeReader reads the log of observed changes. A reader that sees a number was able to see every change with a
// smaller number, whichever process wrote it.
type ChangeReader interface {
	// Changes lists changes in the order of their numbers.
	Changes(ctx context.Context, q ChangeQuery) ([]Change, error)
	// LastSeq is the number of the newest visible change of any store, 0 when there is none.
	LastSeq(ctx context.Context) (int64, error)
	// WaitChanges returns when the log may hold a change with a number greater than after, or with the context's error.
	// It may return early, so the caller reads and waits again.
	WaitChanges(ctx context.Context, after int64) error
}
