package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/freshness"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// NumberedProblem is the path of a problem.
type NumberedProblem struct {
	Problem int64 `path:"problem" doc:"The id of the problem." minimum:"1"`
}

type problemsInput struct {
	State  string `query:"state" enum:"standing,open,acknowledged,ignored,resolved,all" default:"standing" doc:"Those that stand are all but the resolved ones."`
	Kind   string `query:"kind" enum:"shop,late,writes,subscription,deliveries,receipts,webhooks,alerts" doc:"Only those of this kind."`
	Store  string `query:"store" maxLength:"63" doc:"Only those that affect this store, or have."`
	Host   string `query:"host" maxLength:"255" doc:"Only those of this host."`
	Before int64  `query:"before" minimum:"0" doc:"Only those before this id; the member last of a page."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type affectedInput struct {
	NumberedProblem
	Ended bool   `query:"ended" doc:"Also what is affected no more."`
	After string `query:"after" maxLength:"200" doc:"Only what is after this; the member next of a page."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type decideProblemInput struct {
	NumberedProblem
	Body struct {
		Decision string    `json:"decision" enum:"acknowledge,ignore,resolve,reopen"`
		Note     string    `json:"note,omitempty" maxLength:"1000" doc:"What others should know."`
		Until    time.Time `json:"until,omitempty" doc:"When ignoring ends; never when absent."`
	}
}

type freshnessInput struct {
	NamedStore
	Resource  string `query:"resource" maxLength:"30" doc:"What of the store; the store as a whole when absent."`
	Intervals int    `query:"intervals" minimum:"1" maximum:"1000" default:"90"`
	Seconds   int    `query:"interval_seconds" minimum:"60" maximum:"604800" default:"960" doc:"How long an interval is."`
}

type (
	problemsAnswer  struct{ Body wire.StandingProblems }
	problemAnswer   struct{ Body wire.StandingProblem }
	affectedAnswer  struct{ Body wire.AffectedPage }
	freshnessAnswer struct{ Body wire.Freshness }
)

func (a *API) problemRoutes() {
	const tag, one = "Problems", "/v1/problems/{problem}"
	register(a, operation{id: "list-problems", method: http.MethodGet, path: "/v1/problems", tag: tag,
		summary: "List problems: what stands since when, whom it affects, who acts, and what to do",
		need:    access.ProblemsRead, about: "What fails for one cause at one host is one problem. The newest come " +
			"first. A token of a group sees those that affect something of its group, and counts only that."},
		a.listProblems)
	register(a, operation{id: "get-problem", method: http.MethodGet, path: one, tag: tag, summary: "Show a problem",
		need: access.ProblemsRead}, a.getProblem)
	register(a, operation{id: "list-affected", method: http.MethodGet, path: one + "/affected", tag: tag,
		summary: "List what a problem affects", need: access.ProblemsRead}, a.listAffected)
	register(a, operation{id: "decide-problem", method: http.MethodPost, path: one + "/decision", tag: tag,
		summary: "Acknowledge, ignore or resolve a problem, or take that back", need: access.ProblemsWrite,
		about: "Nobody is told any more of one that is acknowledged, but that it ended. One that is resolved opens " +
			"again when it is seen anew. A token of a group decides about what affects nobody else."}, a.decideProblem)
	register(a, operation{id: "get-freshness", method: http.MethodGet, path: "/v1/stores/{store}/freshness",
		tag: "Stores", summary: "Say how fresh the copy of a store is and was", need: access.StoresRead}, a.getFreshness)
}

// statesOf are the states that a word asks for; nil for all.
func statesOf(word string) []storage.ProblemState {
	switch word {
	case "all":
		return nil
	case "", "standing":
		return storage.Standing()
	}
	return []storage.ProblemState{storage.ProblemState(word)}
}

func (a *API) listProblems(ctx context.Context, in *problemsInput) (*problemsAnswer, error) {
	q := problems.Query{States: statesOf(in.State), Kind: in.Kind, Host: in.Host, GroupID: callerOf(ctx).GroupID,
		Before: in.Before, Limit: in.Limit}
	if in.Store != "" {
		st, err := a.store(ctx, in.Store)
		if err != nil {
			return nil, err
		}
		q.StoreID = st.ID
	}
	all, err := a.Problems.List(ctx, q)
	if err != nil {
		return nil, err
	}
	looked, err := a.Problems.LookedAt(ctx)
	return &problemsAnswer{wire.StandingProblemsOf(all, in.Limit, looked)}, err
}

func (a *API) getProblem(ctx context.Context, in *NumberedProblem) (*problemAnswer, error) {
	p, err := a.Problems.Find(ctx, in.Problem, callerOf(ctx).GroupID)
	return &problemAnswer{wire.StandingProblemOf(p)}, err
}

func (a *API) listAffected(ctx context.Context, in *affectedInput) (*affectedAnswer, error) {
	group := callerOf(ctx).GroupID
	if _, err := a.Problems.Find(ctx, in.Problem, group); err != nil {
		return nil, err
	}
	all, err := a.Problems.Affected(ctx, storage.AffectedQuery{ProblemID: in.Problem, GroupID: group, Ended: in.Ended,
		After: in.After, Limit: in.Limit})
	return &affectedAnswer{wire.AffectedPageOf(all, in.Limit)}, err
}

func (a *API) decideProblem(ctx context.Context, in *decideProblemInput) (*problemAnswer, error) {
	caller := callerOf(ctx)
	d := problems.Decision{By: cmp.Or(caller.Name, caller.Actor), Note: in.Body.Note, GroupID: caller.GroupID,
		Until: in.Body.Until}
	decide := map[string]func(context.Context, int64, problems.Decision) (storage.Problem, error){
		"acknowledge": a.Problems.Acknowledge, "ignore": a.Problems.Ignore, "resolve": a.Problems.Resolve,
		"reopen": a.Problems.Reopen}[in.Body.Decision]
	if _, err := decide(ctx, in.Problem, d); err != nil {
		return nil, err
	}
	return a.getProblem(ctx, &in.NumberedProblem)
}

func (a *API) getFreshness(ctx context.Context, in *freshnessInput) (*freshnessAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	strip, err := a.Freshness.Strip(ctx, freshness.Asked{StoreID: st.ID, Resource: storage.Resource(in.Resource),
		Intervals: in.Intervals, Interval: time.Duration(in.Seconds) * time.Second})
	return &freshnessAnswer{wire.FreshnessOf(strip)}, err
}
