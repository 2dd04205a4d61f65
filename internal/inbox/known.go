package inbox

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// known remembers for a short time which store an address belongs to, so that not every delivery reads the database.
type known struct {
	db   storage.Reader
	keys Keys
	now  func() time.Time

	mu    sync.Mutex
	paths map[string]behind
}

// behind is the store of an address, with its secrets.
type behind struct {
	storeID int64 // 0: nothing
	secrets secrets
	at      time.Time
}

const (
	// knownFor is how long an entry is used.
	knownFor = 5 * time.Second
	// knownAtMost is the largest number of entries. It bounds the memory that wrong addresses can take.
	knownAtMost = 100_000
)

// of returns the store of an address; storage.ErrNotFound when there is none.
func (k *known) of(ctx context.Context, path string) (behind, error) {
	k.mu.Lock()
	b, there := k.paths[path]
	k.mu.Unlock()
	if !there || k.now().Sub(b.at) > knownFor {
		return k.anew(ctx, path)
	}
	return b.found()
}

// anew reads the database again, because another process may have replaced a secret a moment ago.
func (k *known) anew(ctx context.Context, path string) (behind, error) {
	b, err := k.look(ctx, path, k.now())
	if err != nil {
		return b, err
	}
	k.mu.Lock()
	if len(k.paths) >= knownAtMost {
		clear(k.paths)
	}
	k.paths[path] = b
	k.mu.Unlock()
	return b.found()
}

func (b behind) found() (behind, error) {
	if b.storeID == 0 {
		return b, storage.ErrNotFound
	}
	return b, nil
}

func (k *known) look(ctx context.Context, path string, now time.Time) (behind, error) {
	none := behind{at: now}
	h, err := k.db.HookByPath(ctx, path)
	if errors.Is(err, storage.ErrNotFound) {
		return none, nil
	}
	if err != nil {
		return none, err
	}
	st, err := k.db.Store(ctx, h.StoreID)
	if errors.Is(err, storage.ErrNotFound) {
		return none, nil
	}
	if err != nil {
		return none, err
	}
	s, err := secretsOf(k.keys, st)
	return behind{storeID: st.ID, secrets: s, at: now}, err
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func inOrder[T any](by map[int64]T) []int64 { return slices.Sorted(maps.Keys(by)) }
