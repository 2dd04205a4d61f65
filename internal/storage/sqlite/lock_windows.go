//go:build windows

package sqlite

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockByte lies beyond the text, because a locked range cannot be read by others on Windows and the holder's number is
// to be shown.
const lockByte = 1 << 20

func lockFile(file *os.File) error {
	at := &windows.Overlapped{Offset: lockByte}
	err := windows.LockFileEx(windows.Handle(file.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}
