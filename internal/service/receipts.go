package service

import (
	"context"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// NamedReceiver is who gives receipts, as a person names it.
type NamedReceiver struct {
	Name, Group string
	// Consumer says that it is a named reader of the log, and no subscription.
	Consumer bool
}

// Receiver finds who gives receipts. The error is a problem.
func (s *Service) Receiver(ctx context.Context, by access.Caller, n NamedReceiver) (r receipts.Receiver, err error) {
	var group int64
	if n.Group != "" {
		g, err := s.Group(ctx, by, n.Group)
		if err != nil {
			return r, err
		}
		group = g.ID
	}
	if n.Consumer {
		c, err := s.Consumers.Find(ctx, group, n.Name)
		return receipts.Consumer(c), err
	}
	sub, err := s.Subscriptions.Find(ctx, group, n.Name)
	return receipts.Subscription(sub), err
}

// ListReceipts lists what a receiver has, the newest first; with missing what it was sent and has no receipt for. An
// empty store is any.
func (s *Service) ListReceipts(
	ctx context.Context, by receipts.Receiver, store string, missing bool, limit int,
) ([]wire.Receipt, error) {
	q := storage.ReceiptQuery{Missing: missing, Limit: limit}
	q.SubscriptionID, q.ConsumerID = by.IDs()
	if store != "" {
		found, err := s.Named(ctx, store)
		if err != nil {
			return nil, err
		}
		q.StoreID = found[0].ID
	}
	all, err := s.Receipts.Receipts(ctx, q)
	if err != nil {
		return nil, err
	}
	names, err := s.storeNames(ctx)
	if err != nil {
		return nil, err
	}
	subscriptions, err := s.Subscriptions.List(ctx, 0)
	if err != nil {
		return nil, err
	}
	consumers, err := s.Consumers.List(ctx, 0)
	views := make([]wire.Receipt, len(all))
	for i, r := range all {
		views[i] = wire.ReceiptOf(r, names[r.StoreID], wire.ReceiversOf(subscriptions, consumers), s.opts.Now())
	}
	return views, err
}

// OverdueReceipts counts the receipts that are overdue, by subscription and store.
func (s *Service) OverdueReceipts(ctx context.Context) ([]wire.OverdueReceipts, error) {
	all, err := s.Receipts.Overdue(ctx, 0)
	if err != nil {
		return nil, err
	}
	names, err := s.storeNames(ctx)
	views := []wire.OverdueReceipts{}
	for _, o := range all {
		if names[o.StoreID] != "" {
			views = append(views, wire.OverdueReceiptsOf(o, names[o.StoreID]))
		}
	}
	return views, err
}

func (s *Service) storeNames(ctx context.Context) (map[int64]string, error) {
	all, err := s.Stores(ctx)
	names := make(map[int64]string, len(all))
	for _, st := range all {
		names[st.ID] = st.Name
	}
	return names, err
}
