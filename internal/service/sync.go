package service

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// SyncReport is what a sync did.
type SyncReport struct {
	Store    storage.Store
	Applied  storage.Applied
	Requests int64
	Took     time.Duration
	// Swept is what was compared record by record, whatever its date.
	Swept mirror.Swept
	// Warnings are what the mirror goes without, and why.
	Warnings []string
	// Diagnosis is why the sync failed, where the doctor was asked.
	Diagnosis *storage.Diagnosis
}

// Watch is told how work goes on. It must return quickly; nil is told nothing.
type Watch func(mirror.Progress)

// since adds what earlier steps of the same sync did, so that the numbers a person sees only grow. The report changes
// between steps only.
func (w Watch) since(report *SyncReport) Watch {
	if w == nil {
		return nil
	}
	return func(p mirror.Progress) {
		p.Requests += report.Requests
		p.Changes += report.Applied.Changes()
		w(p)
	}
}

// newMirror makes a Mirror that tells watch.
func (a *Asker) newMirror(watch Watch) *mirror.Mirror {
	opts := mirror.Options{
		InFlight: mirrorInFlight, Now: a.opts.Now, Log: a.opts.Logger,
		Schedule: a.opts.Config.Sync.Schedule(), Notes: mirror.Extent(a.opts.Config.Sync.Notes),
		Fulfillments:        mirror.Extent(a.opts.Config.Sync.Fulfillments),
		LeaveCheckoutDrafts: !a.opts.Config.Sync.CheckoutDrafts,
	}
	if watch != nil {
		opts.Observe = watch
	}
	return mirror.New(a.ledger, opts)
}

// mirrorInFlight is as many requests as any pace lets through, so that the pace decides and not a lack of work.
const mirrorInFlight = 24

const (
	// patience is how often in a row a store may fail in passing before a sync that a person waits for gives up.
	patience   = 2
	firstPause = 2 * time.Second
)

// SyncOnce brings the mirror of a store up to date and returns. What was read before an error is kept, so that the next
// sync goes on from there.
func (s *Service) SyncOnce(ctx context.Context, st storage.Store, watch Watch) (SyncReport, error) {
	return s.sync(ctx, st, watch, false)
}

// SyncThoroughly is SyncOnce that compares every field of every record and reads all lists, due or not: it finds what
// the store shows in no date and no total.
func (s *Service) SyncThoroughly(ctx context.Context, st storage.Store, watch Watch) (SyncReport, error) {
	return s.sync(ctx, st, watch, true)
}

// sync lets the process that works for the store do it, where there is one, and does it itself where there is none.
func (s *Service) sync(
	ctx context.Context, st storage.Store, watch Watch, thorough bool,
) (report SyncReport, err error) {
	for {
		_, served, err := s.worker(ctx, st.ID)
		if err != nil {
			return report, shop.Explain(err)
		}
		if !served {
			break
		}
		if report, err = s.syncByWorker(ctx, st, watch, thorough); !errors.Is(err, errWorkerGone) {
			return report, err
		}
	}
	report.Store = st
	err = s.held(ctx, engine.Pull, st.ID, func(ctx context.Context) error {
		report, err = s.syncHere(ctx, st, watch, thorough)
		return err
	})
	return report, shop.Explain(err)
}

// syncHere brings a store up to date that this process has in its hands.
func (s *Service) syncHere(ctx context.Context, st storage.Store, watch Watch, thorough bool) (SyncReport, error) {
	report := SyncReport{Store: st}
	client, err := s.shops.Of(st)
	if err != nil {
		return report, err
	}
	began := s.opts.Now()
	m := s.newMirror(watch.since(&report))
	// Whatever has not been asked since now is asked, in however many steps.
	budget := mirror.Budget{Since: began, Compare: true, Sweep: thorough}
	for failures := 0; ; {
		res, err := m.Pull(ctx, st.ID, client, budget)
		report.add(res)
		report.Took = s.opts.Now().Sub(began)
		s.learnFacts(ctx, st.ID, res)
		if err == nil && res.Idle {
			s.succeeded(ctx, st)
			return report, nil
		}
		if err == nil {
			failures = 0
			continue
		}
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		if res.Applied.Changes() > 0 {
			failures = 0
		}
		if failures++; failures > patience || !woo.Passes(err) {
			// It was tried again already, so it does not pass by itself.
			report.Diagnosis, err = s.failed(ctx, st, err, true)
			return report, err
		}
		s.opts.Logger.InfoContext(ctx, "the store failed; trying again", "store", st.Name, "attempt", failures, "error",
			err)
		if err := pause(ctx, firstPause<<(failures-1)); err != nil {
			return report, err
		}
	}
}

func (r *SyncReport) add(res mirror.Result) {
	r.Applied = r.Applied.Add(res.Applied)
	r.Requests += res.Requests
	r.Swept = r.Swept.Add(res.Swept)
	for _, w := range res.Warnings {
		if !slices.Contains(r.Warnings, w) {
			r.Warnings = append(r.Warnings, w)
		}
	}
}

// learnFacts keeps what a pull learned of a store: how far its clock is off, when that changed by more than its Date
// header is exact to, its version, and what people should know of its records. It is knowledge for people and for the
// doctor, so failing to keep it does not fail a sync.
func (s *Service) learnFacts(ctx context.Context, storeID int64, res mirror.Result) {
	st, err := s.db.Store(ctx, storeID)
	if err != nil || !learn(&st.Facts, res) {
		return
	}
	_, err = ledger.ChangeStore(ctx, s.db, storeID, func(_ storage.Tx, st *storage.Store) error {
		learn(&st.Facts, res)
		st.Facts.SeenAt = s.opts.Now().UTC()
		return nil
	})
	if err != nil {
		s.opts.Logger.WarnContext(ctx, "cannot keep what was learned of the store", "store", st.Name, "error", err)
	}
}

// learn takes into the facts of a store what a pull saw, and says whether that is anything new.
func learn(f *storage.StoreFacts, res mirror.Result) (changed bool) {
	if res.StoreClock != 0 && (f.ClockAhead-res.StoreClock).Abs() >= 5*time.Second {
		f.ClockAhead, changed = res.StoreClock.Round(time.Second), true
	}
	if res.WooCommerce != "" && res.WooCommerce != f.WooCommerce {
		f.WooCommerce, changed = res.WooCommerce, true
	}
	if !f.Seen.Equal(res.Seen) {
		f.Seen, changed = res.Seen, true
	}
	return changed
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isGone says that a store was paused or removed while work on it went on.
func isGone(err error) bool {
	return errors.Is(err, storage.ErrFenced) || errors.Is(err, storage.ErrNotFound)
}
