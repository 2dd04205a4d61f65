package follow

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
	"github.com/waybillhq/waybill/internal/wait"
	"github.com/waybillhq/waybill/woo"
)

// Report is what a sync did.
type Report struct {
	Store    storage.Store
	Applied  storage.Applied
	Requests int64
	Took     time.Duration
	// Swept counts the records that were compared whatever their date.
	Swept mirror.Swept
	// Warnings tell what the mirror goes without, and why.
	Warnings []string
	// Diagnosis is why the sync failed; nil when the doctor was not asked.
	Diagnosis *storage.Diagnosis
}

// How says what a sync does beyond what is due.
type How struct {
	// Thorough compares every field of every record and reads all lists, due or not. It finds changes that move no date
	// and no total.
	Thorough bool `json:"thorough,omitempty"`
	// AcceptLoss deletes records of which the store has lost a large share at once. Without it they are kept
	// (mirror.Budget).
	AcceptLoss bool `json:"accept_loss,omitempty"`
}

const (
	// patience is how often in a row a store may fail in passing before a sync gives up for which a person waits.
	patience   = 2
	firstPause = 2 * time.Second
)

// SyncOnce brings the mirror of a store up to date and returns. What was read before an error is kept, and the next
// sync continues from there.
func (f *Follower) SyncOnce(ctx context.Context, st storage.Store, watch Watch) (Report, error) {
	return f.Sync(ctx, st, How{}, watch)
}

// SyncThoroughly is a sync with [How.Thorough].
func (f *Follower) SyncThoroughly(ctx context.Context, st storage.Store, watch Watch) (Report, error) {
	return f.Sync(ctx, st, How{Thorough: true}, watch)
}

// Sync brings the mirror of a store up to date in the given way. If a process works for the store, that process does
// it; otherwise this one does.
func (f *Follower) Sync(
	ctx context.Context, st storage.Store, how How, watch Watch,
) (report Report, err error) {
	for {
		served, err := f.served(ctx, st.ID)
		if err != nil {
			return report, shop.Explain(err)
		}
		if !served {
			break
		}
		if report, err = f.syncByWorker(ctx, st, how, watch); !errors.Is(err, errWorkerGone) {
			return report, err
		}
	}
	report.Store = st
	waiting := func() {
		if watch != nil {
			watch(mirror.Progress{StoreID: st.ID, Task: mirror.TaskWait})
		}
	}
	err = f.held(ctx, engine.Pull, st.ID, waiting, func(hold *engine.Hold) error {
		began := f.opts.Now()
		report, err = f.syncHere(hold.Context, st, how, watch)
		if hold.Context.Err() == nil {
			hold.Report = f.roundReport(hold.Context, st, report.result(err == nil), began, err, report.Diagnosis)
		}
		return err
	})
	return report, shop.Explain(err)
}

// syncHere brings a store up to date whose turn this process holds.
func (f *Follower) syncHere(ctx context.Context, st storage.Store, how How, watch Watch) (Report, error) {
	report := Report{Store: st}
	client, err := f.shops.Of(st)
	if err != nil {
		return report, err
	}
	began := f.opts.Now()
	work, line, drop := f.lifeline(ctx, client, time.Time{})
	defer drop()
	m := f.mirrors.of(line.telling(watch.since(&report)))
	// Everything that was last asked before now is asked again, in as many steps as it takes.
	budget := mirror.Budget{Since: began, Compare: true, Sweep: how.Thorough, AcceptLoss: how.AcceptLoss}
	var away time.Time // since when the database does not answer; zero while it does
	for failures := 0; ; {
		res, err := m.Pull(work, st.ID, line, budget)
		report.add(res)
		report.Took = f.opts.Now().Sub(began)
		f.learnFacts(ctx, st.ID, res)
		if err == nil && res.Idle {
			f.succeeded(ctx, st)
			f.prepareViews(ctx)
			return report, told(st, res)
		}
		if err == nil {
			failures, away = 0, time.Time{}
			continue
		}
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		if unreached := line.broke(work); unreached != nil {
			report.Diagnosis, err = f.failed(ctx, st, unreached, true, nil)
			return report, err
		}
		if errors.Is(err, storage.ErrUnavailable) {
			// This is no failure of the store.
			if away.IsZero() {
				away = time.Now()
			}
			if time.Since(away) > outage {
				return report, err
			}
			if err := wait.For(ctx, 5*lookAgain); err != nil {
				return report, err
			}
			continue
		}
		if res.Applied.Changes() > 0 {
			failures = 0
		}
		if failures++; failures > patience || !woo.Passes(err) {
			// The request was repeated already, so the failure does not pass by itself.
			report.Diagnosis, err = f.failed(ctx, st, err, true, nil)
			return report, err
		}
		f.opts.Logger.InfoContext(ctx, "the store failed; trying again", "store", st.Name, "attempt", failures, "error",
			err)
		_ = wait.For(work, firstPause<<(failures-1)) // the next round sees what ended it
	}
}

// prepareViews makes questions about many orders quick. Without it they are slow but right, so a failure here does not
// fail the sync.
func (f *Follower) prepareViews(ctx context.Context) {
	if err := f.db.PrepareViews(ctx); err != nil && ctx.Err() == nil {
		f.opts.Logger.WarnContext(ctx, "cannot prepare the views", "error", err)
	}
}

// result returns the whole sync in the form of one round.
func (r *Report) result(idle bool) mirror.Result {
	return mirror.Result{Idle: idle, Applied: r.Applied, Requests: r.Requests, Swept: r.Swept, Warnings: r.Warnings}
}

func (r *Report) add(res mirror.Result) {
	r.Applied = r.Applied.Add(res.Applied)
	r.Requests += res.Requests
	r.Swept = r.Swept.Add(res.Swept)
	for _, w := range res.Warnings {
		if !slices.Contains(r.Warnings, w) {
			r.Warnings = append(r.Warnings, w)
		}
	}
}

// learnFacts saves what a pull learned about a store, for people and for the doctor: its version, what people should
// know of its records, and how far its clock is off. A failure here does not fail the sync.
func (f *Follower) learnFacts(ctx context.Context, storeID int64, res mirror.Result) {
	st, err := f.db.Store(ctx, storeID)
	if err != nil {
		return
	}
	at := f.shops.Address(st)
	if !learn(&st.Facts, res, at) {
		return
	}
	_, err = ledger.ChangeStore(ctx, f.db, storeID, func(_ storage.Tx, st *storage.Store) error {
		learn(&st.Facts, res, at)
		st.Facts.SeenAt = f.opts.Now().UTC()
		return nil
	})
	if err != nil {
		f.opts.Logger.WarnContext(ctx, "cannot keep what was learned of the store", "store", st.Name, "error", err)
	}
}

// learn copies what a pull saw, and at which address, into the facts of a store, and returns whether any of it is new.
func learn(f *storage.StoreFacts, res mirror.Result, at string) (changed bool) {
	if at != "" && at != f.Address {
		f.Address, changed = at, true
	}
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

// isGone says whether a store was paused or removed while work on it was under way.
func isGone(err error) bool {
	return errors.Is(err, storage.ErrFenced) || errors.Is(err, storage.ErrNotFound)
}
