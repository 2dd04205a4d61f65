package service

import (
	"context"

	"github.com/waybillhq/waybill/internal/httpapi"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/wire"
)

// api is the HTTP API over everything that this Service can do.
func (s *Service) api(p Process) (*httpapi.API, error) {
	return httpapi.New(httpapi.Parts{
		Keeper: s.Keeper, Finder: s.Finder, Examiner: s.Examiner, Connector: s.Connector, Records: s.Reader.Reader,
		Log: s.Log, Viewer: s.Viewer, Drafter: s.Drafter, Submitter: s.Submitter, Follower: s.Follower,
		Verifier: s.Verifier, Inbox: s.Inbox, Hooks: s.receiver, Consumers: s.Consumers,
		Subscriptions: s.Subscriptions, Onboarding: s.Onboarding, Orders: s.Tracer(), Receipts: s.Receipts,
		Redo: s.Redo, Reconciler: s.Reconciler, FetchList: s.FetchList, Links: s.Links,
		Problems: s.Problems, Freshness: s.Freshness, Alerts: s.Alerts,
		Health: func(ctx context.Context) (wire.Health, error) { return s.health(ctx, p.Version) },
		Pages:  s.pages(p),
	}, httpapi.Options{Serve: s.opts.Config.Serve, Logger: s.opts.Logger, Now: s.opts.Now,
		Tracer: p.Tracer})
}

// health is how the process and its database are.
func (s *Service) health(ctx context.Context, version string) (wire.Health, error) {
	h := wire.Health{Version: version, Database: "sqlite", Workers: []wire.Worker{}}
	if s.opts.Config.Database.URL != "" {
		h.Database = "postgres"
	}
	var err error
	if h.LastSeq, err = s.db.LastSeq(ctx); err != nil {
		return h, shop.Explain(err)
	}
	workers, err := s.engine.Workers(ctx)
	for _, w := range workers {
		h.Workers = append(h.Workers, wire.Worker{Host: w.Host, PID: w.PID, Role: w.Role, StartedAt: w.StartedAt,
			SeenAt: w.SeenAt})
	}
	return h, shop.Explain(err)
}
