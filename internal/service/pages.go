package service

import (
	"context"

	"github.com/waybillhq/waybill/internal/dashboard"
	"github.com/waybillhq/waybill/internal/dashboard/signin"
	"github.com/waybillhq/waybill/internal/httpapi"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// pages is the dashboard over everything that this Service can do, behind its own gate unless there is another.
func (s *Service) pages(p Process) httpapi.Pages {
	entrance := signin.New(s.People, signin.Options{URL: s.configuredURL(), Logger: s.opts.Logger})
	if p.Gate == nil {
		p.Gate = entrance
	}
	return dashboard.New(dashboard.Parts{
		Keeper: s.Keeper, Finder: s.Finder, Examiner: s.Examiner, Connector: s.Connector, Records: s.Reader.Reader,
		Log: s.Log, Viewer: s.Viewer, Drafter: s.Drafter, Submitter: s.Submitter, Follower: s.Follower,
		Consumers: s.Consumers, Subscriptions: s.Subscriptions, Orders: s.Tracer(),
		Standings: s.Standings, Hooks: s.Hooks, Progress: s.progress.of,
		Turns:  func(ctx context.Context) ([]storage.Turn, error) { return s.db.Turns(ctx, 0) },
		Health: func(ctx context.Context) (wire.Health, error) { return s.health(ctx, p.Version) },
	}, dashboard.Options{Gate: p.Gate, Logger: s.opts.Logger, Now: s.opts.Now, Version: p.Version,
		BodyLimit: int64(s.opts.Config.Serve.BodyLimit), More: entrance.Routes()})
}
