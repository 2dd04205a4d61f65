package onboarding

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

const (
	// lookEvery is how often connections are looked at without being told: for those whose time is up, and those whose
	// process died.
	lookEvery = 30 * time.Second
	// busyFor is how long a process that tries a key keeps others from it.
	busyFor = 5 * time.Minute
	// againAfter and againFor bound how often a key is tried on a shop that does not answer.
	againAfter = 15 * time.Second
	againFor   = 15 * time.Minute
	// kept is how long one that is over can be looked at.
	kept = 7 * 24 * time.Hour
	// atOnce bounds how many keys are tried side by side.
	atOnce = 4
)

// Start begins to try the keys that come, until [Keeper.Stop]. Starting twice does nothing.
func (k *Keeper) Start() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	k.cancel, k.done = cancel, make(chan struct{})
	go k.run(ctx, k.done)
}

// Stop ends that, and returns when it has ended. What is not through is tried by the next process. Stopping twice, or
// before Start, does nothing.
func (k *Keeper) Stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cancel == nil {
		return
	}
	k.cancel()
	<-k.done
	k.cancel = nil
}

func (k *Keeper) wake() {
	select {
	case k.came <- struct{}{}:
	default:
	}
}

func (k *Keeper) run(ctx context.Context, done chan struct{}) {
	defer close(done)
	for {
		next, err := k.round(ctx)
		if err != nil && ctx.Err() == nil {
			k.opts.Logger.ErrorContext(ctx, "cannot look at shops on their way of being connected", "error", err)
		}
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-k.came:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// round tries all keys that have come and that nobody else is trying, and says when to look again.
func (k *Keeper) round(ctx context.Context) (time.Duration, error) {
	all, err := k.Database.Connections(ctx, 0)
	if err != nil {
		return lookEvery, err
	}
	next, now := lookEvery, k.opts.Now()
	var trying sync.WaitGroup
	free := make(chan struct{}, atOnce)
	old := false
	for _, c := range all {
		switch {
		case c.State == storage.ConnectionWaiting && !now.Before(c.ExpiresAt):
			err = errors.Join(err, k.change(ctx, c.ID, storage.ConnectionWaiting, func(c *storage.Connection) {
				k.fail(c, expired(*c))
			}))
		case c.State == storage.ConnectionArrived && now.Before(c.BusyUntil):
			next = min(next, c.BusyUntil.Sub(now))
		case c.State == storage.ConnectionArrived:
			trying.Go(func() {
				free <- struct{}{}
				defer func() { <-free }()
				k.try(ctx, c.ID)
			})
			next = 0 // what became of it decides
		case !c.DoneAt.IsZero() && now.Sub(c.DoneAt) > kept:
			old = true
		}
	}
	trying.Wait()
	if old {
		err = errors.Join(err, k.Database.Within(ctx, func(tx storage.Tx) error {
			return tx.DropConnections(ctx, now.Add(-kept))
		}))
	}
	return next, err
}

// change changes a connection that is in a state; in another one it is left alone.
func (k *Keeper) change(
	ctx context.Context, id string, in storage.ConnectionState, how func(*storage.Connection),
) error {
	err := k.Database.Within(ctx, func(tx storage.Tx) error {
		c, err := tx.LockConnection(ctx, id)
		if err != nil || c.State != in {
			return err
		}
		how(&c)
		return tx.SaveConnection(ctx, c)
	})
	if errors.Is(err, storage.ErrNotFound) {
		return nil // it was given up meanwhile, or its store was removed
	}
	return err
}

// try tries the key of a connection, and keeps what comes of it.
func (k *Keeper) try(ctx context.Context, id string) {
	var c storage.Connection
	mine := false
	err := k.change(ctx, id, storage.ConnectionArrived, func(now *storage.Connection) {
		if mine = !k.opts.Now().Before(now.BusyUntil); mine {
			now.BusyUntil = k.opts.Now().Add(busyFor)
		}
		c = *now
	})
	if err == nil && mine {
		err = k.prove(ctx, c)
	}
	if err != nil && ctx.Err() == nil {
		k.opts.Logger.ErrorContext(ctx, "cannot try the key of a shop", "connection", id, "error", err)
	}
}

// prove connects the shop with the key that has come.
func (k *Keeper) prove(ctx context.Context, c storage.Connection) error {
	s, err := k.open(c)
	if err != nil {
		return k.change(ctx, c.ID, storage.ConnectionArrived, func(c *storage.Connection) { k.fail(c, unreadable()) })
	}
	connected, _, err := k.Connector.ConnectExamined(ctx, stores.Connection{URL: s.Address, Key: s.Key,
		Secret: s.Secret, Name: c.Name, Group: c.GroupID, Home: stores.Home(c.Home), Scopes: scopesOf(c),
		Doubted: true})
	if problem.Is(err, problem.StoreExists) {
		// The process may have died between connecting the store and writing that down here.
		if st, ours := k.withKey(ctx, c, s.Key); ours {
			connected, err = stores.Connected{Store: st}, nil
		}
	}
	keep := context.WithoutCancel(ctx)
	if err != nil && ctx.Err() != nil {
		return k.change(keep, c.ID, storage.ConnectionArrived, func(c *storage.Connection) {
			c.BusyUntil = time.Time{}
		})
	}
	if err != nil {
		return k.refused(keep, c, err)
	}
	return k.change(keep, c.ID, storage.ConnectionArrived, func(c *storage.Connection) {
		c.State, c.StoreID, c.Sealed, c.BusyUntil = storage.ConnectionConnected, connected.Store.ID, nil, time.Time{}
		c.Reason, c.Why, c.Next = "", "", ""
		c.DoneAt = k.opts.Now().UTC().Truncate(time.Millisecond)
		c.Notes = append(append([]string{}, connected.Notes...), leastRights(connected.Store, c.Scopes))
	})
}

// refused keeps why a key did not work, or tries it again later where the shop did not answer.
func (k *Keeper) refused(ctx context.Context, c storage.Connection, err error) error {
	p := problem.From(err)
	open := errors.Is(err, stores.ErrOpenToAll)
	if !open && passing(p.Code) && k.opts.Now().Sub(c.ArrivedAt) < againFor {
		return k.change(ctx, c.ID, storage.ConnectionArrived, func(c *storage.Connection) {
			f := shopSilent(p)
			c.Reason, c.Why, c.Next = f.reason, f.why, f.next
			c.BusyUntil = k.opts.Now().Add(againAfter)
		})
	}
	if p.Code == problem.Internal {
		k.opts.Logger.ErrorContext(ctx, "a shop could not be connected", "connection", c.ID, "error", err)
	}
	return k.change(ctx, c.ID, storage.ConnectionArrived, func(c *storage.Connection) {
		k.fail(c, keyRefused(p, open))
	})
}

// passing are failures that end by themselves.
func passing(code problem.Code) bool {
	switch code {
	case problem.StoreUnreachable, problem.StoreTooManyRequest, problem.StoreFailed, problem.DatabaseUnreachable,
		problem.Interrupted:
		return true
	}
	return false
}

// withKey finds a store of the shop that has been connected with a key.
func (k *Keeper) withKey(ctx context.Context, c storage.Connection, key string) (storage.Store, bool) {
	all, err := k.Finder.Stores(ctx)
	if err != nil {
		return storage.Store{}, false
	}
	wanted, err := url.Parse(c.HomeURL)
	if err != nil {
		return storage.Store{}, false
	}
	for _, st := range all {
		if u, err := url.Parse(st.HomeURL); err != nil || !strings.EqualFold(u.Hostname(), wanted.Hostname()) {
			continue
		}
		if has, err := k.Examiner.Access(ctx, st.Name); err == nil && has.Credentials.Key == key {
			return st, true
		}
	}
	return storage.Store{}, false
}

// scopesOf are what a store is wanted for.
func scopesOf(c storage.Connection) []doctor.Scope {
	if len(c.Scopes) == 0 {
		return nil
	}
	scopes, err := capability.ParseScopes(strings.Join(c.Scopes, ","))
	if err != nil {
		return nil // one that a newer version knows: the standard ones are looked at then
	}
	return scopes
}
