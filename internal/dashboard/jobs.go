package dashboard

import (
	"net/http"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

var jobsView = view("jobs")

func (d *dashboard) jobRoutes() []frame.Route {
	return []frame.Route{
		{ID: "jobs-page", Method: http.MethodGet, Path: "/jobs", Need: access.MetricsRead, Serve: d.jobs},
	}
}

// jobsPage is what the page shows.
type jobsPage struct {
	Health wire.Health
	Tasks  []taskRow
	Failed []turnRow
}

// taskRow is a kind of work, over all shops.
type taskRow struct {
	Task                      storage.Task
	Shops, Held, Due, Failing int
	Queued                    int
}

// turnRow is the work for one shop that fails.
type turnRow struct {
	storage.Turn
	Store string
	State stateWord
}

// mostTurns bounds the rows of failing work.
const mostTurns = 100

func (d *dashboard) jobs(v *frame.Visit) error {
	ctx := v.Context()
	health, err := d.Health(ctx)
	if err != nil {
		return err
	}
	turns, err := d.Turns(ctx)
	if err != nil {
		return err
	}
	stores, err := d.visible(v)
	if err != nil {
		return err
	}
	names := map[int64]string{}
	for _, st := range stores {
		names[st.ID] = st.Name
	}
	p := jobsPage{Health: health}
	at := map[storage.Task]int{}
	now := d.now()
	for _, t := range turns {
		i, known := at[t.Task]
		if !known {
			i = len(p.Tasks)
			at[t.Task] = i
			p.Tasks = append(p.Tasks, taskRow{Task: t.Task})
		}
		row := &p.Tasks[i]
		row.Shops++
		switch {
		case t.Holder != "" && t.HeldUntil.After(now):
			row.Held++
		case !t.QueuedAt.IsZero():
			row.Queued++
		case !t.DueAt.IsZero() && !t.DueAt.After(now):
			row.Due++
		}
		if t.Failures > 0 {
			row.Failing++
			if len(p.Failed) < mostTurns {
				p.Failed = append(p.Failed, turnRow{t, names[t.StoreID],
					stateWord{Colour: verdict.Heals, Word: "tried again"}})
			}
		}
	}
	return v.Show(jobsView, frame.Page{Title: "Jobs", Here: frame.Jobs, Live: true, Data: p})
}
