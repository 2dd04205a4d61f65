package follow

import (
	"context"
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Round is one piece of work on a followed store.
type Round struct {
	Store   storage.Store
	Result  mirror.Result
	Took    time.Duration
	Err     error
	NextDue time.Time
	// Diagnosis is why the round failed; nil when the doctor was not asked.
	Diagnosis *storage.Diagnosis
}

// round is a Round in the form in which it is passed between processes. At distinguishes two rounds with the same
// result.
type round struct {
	At   time.Time     `json:"at"`
	Took time.Duration `json:"took"`
	Idle bool          `json:"idle"`
	Next time.Time     `json:"next,omitzero"`
	// CurrentAt is when the last round began that left nothing to read. The mirror holds the state of that time.
	CurrentAt time.Time          `json:"current_at,omitzero"`
	Applied   storage.Applied    `json:"applied"`
	Requests  int64              `json:"requests"`
	Swept     mirror.Swept       `json:"swept"`
	Warnings  []string           `json:"warnings,omitempty"`
	Problem   *problem.Problem   `json:"problem,omitempty"`
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
	// Underway says that the round continues: either its failure is known and the doctor looks for the cause, or the
	// failure of the round before has passed.
	Underway bool `json:"underway,omitempty"`
}

// note saves the state of a round that continues.
func (f *Follower) note(ctx context.Context, job engine.Job, why error) {
	last, _, err := lastRound(ctx, f.db, job.StoreID)
	if err != nil || job.Note == nil {
		return // the end of the round reports it
	}
	r := round{At: f.opts.Now().UTC(), Next: last.Next, CurrentAt: last.CurrentAt, Underway: true}
	if why != nil {
		r.Problem = problem.From(shop.Explain(why))
	}
	text, err := json.Marshal(r)
	if err == nil {
		err = job.Note(ctx, text)
	}
	if err != nil && ctx.Err() == nil {
		f.opts.Logger.DebugContext(ctx, "cannot keep how a round stands", "store", job.StoreID, "error", err)
	}
}

// roundReport returns the report of a round that is kept in the calendar.
func (f *Follower) roundReport(
	ctx context.Context, st storage.Store, res mirror.Result, began time.Time, err error, d *storage.Diagnosis,
) json.RawMessage {
	now := f.opts.Now()
	r := round{At: now.UTC(), Took: now.Sub(began), Idle: res.Idle, Next: res.Next, Applied: res.Applied,
		Requests: res.Requests, Swept: res.Swept, Warnings: res.Warnings, Diagnosis: d}
	if err != nil {
		r.Problem = problem.From(shop.Explain(err))
	}
	if r.CurrentAt = began.UTC(); r.Problem != nil || !res.Idle {
		r.CurrentAt = f.currentAt(ctx, st.ID)
	}
	text, err := json.Marshal(r)
	if err != nil {
		f.opts.Logger.Warn("cannot keep what a round did", "store", st.Name, "error", err)
		return nil
	}
	return text
}

// currentAt returns the CurrentAt that earlier rounds have left. When it cannot be read it counts as never: a mirror
// that seems late gets looked at, and one that seems current does not.
func (f *Follower) currentAt(ctx context.Context, storeID int64) time.Time {
	last, _, err := lastRound(ctx, f.db, storeID)
	if err != nil {
		return time.Time{}
	}
	return last.CurrentAt
}

// lastRound returns the report of a store's last round, and when the next one is due. A report that cannot be read, of
// another version of the program, counts as none.
func lastRound(ctx context.Context, db storage.CalendarReader, storeID int64) (last round, due time.Time, err error) {
	turns, err := db.Turns(ctx, storeID)
	last, due = lastOf(turns)
	return last, due, err
}

// lastOf does the work of lastRound for a store's lines of the calendar.
func lastOf(turns []storage.Turn) (last round, due time.Time) {
	for _, t := range turns {
		if t.Task == engine.Pull && t.Report != nil && json.Unmarshal(t.Report, &last) == nil {
			due = t.DueAt
		}
	}
	return last, due
}

func (f *Follower) roundOf(ctx context.Context, t storage.Turn) (Round, bool) {
	var r round
	st, err := f.db.Store(ctx, t.StoreID)
	if err != nil || json.Unmarshal(t.Report, &r) != nil || r.Underway {
		return Round{}, false
	}
	told := Round{Store: st, Took: r.Took, NextDue: r.Next, Diagnosis: r.Diagnosis, Result: mirror.Result{
		Idle: r.Idle, Next: r.Next, Applied: r.Applied, Requests: r.Requests, Swept: r.Swept, Warnings: r.Warnings}}
	if r.Problem != nil {
		told.Err = r.Problem
	}
	return told, true
}
