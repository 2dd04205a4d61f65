package follow

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

// When a sync fails because of the store, the doctor looks for the cause, and its diagnosis is kept with the store
// until a sync succeeds. The doctor does not look:
//
//   - while a diagnosis of the same failure is younger than [diagnosisLasts], which is then shown again;
//   - for a failure that may pass by itself, before it has come [failuresToAsk] times in a row;
//   - when the store asks for fewer requests.
//
// Failing to find the cause, or to keep it, never hides the failure itself.
const (
	diagnosisLasts = time.Hour
	failuresToAsk  = 3
)

// diagnosisBudget is smaller than for a person: nobody waits for the diagnosis, and a store in trouble should get few
// requests.
func diagnosisBudget() doctor.Budget {
	b := doctor.DefaultBudget()
	b.Request, b.Run = 15*time.Second, 45*time.Second
	return b
}

// failed counts a failure of a store. The doctor is asked when the failure does not pass by itself, or has come often
// enough in a row, unless there is a recent diagnosis of the same failure. It returns the diagnosis, and the error with
// the cause in it. looking is called before the doctor is asked, which takes a while; it may be nil.
func (f *Follower) failed(
	ctx context.Context, st storage.Store, err error, lasting bool, looking func(error),
) (*storage.Diagnosis, error) {
	err = shop.Explain(err)
	p := problem.From(err)
	if ctx.Err() != nil || isGone(err) || !shop.Diagnosable(p.Code) {
		return nil, err
	}
	f.failing.Lock()
	f.failures[st.ID]++
	often := f.failures[st.ID]
	f.failing.Unlock()
	if now, err := f.db.Store(ctx, st.ID); err == nil {
		st = now
	}
	d := st.Facts.Diagnosis
	if d == nil || d.Failure != string(p.Code) || f.opts.Now().Sub(d.At) >= diagnosisLasts {
		if !lasting && often < failuresToAsk {
			return nil, err
		}
		if looking != nil {
			looking(err)
		}
		if d = f.diagnose(ctx, st, p.Code); d == nil {
			return nil, err
		}
		f.keepDiagnosis(ctx, st.ID, d)
	}
	return d, withCause(p, d)
}

// diagnose asks the doctor for a diagnosis; nil when the doctor could not work.
func (f *Follower) diagnose(ctx context.Context, st storage.Store, code problem.Code) *storage.Diagnosis {
	st, target, err := f.examine.Patient(ctx, st.Name)
	if err != nil {
		return nil
	}
	target.Scopes = stores.ReadScopes()
	report, err := f.examine.Examine(ctx, st.GroupID, target, doctor.WithBudget(diagnosisBudget()))
	if err != nil {
		f.opts.Logger.WarnContext(ctx, "the doctor could not look for the cause", "store", st.Name, "error", err)
		return nil
	}
	d := &storage.Diagnosis{At: f.opts.Now().UTC(), Failure: string(code)}
	if root := report.Root(); root != nil && root.Severity == doctor.Problem {
		d.Cause, d.Title, d.Why, d.Docs = root.ID, root.Title, root.Why, root.Docs
		d.Fix = root.FirstFix()
	}
	return d
}

func (f *Follower) keepDiagnosis(ctx context.Context, storeID int64, d *storage.Diagnosis) {
	st, err := ledger.ChangeStore(ctx, f.db, storeID, func(_ storage.Tx, st *storage.Store) error {
		st.Facts.Diagnosis = d
		return nil
	})
	if err != nil && ctx.Err() == nil {
		f.opts.Logger.WarnContext(ctx, "cannot keep why a sync failed", "store", st.Name, "error", err)
	}
}

// succeeded forgets earlier failures of a store and their diagnosis.
func (f *Follower) succeeded(ctx context.Context, st storage.Store) {
	f.failing.Lock()
	delete(f.failures, st.ID)
	f.failing.Unlock()
	if now, err := f.db.Store(ctx, st.ID); err == nil && now.Facts.Diagnosis != nil {
		f.keepDiagnosis(ctx, st.ID, nil)
	}
}

// withCause puts the doctor's diagnosis into the problem that a person sees. Without a cause the problem is returned
// unchanged.
func withCause(p *problem.Problem, d *storage.Diagnosis) error {
	if d.Cause == "" {
		return p
	}
	with := *p
	with.Details = map[string]string{}
	for key, value := range p.Details {
		with.Details[key] = value
	}
	with.Details["cause"], with.Details["docs"] = d.Cause, d.Docs
	with.Hint = d.Title + ": " + d.Why + ". Fix: " + d.Fix
	return &with
}
