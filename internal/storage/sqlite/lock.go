package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
)

// fileLock is an exclusive lock of the operating system on a small file. It falls with its process, however that ends,
// so a stale lock cannot exist.
type fileLock struct{ file *os.File }

var errLocked = errors.New("locked by another process")

func acquireLock(path string) (*fileLock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unusable(strings.TrimSuffix(path, ".lock"), err)
	}
	if err := lockFile(file); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(file, 32))
		_ = file.Close()
		if !errors.Is(err, errLocked) {
			return nil, unusable(strings.TrimSuffix(path, ".lock"), err)
		}
		return nil, inUse(path, strings.TrimSpace(string(holder)))
	}
	// The number is only shown to people; the lock itself is the system's.
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &fileLock{file: file}, nil
}

func inUse(path, holder string) error {
	who := "another Waybill process"
	if _, err := strconv.Atoi(holder); err == nil {
		who = fmt.Sprintf("another Waybill process (number %s)", holder)
	}
	return problem.Wrap(problem.DataInUse, errLocked, "%s works on the data behind %s", who, path).
		Next("Stop it, or choose another directory with --data. Commands that only read work meanwhile.").
		Detail("holder", holder)
}

// release gives the lock up. The file stays: removing it would let a third process lock a file that a second one,
// waiting to open it, no longer sees.
func (l *fileLock) release() {
	if l != nil {
		_ = l.file.Close()
	}
}
