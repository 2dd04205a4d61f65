//go:build windows

package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// How a file is locked.
type How uint32

// The two ways: with others who share it, or alone.
const (
	Shared    How = 0
	Exclusive How = windows.LOCKFILE_EXCLUSIVE_LOCK
)

// lockByte lies beyond the text, because a locked range cannot be read by others on Windows and the holder's number is
// to be shown.
const lockByte = 1 << 20

// Lock locks an open file, or fails at once with [ErrLocked].
func Lock(file *os.File, how How) error {
	at := &windows.Overlapped{Offset: lockByte}
	err := windows.LockFileEx(windows.Handle(file.Fd()), uint32(how)|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrLocked
	}
	return err
}

// Release gives the lock back and closes the file.
func Release(file *os.File) error { return file.Close() }

// Relock turns one's own lock into another. It is not one step: others may get in between.
func Relock(file *os.File, how How) error {
	at := &windows.Overlapped{Offset: lockByte}
	if err := windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, at); err != nil {
		return err
	}
	err := Lock(file, how)
	if err != nil && how == Exclusive {
		return errors.Join(err, Lock(file, Shared))
	}
	return err
}
