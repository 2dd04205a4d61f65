package service

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/redo"
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
		agent = userAgent
	}
	return feed.NewSubscriptions(db, a.shops.Keys(), feed.SubscriptionOptions{
		Logger: a.opts.Logger, Now: a.opts.Now, Task: engine.Deliver, Keep: cfg.Keep, PauseAfter: cfg.PauseAfter,
		ReceiptsKeep: cfg.ReceiptsKeep,
		Lost:         engine.HoldLost,
		Sinks: sink.Options{Guard: egress.NewGuard(allowed), Time: cfg.Timeout, Files: cfg.Files, Stdout: a.opts.Stdout,
			UserAgent: agent, Now: a.opts.Now},
	}), nil
}

// deliver sends the changes of a store to who has subscribed to them, also those of a paused one: they have happened.
func (s *Service) deliver(ctx context.Context, job engine.Job) (engine.Outcome, error) {
	left, err := s.Subscriptions.Work(ctx, job.StoreID, job.Until)
	return engine.Outcome{More: left.More, Next: left.Next}, shop.Explain(err)
}

// Login is who we are for a message broker.
type Login = sink.Login

// WantedSubscription is what a subscription is made with by a person of this machine.
type WantedSubscription struct {
	Name, URL, Group string
	Stores           []string
	Resources        []storage.Resource
	Kinds, Fields    []string
	Filter           string
	Thin             bool
	Headers          map[string]string
	Secret, Proxy    string
	Certificate, Key string
	Authorities      string
	Login            Login
	// ReceiptWithin is how long the receiver may take to give a receipt; 0 demands none.
	ReceiptWithin time.Duration
	// Beginning begins with the first change there is; else it begins with the next.
	Beginning bool
}

// Subscribe makes a subscription, and gives the secret that its events are signed with. The error is a problem.
func (s *Service) Subscribe(
	ctx context.Context, by access.Caller, w WantedSubscription,
) (made storage.Subscription, secret string, err error) {
	group, sel, err := s.selection(ctx, by, w)
	if err != nil {
		return made, "", err
	}
	n := feed.NewSubscription{Name: w.Name, GroupID: group, Selection: sel, Secret: w.Secret, Local: true,
		ReceiptWithin: w.ReceiptWithin,
		Reach: sink.Reach{URL: w.URL, Headers: w.Headers, Certificate: w.Certificate, Key: w.Key,
			Authorities: w.Authorities, Proxy: w.Proxy, Login: w.Login}}
	if !w.Beginning {
		if n.From, err = s.LastChange(ctx); err != nil {
			return made, "", err
		}
	}
	return s.Subscriptions.Create(ctx, n)
}

// ChangedSubscription is what a person of this machine changes of a subscription; nil leaves a part as it is.
type ChangedSubscription = feed.Update

// UpdateSubscription changes a subscription. The error is a problem.
func (s *Service) UpdateSubscription(
	ctx context.Context, of storage.Subscription, changed ChangedSubscription,
) (storage.Subscription, error) {
	changed.Local = true
	return s.Subscriptions.Update(ctx, of, changed)
}

// PreviewSubscription shows what the last changes would have sent, the newest first. The error is a problem.
func (s *Service) PreviewSubscription(
	ctx context.Context, by access.Caller, w WantedSubscription,
) ([]feed.Preview, error) {
	group, sel, err := s.selection(ctx, by, w)
	if err != nil {
		return nil, err
	}
	return s.Subscriptions.Preview(ctx, group, sel)
}

// selection is what a subscription is to get, and of which group it is.
func (s *Service) selection(
	ctx context.Context, by access.Caller, w WantedSubscription,
) (group int64, sel feed.Selection, err error) {
	sel = feed.Selection{Resources: w.Resources, Filter: w.Filter, Thin: w.Thin, Fields: w.Fields}
	for _, kind := range w.Kinds {
		sel.Kinds = append(sel.Kinds, storage.Kind(kind))
	}
	if w.Group != "" {
		g, err := s.Group(ctx, by, w.Group)
		if err != nil {
			return 0, sel, err
		}
		group = g.ID
	}
	for _, name := range w.Stores {
		found, err := s.Named(ctx, name)
		if err != nil {
			return 0, sel, err
		}
		for _, st := range found {
			if group != 0 && st.GroupID != group {
				return 0, sel, storeNotInGroup(st.Name, w.Group)
			}
			sel.Stores = append(sel.Stores, st.ID)
		}
	}
	return group, sel, nil
}

// Again is what is sent again: what was given up since a time, orders of a store, what has no receipt in time, or a
// part of the log.
type Again struct {
	Failed, Since time.Time
	After, To     int64
	Store         storage.Store
	IDs           []int64
	Overdue       bool
	// Preview says what it would be, and sends nothing.
	Preview bool
}

// Redeliver sends something of a subscription again, and says what.
func (s *Service) Redeliver(ctx context.Context, of storage.Subscription, a Again) (redo.Plan, error) {
	d := redo.Delivery{To: of, Preview: a.Preview, Store: a.Store, FailedSince: a.Failed, Overdue: a.Overdue}
	for _, id := range a.IDs {
		d.Records = append(d.Records, storage.Ref{Resource: storage.Orders, ID: id})
	}
	if a.Failed.IsZero() && !a.Overdue && len(a.IDs) == 0 {
		d.Range = &feed.Range{After: a.After, To: a.To, Since: a.Since}
	}
	return s.Redo.Redeliver(ctx, d)
}

// SubscriptionNamed finds a subscription of a group, or of none. The error is a problem.
func (s *Service) SubscriptionNamed(
	ctx context.Context, by access.Caller, group, name string,
) (of storage.Subscription, err error) {
	var g storage.Group
	if group != "" {
		if g, err = s.Group(ctx, by, group); err != nil {
			return of, err
		}
	}
	return s.Subscriptions.Find(ctx, g.ID, name)
}
