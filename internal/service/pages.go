package service

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/backup"
	"github.com/waybillhq/waybill/internal/dashboard"
	"github.com/waybillhq/waybill/internal/dashboard/connect"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/settings"
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
		BodyLimit: int64(s.opts.Config.Serve.BodyLimit), More: slices.Concat(entrance.Routes(), s.settingsPages(p),
			s.connectPages())})
}

// settingsPages are the pages about users, tokens, groups and the server.
func (s *Service) settingsPages(p Process) []frame.Route {
	return settings.New(settings.Parts{
		People: s.People, Keeper: s.Keeper, Finder: s.Finder, Config: s.opts.Config, Now: s.opts.Now,
		PageURL: s.PageURL,
		Health:  func(ctx context.Context) (wire.Health, error) { return s.health(ctx, p.Version) },
		Backup:  s.backupTo,
	})
}

// connectPages are the pages on which a shop is connected.
func (s *Service) connectPages() []frame.Route {
	return connect.New(connect.Parts{Onboarding: s.Onboarding, Connector: s.Connector, Examiner: s.Examiner,
		Finder: s.Finder})
}

// backupTo makes a backup in the data directory, hands it over, and removes it.
func (s *Service) backupTo(
	ctx context.Context, passphrase string, take func(taken time.Time, file io.Reader) error,
) error {
	dir, err := os.MkdirTemp(s.opts.Config.Data, "backup-*")
	if err != nil {
		return directoryReadOnly(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "backup")
	taken, err := Backup(ctx, s.opts, path, backup.Lock{Passphrase: passphrase})
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return take(taken, file)
}
