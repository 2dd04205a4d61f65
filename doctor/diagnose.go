package doctor

import (
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/doctor/internal/catalogue"
)

// Diagnose turns evidence into a report. It is a pure function of the evidence.
func Diagnose(ev *Evidence) *Report {
	r := diagnose(ev, Checks())
	if r.Status == Healthy && (len(r.NotAsked) > 0 || !r.Target.HasKey) {
		r.Status = Incomplete
	}
	return r
}

// Examine runs one check only. Its report says whether that cause is true of the store, and nothing about what works.
// The report is incomplete where the check could not be asked. The error says that there is no such check.
func Examine(ev *Evidence, id string) (*Report, error) {
	c, ok := CheckByID(id)
	var r *Report
	switch {
	case !ok:
		return nil, fmt.Errorf("doctor: there is no check %q; waybill doctor --list shows them", id)
	case catalogue.AsksRest(id):
		r = diagnoseRest(ev, id)
	default:
		r = diagnose(ev, []Check{c})
	}
	r.Only, r.Works, r.NotAsked = id, []string{}, nil
	if r.Status == Healthy && len(r.Skipped) > 0 {
		r.Status = Incomplete
	}
	return r, nil
}

// diagnoseRest runs all checks and reports only one of them. The last checks need this: they find what no other check
// explains.
func diagnoseRest(ev *Evidence, only string) *Report {
	r := Diagnose(ev)
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return f.ID != only })
	r.Passed = slices.DeleteFunc(r.Passed, func(id string) bool { return id != only })
	r.Skipped = slices.DeleteFunc(r.Skipped, func(s Skipped) bool { return s.ID != only })
	sumUp(r)
	return r
}

func diagnose(ev *Evidence, checks []Check) *Report {
	f, crash := catalogue.SafeCase(ev)
	r := &Report{Version: ReportVersion, StartedAt: ev.StartedAt, Elapsed: ev.Elapsed, Target: ev.Target,
		Requests: ev.Spent}
	if crash != nil {
		r.Crashes = append(r.Crashes, *crash)
	}
	stage := f.Stage()
	for _, c := range checks {
		if reason := f.Skip(c, stage); reason != "" {
			r.Skipped = append(r.Skipped, Skipped{ID: c.ID, Reason: reason})
			continue
		}
		h, crash := catalogue.Ask(c, f)
		switch {
		case crash != nil:
			r.Crashes = append(r.Crashes, *crash)
		case h != nil:
			r.Findings = append(r.Findings, f.Finding(c, h))
			f.Found = r.Findings
		default:
			r.Passed = append(r.Passed, c.ID)
		}
	}
	catalogue.Fold(r.Findings, checks)
	catalogue.Order(r.Findings, checks, f.Causes)
	if crash := safeComplete(f, r); crash != nil {
		r.Crashes = append(r.Crashes, *crash)
	}
	return r
}

// safeComplete adds what follows from all findings. A crash there must not take the findings away; it becomes a Crash
// of the report.
func safeComplete(f *catalogue.Case, r *Report) (crash *Crash) {
	defer func() {
		if v := recover(); v != nil {
			crash = &Crash{ID: "report", Error: fmt.Sprint(v)}
		}
	}()
	complete(f, r)
	return nil
}

// sumUp sets the status of a report from its findings.
func sumUp(r *Report) {
	r.Status = Healthy
	for _, finding := range r.Findings {
		switch {
		case finding.Severity == Problem:
			r.Status = Problems
		case finding.Severity == Warning && r.Status == Healthy:
			r.Status = Warnings
		}
	}
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
}

// complete adds what follows from all findings together.
func complete(f *catalogue.Case, r *Report) {
	sumUp(r)
	r.Site = f.SiteFacts()
	r.Works = f.Works(r.Findings)
	r.NotAsked = f.NotAsked(r.Findings)
	r.Permissions = f.PermissionMap()
	r.Checklist = f.Checklist(r.Findings)
}
