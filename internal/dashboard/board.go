package dashboard

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/storage"
)

// seenShop is a shop with how it stands.
type seenShop struct {
	Store    storage.Store
	Standing follow.Standing
	Verdict  verdict.Verdict
}

// board is how all shops stand, looked at for all open pages together: with thousands of shops a look costs more than
// a page may. A look is used for a moment, and renewed behind the back of who looks while it is not old.
type board struct {
	parts Parts
	now   func() time.Time

	mu      sync.Mutex
	shops   []seenShop
	at      time.Time
	looking bool
}

const (
	// fresh is how long a look is used as it is; usable, how long it is shown while a newer one is made.
	fresh  = 900 * time.Millisecond
	usable = 20 * time.Second
	// lookWithin bounds a look that nobody waits for.
	lookWithin = 30 * time.Second
)

func newBoard(parts Parts, now func() time.Time) *board { return &board{parts: parts, now: now} }

// look gives how all shops stand, by name. What it gives must not be changed.
func (b *board) look(ctx context.Context) ([]seenShop, error) {
	b.mu.Lock()
	age := b.now().Sub(b.at)
	if age < fresh {
		defer b.mu.Unlock()
		return b.shops, nil
	}
	if age < usable {
		defer b.mu.Unlock()
		if !b.looking {
			b.looking = true
			//nolint:contextcheck // it goes on when the page has left
			go b.renew()
		}
		return b.shops, nil
	}
	b.mu.Unlock()
	shops, err := b.read(ctx)
	if err == nil {
		b.keep(shops)
	}
	return shops, err
}

// renew looks anew. A look that fails is left to the next page, which says so.
func (b *board) renew() {
	ctx, cancel := context.WithTimeout(context.Background(), lookWithin)
	defer cancel()
	shops, err := b.read(ctx)
	if err == nil {
		b.keep(shops)
	}
	b.mu.Lock()
	b.looking = false
	b.mu.Unlock()
}

func (b *board) keep(shops []seenShop) {
	b.mu.Lock()
	b.shops, b.at = shops, b.now()
	b.mu.Unlock()
}

// forget lets the next page look anew, after something was done.
func (b *board) forget() {
	b.mu.Lock()
	b.at = time.Time{}
	b.mu.Unlock()
}

func (b *board) read(ctx context.Context) ([]seenShop, error) {
	all, err := b.parts.Finder.Stores(ctx)
	if err != nil {
		return nil, err
	}
	standings, err := b.parts.Standings(ctx, all)
	if err != nil {
		return nil, err
	}
	now := b.now()
	shops := make([]seenShop, len(all))
	for i, st := range all {
		shops[i] = seenShop{st, standings[i], verdict.Shop(st, standings[i], now)}
	}
	return shops, nil
}

// byUrgency puts the shops that need somebody first, then by name.
func byUrgency(a, b seenShop) int {
	if verdict.Before(a.Verdict, b.Verdict) {
		return -1
	}
	if verdict.Before(b.Verdict, a.Verdict) {
		return 1
	}
	return strings.Compare(a.Store.Name, b.Store.Name)
}

// sorted gives shops in an order, and leaves those given as they are.
func sorted(shops []seenShop, by func(a, b seenShop) int) []seenShop {
	all := slices.Clone(shops)
	slices.SortStableFunc(all, by)
	return all
}
