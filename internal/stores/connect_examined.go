package stores

import (
	"context"
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
)

// ConnectExamined lets the doctor examine a store and then connects it. If connecting fails, the error names the cause
// that the doctor found and its fix. If it works only with a stop-gap, the stop-gap is adopted and named in the report.
// Without scopes the doctor examines [ReadScopes].
//
// The doctor's opinion alone refuses nothing: only connecting decides whether a store can be connected. A fault of the
// doctor thus costs its requests and no customer.
func (s *Connector) ConnectExamined(
	ctx context.Context, c Connection, more ...doctor.Option,
) (Connected, *doctor.Report, error) {
	c.Key = strings.TrimSpace(c.Key) // WordPress removes outer blanks too
	if err := checkCredentials(c.Key, c.Secret); err != nil {
		return Connected{}, nil, err
	}
	if err := checkName(c.Name); err != nil {
		return Connected{}, nil, err
	}
	scopes := c.Scopes
	if len(scopes) == 0 {
		scopes = ReadScopes()
	}
	target := doctor.Target{URL: c.URL, Key: c.Key, Secret: c.Secret, Scopes: scopes}
	report, err := s.ask.Examine(ctx, c.Group, target, more...)
	if err != nil {
		return Connected{}, nil, err
	}
	connected, err := s.connectSteadily(ctx, c, report)
	if err != nil {
		return Connected{}, report, causedBy(err, report)
	}
	for _, a := range report.Adoptions() {
		if a.MethodOverride && !connected.Store.Facts.MethodOverride {
			if connected.Store, err = s.overrideMethods(ctx, connected.Store.ID); err != nil {
				return connected, report, err
			}
		}
	}
	return connected, report, nil
}

// connectSteadily connects. It tries once more after a failure if the doctor found nothing that would hinder it, or
// found that the answers of the store vary. The result tells how the two attempts differ.
func (s *Connector) connectSteadily(ctx context.Context, c Connection, report *doctor.Report) (Connected, error) {
	connected, first := s.Connect(ctx, c)
	if first == nil || !shop.Diagnosable(problem.From(first).Code) ||
		report.Status == doctor.Problems && !wavers(report) {
		return connected, first
	}
	connected, err := s.Connect(ctx, c)
	if err == nil {
		connected.Notes = append(connected.Notes, fmt.Sprintf("Connecting failed at first and worked a moment later "+
			"(%s). The store answers the same request differently from one time to the next. Run the doctor three "+
			"times: waybill doctor %s", strings.TrimRight(problem.From(first).Message, "."), connected.Store.Name))
	} else if report.Status != doctor.Problems && shop.Diagnosable(problem.From(err).Code) {
		err = answeredTheDoctor(err, c.URL)
	}
	return connected, err
}

// answeredTheDoctor adds to a refusal that the doctor met no such refusal a moment before.
func answeredTheDoctor(err error, url string) error {
	p := problem.From(err)
	with := answersVary(p, err)
	for key, value := range p.Details {
		with.Detail(key, value)
	}
	return with.Next("Run the doctor three times: waybill doctor %s", url).Detail("cause", "answers-vary")
}

// wavers says whether the doctor saw the same request answered differently at different times.
func wavers(report *doctor.Report) bool { return report.Has("answers-vary") }

// causedBy replaces the text of a problem by the cause that the doctor found. The code stays, because programs branch
// on it.
func causedBy(err error, report *doctor.Report) error {
	p := problem.From(err)
	root := report.Root()
	if root == nil || root.Severity != doctor.Problem && !wavers(report) || !shop.Diagnosable(p.Code) {
		return err
	}
	with := foundByDoctor(p.Code, root, err)
	for key, value := range p.Details {
		with.Detail(key, value)
	}
	with.Next("%s", root.FirstFix())
	if root.Adopt != nil && root.Adopt.Base != "" {
		with.Next("Connect it there: waybill connect %s", root.Adopt.Base)
	}
	return with.Detail("cause", root.ID).Detail("docs", root.Docs).Detail("failure", p.Message)
}
