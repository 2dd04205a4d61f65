package httpapi

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
)

// verifyWithin is how long a comparison may take, with room for its answer to leave.
const verifyWithin = asking - answerGrace

type verifyInput struct {
	NamedStore
	Body struct {
		Resources []string `json:"resources,omitempty" maxItems:"30" doc:"Compare only these kinds of records."`
	}
}

type verifyAnswer struct{ Body Verification }

// Verification is the comparison of a mirror with its store.
type Verification struct {
	Store       string                  `json:"store"`
	Equal       bool                    `json:"equal"`
	Records     int                     `json:"records"`
	Resources   []mirror.ResourceReport `json:"resources"`
	Notes       []string                `json:"notes,omitempty"`
	NotCompared []storage.Resource      `json:"not_compared,omitempty" doc:"What the key may not read."`
	Differences []Differing             `json:"differences" doc:"The first of them."`
	Requests    int64                   `json:"requests" doc:"How many requests the store was asked."`
	Seconds     float64                 `json:"seconds"`
}

// Differing is a record that differs.
type Differing struct {
	storage.Ref
	ParentID int64    `json:"parent_id,omitempty"`
	Found    string   `json:"found" doc:"What is different about it."`
	Members  []string `json:"members,omitempty" doc:"The first members that differ."`
}

// verify compares a mirror with its store. Where records differ the answer says at which members, and not what stands
// there: whoever may have a store synced need not be allowed to read its records.
func (a *API) verify(ctx context.Context, in *verifyInput) (*verifyAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	var opts mirror.VerifyOptions
	for _, name := range in.Body.Resources {
		if !storage.Resource(name).Known() {
			return nil, noRecordsCalled(name, resourceNames())
		}
		opts.Resources = append(opts.Resources, storage.Resource(name))
	}
	within, cancel, err := a.waiting(ctx, verifyWithin)
	if err != nil {
		return nil, err
	}
	defer cancel()
	report, err := a.Verifier.Verify(within, st, opts, nil)
	if err != nil && ctx.Err() == nil && errors.Is(within.Err(), context.DeadlineExceeded) {
		return nil, tooMuchToVerify(st.Name, verifyWithin)
	}
	if err != nil {
		return nil, err
	}
	out := verifyAnswer{Body: Verification{Store: st.Name, Equal: report.Equal(), Records: report.Records(),
		Resources: report.Resources, Notes: report.Notes, NotCompared: report.NotCompared, Requests: report.Requests,
		Seconds: report.Elapsed.Seconds(), Differences: []Differing{}}}
	for _, d := range report.Differences {
		one := Differing{Ref: d.Ref, ParentID: d.ParentID, Found: d.Found}
		for _, f := range d.Fields {
			one.Members = append(one.Members, f.Path)
		}
		out.Body.Differences = append(out.Body.Differences, one)
	}
	return &out, nil
}
