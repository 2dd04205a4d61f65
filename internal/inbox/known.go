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

// known remembers for a short time which store an address belongs to, so that not every delivery asks the database.
type known struct {
	db   storage.Reader
	keys Keys
	now  func() time.Time

	mu    sync.Mutex
	paths map[string]behind
}

// behind is the store and the secrets of an address.
type behind struct {
	storeID int64 // 0: nothing
	secrets secrets
	at      time.Time
}

const (
	// knownFor is how long that is believed.
	knownFor = 5 * time.Second
	// knownAtMost bounds the memory that wrong addresses can take.
	knownAtMost = 100_000
)

// of gives what is behind an address; storage.ErrNotFound when nothing is.
func (k *known) of(ctx context.Context, path string) (behind, error) {
	k.mu.Lock()
	b, there := k.paths[path]
	k.mu.Unlock()
	if !there || k.now().Sub(b.at) > knownFor {
		return k.anew(ctx, path)
	}
	return b.found()
}

// anew asks the database again: another process may have replaced a secret a moment ago.
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
