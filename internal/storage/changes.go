package storage

import "context"

// ChangeReader follows what was observed to change. Who is given a number was able to see every change with a smaller
// one, whoever wrote it and however many write.
type ChangeReader interface {
	// Changes lists changes in the order of their numbers.
	Changes(ctx context.Context, q ChangeQuery) ([]Change, error)
	// LastSeq is the number of the newest change of any store that can be seen, 0 when there is none.
	LastSeq(ctx context.Context) (int64, error)
	// WaitChanges returns when the log may hold a change with a number greater than after, or with the context's error.
	// It may return early; the caller reads and waits again.
	WaitChanges(ctx context.Context, after int64) error
}
