package sqlite

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/waybillhq/waybill/internal/filelock"
)

// fileLock is the operating system's lock on a small file. It ends with its process, however that ends, so a stale lock
// cannot exist. Every process that may write shares the lock on waybill.db.lock. A second lock lets one process at a
// time open or close the database, and that process finds out whether it is alone with the file. Only a process that is
// alone may change the schema and free what killed processes held, and only it knows that an end was unclean.
type fileLock struct {
	file *os.File
	path string
	// alone says that no other process had the database when it was opened.
	alone bool
}

// gateWait is how long opening waits for other processes that open or close the same database.
const gateWait = 15 * time.Second

// acquireLock takes a shared lock on the database at path. Until settle is called no other process opens or closes the
// database.
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
	file, err := filelock.Open(path + ".lock")
	if err != nil {
		return nil, nil, unusable(path, err)
	}
	lock = &fileLock{file: file, path: path, alone: true}
	err = filelock.Lock(file, filelock.Exclusive)
	if errors.Is(err, filelock.ErrLocked) {
		lock.alone = false
		err = filelock.Lock(file, filelock.Shared)
	}
	if err != nil {
		holder, _ := io.ReadAll(io.LimitReader(file, 32))
		_ = file.Close()
		if !errors.Is(err, filelock.ErrLocked) {
			return nil, nil, unusable(path, err)
		}
		return nil, nil, inUse(path, strings.TrimSpace(string(holder)))
	}
	if lock.alone {
		// The process id is only for people; the lock itself is the system's.
		if err := file.Truncate(0); err == nil {
			_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
		}
	}
	return lock, func() error {
		defer func() { _ = filelock.Release(gate) }()
		if !lock.alone {
			return nil
		}
		return filelock.Relock(file, filelock.Shared)
	}, nil
}

// passGate waits until no other process opens or closes the database.
func passGate(ctx context.Context, path string) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, gateWait)
	defer cancel()
	gate, err := filelock.Wait(ctx, path+".gate", filelock.Exclusive)
	if errors.Is(err, filelock.ErrLocked) {
		return nil, inUse(path, "")
	}
	if err != nil {
		return nil, unusable(path, err)
	}
	return gate, nil
}

// leave calls last when no other process has the database open, and releases the lock. The lock files stay. If they
// were removed, a third process could lock a new file while a second one waits for the old one.
func (l *fileLock) leave(last func() error, always func() error) error {
	gate, err := passGate(context.Background(), l.path)
	if err == nil {
		defer func() { _ = filelock.Release(gate) }()
		if filelock.Relock(l.file, filelock.Exclusive) == nil {
			err = last()
		}
	}
	err = errors.Join(err, always())
	_ = filelock.Release(l.file)
	return err
}

// release releases the lock at once.
func (l *fileLock) release() { _ = filelock.Release(l.file) }

func unusable(path string, err error) error {
	if full(err) {
		return notOpenedDiskFull(err, path)
	}
	if coded := (*sqlite.Error)(nil); errors.As(err, &coded) && coded.Code()&0xff == sqlite3.SQLITE_CORRUPT {
		return damaged(err, path)
	}
	return notOpened(err, path)
}

// full says whether a database could not be opened because the disk is full. Readers need room too, for the index of
// the log.
func full(err error) bool {
	coded := (*sqlite.Error)(nil)
	return errors.As(err, &coded) &&
		(coded.Code() == sqlite3.SQLITE_IOERR_SHMSIZE || coded.Code() == sqlite3.SQLITE_FULL)
}
