package stores

import (
	"context"
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
)

// ConnectExamined lets the doctor look at a store and connects it then. Where connecting fails, the error names the
// cause the doctor found and its fix; where it works with a stop-gap only, the stop-gap is adopted and stands in the
// report. Without scopes the doctor looks at [ReadScopes].
//
// The doctor's opinion alone refuses nothing: whether a store can be connected is decided by connecting it. So a fault
// of the doctor costs its requests and no customer.
func (s *Connector) ConnectExamined(
	ctx context.Context, c Connection, more ...doctor.Option,
) (Connected, *doctor.Report, error) {
	c.Key = strings.TrimSpace(c.Key) // WordPress takes blanks around it away too
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

// connectSteadily connects, and tries once more where it fails though the doctor found nothing that would hinder it, or
// found that answers come and go. What differs between the two is said.
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

// answeredTheDoctor says of a refusal that the doctor met nothing of the kind a moment before.
func answeredTheDoctor(err error, url string) error {
	p := problem.From(err)
	with := answersVary(p, err)
	for key, value := range p.Details {
		with.Detail(key, value)
	}
	return with.Next("Run the doctor three times: waybill doctor %s", url).Detail("cause", "answers-vary")
}

// wavers says whether the doctor saw the same request answered differently from one time to the next.
func wavers(report *doctor.Report) bool { return report.Has("answers-vary") }

// causedBy puts the cause that the doctor found in the place of what failed because of it. The code stays: programs
// branch on it.
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
