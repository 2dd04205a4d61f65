//go:build windows

package sqlite

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// The two ways in which a file is locked.
const (
	shared    = 0
	exclusive = windows.LOCKFILE_EXCLUSIVE_LOCK
)

// lockByte lies beyond the text, because a locked range cannot be read by others on Windows and the holder's number is
// to be shown.
const lockByte = 1 << 20

func lockFile(file *os.File, how uint32) error {
	at := &windows.Overlapped{Offset: lockByte}
	err := windows.LockFileEx(windows.Handle(file.Fd()), how|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}

// relockFile turns one's own lock into another. It is not one step, so it needs the gate.
func relockFile(file *os.File, how uint32) error {
	at := &windows.Overlapped{Offset: lockByte}
	if err := windows.UnlockFileEx(windows.Handle(file.Fd()), 0, 1, 0, at); err != nil {
		return err
	}
	err := lockFile(file, how)
	if err != nil && how == exclusive {
		return errors.Join(err, lockFile(file, shared))
	}
	return err
}
