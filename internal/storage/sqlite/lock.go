package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
)

// fileLock is the operating system's lock on a small file. It falls with its process, however that ends, so a stale
// lock cannot exist.
//
// Every process that may write shares the lock on waybill.db.lock. Opening and closing happen one process at a time,
// behind a second lock: there a process finds out whether it is alone with the file. Only then the schema may change,
// what killed processes held is free, and an unclean end is certain.
type fileLock struct {
	file *os.File
	path string
	// alone says that no other process had the database when it was opened.
	alone bool
}

var errLocked = errors.New("locked by another process")

// gateWait is how long opening waits for other processes that open or close the same database.
const gateWait = 15 * time.Second

// acquireLock takes a share in the database at path. While it returns, and until settle is called, no other process
// opens or closes the database.
func acquireLock(ctx context.Context, path string) (lock *fileLock, settle func() error, err error) {
	gate, err := passGate(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			_ = gate.Close()
		}
	}()
	file, err := openLockFile(path + ".lock")
	if err != nil {
		return nil, nil, unusable(path, err)
	}
	lock = &fileLock{file: file, path: path, alone: true}
	err = lockFile(file, exclusive)
	if errors.Is(err, errLocked) {
		lock.alone = false
		err = lockFile(file, shared)
	}
	if err != nil {
		holder, _ := io.ReadAll(io.LimitReader(file, 32))
		_ = file.Close()
		if !errors.Is(err, errLocked) {
			return nil, nil, unusable(path, err)
		}
		return nil, nil, inUse(path, strings.TrimSpace(string(holder)))
	}
	if lock.alone {
		// The number is only shown to people; the lock itself is the system's.
		if err := file.Truncate(0); err == nil {
			_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
		}
	}
	return lock, func() error {
		defer gate.Close()
		if !lock.alone {
			return nil
		}
		return relockFile(file, shared)
	}, nil
}

// passGate waits until no other process opens or closes the database.
func passGate(ctx context.Context, path string) (*os.File, error) {
	gate, err := openLockFile(path + ".gate")
	if err != nil {
		return nil, unusable(path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, gateWait)
	defer cancel()
	for {
		err := lockFile(gate, exclusive)
		if err == nil {
			return gate, nil
		}
		if !errors.Is(err, errLocked) {
			_ = gate.Close()
			return nil, unusable(path, err)
		}
		timer := time.NewTimer(5 * time.Millisecond)
		select {
		case <-ctx.Done():
			timer.Stop()
			_ = gate.Close()
			return nil, inUse(path, "")
		case <-timer.C:
		}
	}
}

func openLockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
}

func inUse(path, holder string) error {
	who := "another Waybill process"
	if _, err := strconv.Atoi(holder); err == nil {
		who = fmt.Sprintf("another Waybill process (number %s)", holder)
	}
	return problem.Wrap(problem.DataInUse, errLocked, "%s of another version works on the data behind %s", who, path).
		Next("Stop it, or choose another directory with --data. Commands that only read work meanwhile.").
		Detail("holder", holder)
}

// leave runs last when no other process has the database any more, and gives the lock up. The files stay: removing
// them would let a third process lock a file that a second one, waiting to open it, no longer sees.
func (l *fileLock) leave(last func() error, always func() error) error {
	gate, err := passGate(context.Background(), l.path)
	if err == nil {
		defer gate.Close()
		if relockFile(l.file, exclusive) == nil {
			err = last()
		}
	}
	err = errors.Join(err, always())
	_ = l.file.Close()
	return err
}

// release gives the lock up at once.
func (l *fileLock) release() { _ = l.file.Close() }
