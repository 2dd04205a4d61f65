package render

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/catalogue"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// ReportVersion is the version of the JSON form (docs/doctor.md, docs/doctor-report.schema.json).
const ReportVersion = 1

// Report is what a run found, ready for people and programs.
type Report struct {
	Version   int                  `json:"version"`
	StartedAt time.Time            `json:"started_at"`
	Elapsed   time.Duration        `json:"elapsed_ns"`
	Target    evidence.TargetFacts `json:"target"`
	// Only is the one check that was asked; empty where all were.
	Only string `json:"only,omitempty"`
	// Status is healthy, incomplete, warnings or problems.
	Status Status `json:"status"`
	// Findings in the order of importance: the first is what to mend first.
	Findings []catalogue.Finding `json:"findings"`
	// Works says in words what was seen to work.
	Works []string `json:"works"`
	// NotAsked are the requests that a scope is made of and that there was no room for; it is not said to work.
	NotAsked []catalogue.Unasked `json:"not_asked,omitempty"`
	// Checklist answers the questions that support asks, one by one.
	Checklist []catalogue.Answered `json:"checklist"`
	// Permissions is what the key may do, endpoint by method.
	Permissions []catalogue.Permission `json:"permissions,omitempty"`
	Site        []catalogue.SiteFact   `json:"site,omitempty"`
	Skipped     []catalogue.Skipped    `json:"skipped,omitempty"`
	Passed      []string               `json:"passed,omitempty"`
	Crashes     []catalogue.Crash      `json:"crashes,omitempty"`
	Requests    int                    `json:"requests_spent"`
}

// Status sums a report up.
type Status string

// The states.
const (
	Healthy Status = "healthy"
	// Incomplete: nothing wrong was seen, and not everything could be asked: there was no key, or no room for every
	// request of the scopes.
	Incomplete Status = "incomplete"
	Warnings   Status = "warnings"
	Problems   Status = "problems"
)

// Root is the finding to mend first; nil when nothing needs mending.
func (r *Report) Root() *catalogue.Finding {
	for i := range r.Findings {
		if r.Findings[i].Root && r.Findings[i].Severity != catalogue.Note {
			return &r.Findings[i]
		}
	}
	return nil
}

// Has reports whether a cause was found.
func (r *Report) Has(id string) bool {
	return slices.ContainsFunc(r.Findings, func(f catalogue.Finding) bool { return f.ID == id })
}

// ExitCode is the documented exit status: 0 healthy, 10 problems, 11 warnings only, 12 nothing wrong as far as asked.
func (r *Report) ExitCode() int {
	switch r.Status {
	case Problems:
		return 10
	case Warnings:
		return 11
	case Incomplete:
		return 12
	}
	return 0
}

// Adoptions are the stop-gaps the caller may store, most important first.
func (r *Report) Adoptions() []catalogue.Adoption {
	var list []catalogue.Adoption
	for _, f := range r.Findings {
		if f.Adopt != nil {
			list = append(list, *f.Adopt)
		}
	}
	return list
}
