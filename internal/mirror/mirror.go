package mirror

import (
	"cmp"
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/volatile"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Mirror keeps the mirrors of stores in a repository.
type Mirror struct {
	repo Repository
	opts Options
}

// New makes a Mirror.
func New(repo Repository, opts Options) *Mirror {
	return &Mirror{repo: repo, opts: opts.withDefaults()}
}

func (m *Mirror) begin(ctx context.Context, storeID int64, shop woo.Doer, budget Budget, claim storage.Claim) *step {
	s := m.newStep(storeID, shop)
	s.budget = budget
	s.Asker.Bound(m.opts.Now().Add(cmp.Or(budget.For, 40*time.Second)), budget.Requests)
	s.writer = startWriter(ctx, m.repo, claim, s.tally.committed)
	return s
}

// shown returns the reader of a store for a step or a verification.
func (m *Mirror) shown(storeID int64, shop woo.Doer) *shown.Store {
	return &shown.Store{
		Asker: ask.New(shop, m.opts.asking()), StoreID: storeID, Mirrored: m.repo,
		PerPage: m.opts.PerPage, InFlight: m.opts.InFlight, Log: m.opts.Log, Clock: m.opts.Now,
		LeaveDrafts: m.opts.LeaveCheckoutDrafts, Sizes: map[storage.Resource]*pagesize.Size{},
	}
}

// newStep makes a step that can ask the store and counts its requests. The step has no claim and no writer yet.
func (m *Mirror) newStep(storeID int64, shop woo.Doer) *step {
	s := &step{Store: m.shown(storeID, shop), repo: m.repo, opts: m.opts}
	s.Unread = s.unreadable
	s.watch = volatile.New(s.Store, m.repo, m.opts.RetryPause)
	s.watch.Judged = func(same *storage.Sameness) { s.writer.judge(same) }
	s.watch.Put = func(c storage.Cursor) error { return s.writer.put(storage.Batch{Cursors: []storage.Cursor{c}}) }
	s.watch.Demanded, s.watch.Forgot = s.swept, s.newLook
	s.tally = m.tally(storeID, s.Asker)
	return s
}

// tally returns the counter of what is done for a store, which also shows the failures that requests meet.
func (m *Mirror) tally(storeID int64, asker *ask.Asker) *tally {
	t := &tally{
		observe:  m.opts.Observe,
		requests: asker.Sent,
		now:      m.opts.Now,
		progress: Progress{StoreID: storeID},
	}
	asker.Trouble = t.trouble
	return t
}
