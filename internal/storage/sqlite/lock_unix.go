//go:build unix

package sqlite

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// The two ways in which a file is locked.
const (
	shared    = unix.LOCK_SH
	exclusive = unix.LOCK_EX
)

func lockFile(file *os.File, how int) error {
	err := unix.Flock(int(file.Fd()), how|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return errLocked
	}
	return err
}

// relockFile turns one's own lock into another. It is not one step, so it needs the gate.
func relockFile(file *os.File, how int) error { return lockFile(file, how) }
