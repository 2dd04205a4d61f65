package service

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/inbox"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

// inbox is the way in for webhooks, as it is configured.
func (a *Asker) inbox(db storage.Database) (*inbox.Keeper, *inbox.Receiver, error) {
	serve := a.opts.Config.Serve
	keeper, err := inbox.NewKeeper(db, a.shops.Keys(), inbox.KeeperOptions{PublicURL: serve.PublicURL,
		Logger: a.opts.Logger, Now: a.opts.Now, Task: engine.Hooks})
	receiver := inbox.NewReceiver(db, inbox.ReceiverOptions{Keys: a.shops.Keys(), Logger: a.opts.Logger,
		Now: a.opts.Now, BodyLimit: int64(serve.BodyLimit), Task: engine.Pull})
	return keeper, receiver, err
}

// onboarding connects shops over their own approval page, as it is configured.
func (a *Asker) onboarding(db storage.Database, connector *stores.Connector) (*onboarding.Keeper, error) {
	transport, err := a.shops.Transport(0)
	if err != nil {
		return nil, err
	}
	tenants, err := a.shops.Transport(anyGroup)
	if err != nil {
		return nil, err
	}
	agent := a.opts.Config.HTTP.UserAgent
	if agent == "" {
		agent = userAgent
	}
	return onboarding.New(onboarding.Parts{Database: db, Keys: a.shops.Keys(), Finder: a.Finder, Examiner: a.Examiner,
		Connector: connector}, onboarding.Options{PublicURL: a.opts.Config.Serve.PublicURL, Transport: transport,
		Tenants: tenants, UserAgent: agent, Logger: a.opts.Logger, Now: a.opts.Now}), nil
}

// anyGroup stands for a store that is in a group, whichever.
const anyGroup = -1

// userAgent is how Waybill is called where it is no client of a store's API.
const userAgent = "Waybill"

// told makes the part of a pull that first reads the records that a store has named by its webhooks.
func told(db storage.Database) func(context.Context, int64) (int64, bool, error) {
	return func(ctx context.Context, storeID int64) (int64, bool, error) {
		taken, err := inbox.Take(ctx, db, storeID)
		return taken.Wakes, taken.Unnamed, err
	}
}

// leave takes the webhooks of a store away before it is forgotten.
func (a *Asker) leave(keeper *inbox.Keeper) stores.Leave {
	return func(ctx context.Context, st storage.Store) error {
		if _, there, err := keeper.Hook(ctx, st.ID); err != nil || !there {
			return err
		}
		client, err := a.shops.Of(st)
		if err != nil {
			return err
		}
		return keeper.Leave(ctx, st, client)
	}
}

// tasks are what the engine of this process runs.
func (s *Service) tasks(p Process) engine.Tasks {
	all := s.Tasks(s.progress.watch(p.Watch), p.Done)
	all[engine.Hooks] = engine.Kind{Work: s.watchHooks}
	all[engine.Deliver] = engine.Kind{Work: s.deliver, AtOnce: deliveriesAtOnce}
	for task, kind := range all {
		work := kind.Work
		kind.Work = func(ctx context.Context, job engine.Job) (engine.Outcome, error) {
			ctx, end := p.Tracer.Task(ctx, string(task), job.StoreID)
			out, err := work(ctx, job)
			end(err)
			return out, err
		}
		all[task] = kind
	}
	return all
}

// watchHooks looks after the webhooks of a store. A paused one is left alone; resuming it wakes this too.
func (s *Service) watchHooks(ctx context.Context, job engine.Job) (engine.Outcome, error) {
	st, err := s.db.Store(ctx, job.StoreID)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (st.Paused || !s.Inbox.Wanted()) {
		return engine.Outcome{}, nil
	}
	if err != nil {
		return engine.Outcome{}, err
	}
	client, err := s.shops.Of(st)
	if err != nil {
		return engine.Outcome{}, err
	}
	next, err := s.Inbox.Watch(ctx, st, client)
	return engine.Outcome{Next: next}, err
}
