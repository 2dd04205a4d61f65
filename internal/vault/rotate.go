package vault

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/waybillhq/waybill/internal/filelock"
)

// holdWait is how long a process waits for another one that rotates the key or seals with it.
const holdWait = 15 * time.Second

// Hold keeps the key file in dir from being rotated until release is called. Open the vault after Hold returned. Before
// release, save whatever was sealed meanwhile where [Rotation] finds it. For a key from the environment Hold does
// nothing, because no process rotates such a key.
func Hold(ctx context.Context, dir string, getenv func(string) string) (release func(), err error) {
	if getenv(EnvKey) != "" {
		return func() {}, nil
	}
	lock, err := hold(ctx, dir, filelock.Shared)
	if err != nil {
		return nil, err
	}
	return func() { _ = filelock.Release(lock) }, nil
}

func hold(ctx context.Context, dir string, how filelock.How) (*os.File, error) {
	waiting, cancel := context.WithTimeout(ctx, holdWait)
	defer cancel()
	path := filepath.Join(dir, FileName)
	lock, err := filelock.Wait(waiting, path+".lock", how)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, filelock.ErrLocked):
		return nil, keyInUse(err, path)
	case err != nil:
		return nil, keyNotLocked(err, path)
	}
	return lock, nil
}

// Rotation replaces the key of a key file in two steps, so that a crash in between loses nothing. First the new key is
// added in front. Once everything is sealed with the new key, the old ones are dropped.
type Rotation struct {
	path string
	next Key
	lock *os.File
	// Vault seals with the new key and opens with all keys.
	Vault *Vault
}

// BeginRotation adds a new key to the file in dir, and keeps other processes from rotating and from sealing until
// [Rotation.Close]. Of two rotations at once, one would drop the key with which the other has sealed. A key from the
// environment is an error: rotate it by setting [EnvKey] and [EnvOlderKeys].
func BeginRotation(ctx context.Context, dir string, getenv func(string) string) (*Rotation, error) {
	if getenv(EnvKey) != "" {
		return nil, keyFromEnvironment()
	}
	lock, err := hold(ctx, dir, filelock.Exclusive)
	if err != nil {
		return nil, err
	}
	r := &Rotation{path: filepath.Join(dir, FileName), next: NewKey(), lock: lock}
	old, err := Open(dir, getenv)
	if err != nil {
		r.Close()
		return nil, err
	}
	if err := writeFile(r.path, append([]Key{r.next}, old.keys...), false); err != nil {
		r.Close()
		return nil, keyNotReplaced(err, r.path)
	}
	r.Vault = New(r.next, old.keys...)
	return r, nil
}

// Close lets other processes rotate and seal again. Closing twice is safe.
func (r *Rotation) Close() { _ = filelock.Release(r.lock) }

// Finish drops the old keys from the file. Call Finish only after everything is sealed with the new key.
func (r *Rotation) Finish() error {
	if err := writeFile(r.path, []Key{r.next}, false); err != nil {
		return oldKeyStays(err, r.path)
	}
	return nil
}
