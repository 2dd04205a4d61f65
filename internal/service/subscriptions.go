package service

import (
	"context"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// deliveriesAtOnce is how many stores' changes are delivered side by side: most of the time is spent waiting for
// receivers.
const deliveriesAtOnce = 64

// subscriptions is what sends changes to receivers, as it is configured. The error is a problem of code config_invalid.
func (a *Asker) subscriptions(db storage.Database) (*feed.Subscriptions, error) {
	cfg := a.opts.Config.Subscriptions
	allowed, err := cfg.PrivateNetworks.Networks()
	if err != nil {
		return nil, err
	}
	agent := a.opts.Config.HTTP.UserAgent
	if agent == "" {
		agent = "Waybill"
	}
	return feed.NewSubscriptions(db, a.shops.Keys(), feed.SubscriptionOptions{
		Logger: a.opts.Logger, Now: a.opts.Now, Task: engine.Deliver, Keep: cfg.Keep, PauseAfter: cfg.PauseAfter,
		Lost: engine.HoldLost,
		Sinks: sink.Options{Guard: egress.NewGuard(allowed), Time: cfg.Timeout, Files: cfg.Files, Stdout: a.opts.Stdout,
			UserAgent: agent, Now: a.opts.Now},
	}), nil
}

// deliver sends the changes of a store to who has subscribed to them, also those of a paused one: they have happened.
func (s *Service) deliver(ctx context.Context, job engine.Job) (engine.Outcome, error) {
	left, err := s.Subscriptions.Work(ctx, job.StoreID, job.Until)
	return engine.Outcome{More: left.More, Next: left.Next}, shop.Explain(err)
}
