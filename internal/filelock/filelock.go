package filelock

import (
	"context"
	"errors"
	"os"
	"time"
)

// ErrLocked says that another process, or another open file of this one, has a lock that does not go together with the
// one that was asked for.
var ErrLocked = errors.New("locked by another process")

// lookEvery is how often a lock that others have is tried again.
const lookEvery = 5 * time.Millisecond

// Open opens a file to lock, which is made when it is not there.
func Open(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}

// Wait opens a file and waits until it has the lock on it, or fails with the context's error and [ErrLocked].
func Wait(ctx context.Context, path string, how How) (*os.File, error) {
	file, err := Open(path)
	if err != nil {
		return nil, err
	}
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		err := Lock(file, how)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, ErrLocked) {
			return nil, errors.Join(err, file.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), ErrLocked, file.Close())
		case <-ticker.C:
		}
	}
}
