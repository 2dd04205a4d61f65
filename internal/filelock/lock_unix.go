//go:build unix

package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// How a file is locked.
type How int

// The two ways: with others who share it, or alone.
const (
	Shared    How = unix.LOCK_SH
	Exclusive How = unix.LOCK_EX
)

// Lock locks an open file, or fails at once with [ErrLocked].
func Lock(file *os.File, how How) error {
	err := unix.Flock(int(file.Fd()), int(how)|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}

// Release gives the lock back and closes the file. Closing alone may leave it locked for a while: a command that
// another goroutine is just starting holds the file too.
func Release(file *os.File) error {
	return errors.Join(unix.Flock(int(file.Fd()), unix.LOCK_UN), file.Close())
}

// Relock turns one's own lock into another. It is not one step: others may get in between.
func Relock(file *os.File, how How) error { return Lock(file, how) }
