package follow

import (
	"context"
	"encoding/json"
	"time"

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
	// Diagnosis is why it failed, where the doctor was asked.
	Diagnosis *storage.Diagnosis
}

// round is a Round on its way between processes. At tells two that did the same apart.
type round struct {
	At        time.Time          `json:"at"`
	Took      time.Duration      `json:"took"`
	Idle      bool               `json:"idle"`
	Next      time.Time          `json:"next,omitzero"`
	Applied   storage.Applied    `json:"applied"`
	Requests  int64              `json:"requests"`
	Swept     mirror.Swept       `json:"swept"`
	Warnings  []string           `json:"warnings,omitempty"`
	Problem   *problem.Problem   `json:"problem,omitempty"`
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
}

// roundReport is what is kept in the calendar of a round.
func (f *Follower) roundReport(
	st storage.Store, res mirror.Result, began time.Time, err error, d *storage.Diagnosis,
) json.RawMessage {
	now := f.opts.Now()
	r := round{At: now.UTC(), Took: now.Sub(began), Idle: res.Idle, Next: res.Next, Applied: res.Applied,
		Requests: res.Requests, Swept: res.Swept, Warnings: res.Warnings, Diagnosis: d}
	if err != nil {
		r.Problem = problem.From(shop.Explain(err))
	}
	text, err := json.Marshal(r)
	if err != nil {
		f.opts.Logger.Warn("cannot keep what a round did", "store", st.Name, "error", err)
		return nil
	}
	return text
}

func (f *Follower) roundOf(ctx context.Context, t storage.Turn) (Round, bool) {
	var r round
	st, err := f.db.Store(ctx, t.StoreID)
	if err != nil || json.Unmarshal(t.Report, &r) != nil {
		return Round{}, false
	}
	told := Round{Store: st, Took: r.Took, NextDue: r.Next, Diagnosis: r.Diagnosis, Result: mirror.Result{
		Idle: r.Idle, Next: r.Next, Applied: r.Applied, Requests: r.Requests, Swept: r.Swept, Warnings: r.Warnings}}
	if r.Problem != nil {
		told.Err = r.Problem
	}
	return told, true
}
