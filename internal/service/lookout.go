package service

import (
	"context"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/alerts"
	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/storage"
)

// alerts is what tells people of problems, as it is configured. The error is a problem of code config_invalid.
func (a *Asker) alerts(db storage.Database) (*alerts.Keeper, error) {
	cfg := a.opts.Config
	allowed, err := cfg.Subscriptions.PrivateNetworks.Networks()
	if err != nil {
		return nil, err
	}
	agent := cfg.HTTP.UserAgent
	if agent == "" {
		agent = userAgent
	}
	return alerts.New(db, a.shops.Keys(), alerts.Options{Logger: a.opts.Logger, Now: a.opts.Now,
		Guard: egress.NewGuard(allowed), Time: cfg.Alerts.Timeout, Grace: cfg.Alerts.Grace,
		SMTP: cfg.Alerts.SMTP.Reveal(), From: cfg.Alerts.From, UserAgent: agent, Keep: cfg.Problems.Keep}), nil
}

// lookout looks for problems, and tells people of them, as long as a process works.
type lookout struct {
	quit  context.CancelFunc
	loops sync.WaitGroup
}

// lookOut begins to look. A process that only serves the API looks too: where nobody else works, that is what it finds.
// Telling goes beside looking: a channel that hangs keeps nobody from looking.
func (s *Service) lookOut() *lookout {
	ctx, quit := context.WithCancel(context.Background())
	l := &lookout{quit: quit}
	for what, do := range map[string]func(context.Context) error{
		"cannot look for problems": s.looker.LookWhenDue, "cannot tell anybody of problems": s.Alerts.Work} {
		l.loops.Go(func() { s.again(ctx, what, do) })
	}
	return l
}

// again does something each time that a look is due, until the context ends.
func (s *Service) again(ctx context.Context, what string, do func(context.Context) error) {
	ticker := time.NewTicker(s.looker.Every())
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := do(ctx); err != nil && ctx.Err() == nil {
				s.opts.Logger.WarnContext(ctx, what, "error", err)
			}
		}
	}
}

// stop ends the looking and returns when nobody looks any more.
func (l *lookout) stop() {
	l.quit()
	l.loops.Wait()
}
