package doctor

import (
	"slices"
	"time"
)

// ReportVersion is the version of the JSON form (docs/doctor.md, docs/doctor-report.schema.json).
const ReportVersion = 1

// Report is what a run found, ready for people and programs.
type Report struct {
	Version   int           `json:"version"`
	StartedAt time.Time     `json:"started_at"`
	Elapsed   time.Duration `json:"elapsed_ns"`
	Target    TargetFacts   `json:"target"`
	// Status is healthy, warnings or problems.
	Status Status `json:"status"`
	// Findings in the order of importance: the first is what to mend first.
	Findings []Finding `json:"findings"`
	// Works says in words what was seen to work.
	Works []string `json:"works"`
	// Checklist answers the questions that support asks, one by one.
	Checklist []Answered `json:"checklist"`
	// Permissions is what the key may do, endpoint by method.
	Permissions []Permission `json:"permissions,omitempty"`
	Site        []SiteFact   `json:"site,omitempty"`
	Skipped     []Skipped    `json:"skipped,omitempty"`
	Passed      []string     `json:"passed,omitempty"`
	Crashes     []Crash      `json:"crashes,omitempty"`
	Requests    int          `json:"requests_spent"`
}

// Status sums a report up.
type Status string

// The states.
const (
	Healthy  Status = "healthy"
	Warnings Status = "warnings"
	Problems Status = "problems"
)

// Finding is one cause that was found.
type Finding struct {
	ID         string     `json:"id"`
	Area       Area       `json:"area"`
	Severity   Severity   `json:"severity"`
	Root       bool       `json:"root"`              // not explained by another finding
	Because    string     `json:"because,omitempty"` // the finding that explains this one
	Confidence Confidence `json:"confidence"`
	Title      string     `json:"title"`
	Why        string     `json:"why"`   // why we are sure: what was seen
	Cause      string     `json:"cause"` // what is behind it in general
	Tell       string     `json:"tell,omitempty"`
	Fix        []Fix      `json:"fix"`
	Evidence   []string   `json:"evidence"`
	Docs       string     `json:"docs"`
	Adopt      *Adoption  `json:"adopt,omitempty"`

	under []string
}

// Skipped is a check that could not be asked.
type Skipped struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// Crash is a check that failed itself.
type Crash struct {
	ID    string `json:"id"`
	Error string `json:"error"`
}

// Answered is one question of the published checklist.
type Answered struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	Answer   string `json:"answer"` // yes, no, unknown or not needed
	Detail   string `json:"detail"`
}

// Permission is what the key may do with one endpoint.
type Permission struct {
	Endpoint string   `json:"endpoint"`
	Methods  []string `json:"methods"`
	Note     string   `json:"note,omitempty"`
}

// Root is the finding to mend first; nil when nothing needs mending.
func (r *Report) Root() *Finding {
	for i := range r.Findings {
		if r.Findings[i].Root && r.Findings[i].Severity != Note {
			return &r.Findings[i]
		}
	}
	return nil
}

// FirstFix is what a person should try first: something to click, or to change at once, before something to paste. It is
// empty when there is none.
func (f Finding) FirstFix() string {
	for _, kind := range []FixKind{FixMenu, FixClient} {
		if at := slices.IndexFunc(f.Fix, func(x Fix) bool { return x.Kind == kind }); at >= 0 {
			return f.Fix[at].Text
		}
	}
	if len(f.Fix) == 0 {
		return ""
	}
	return f.Fix[0].Text
}

// Has reports whether a cause was found.
func (r *Report) Has(id string) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.ID == id })
}

// ExitCode is the documented exit status: 0 healthy, 10 problems, 11 warnings only.
func (r *Report) ExitCode() int {
	switch r.Status {
	case Problems:
		return 10
	case Warnings:
		return 11
	}
	return 0
}

// Adoptions are the stop-gaps the caller may store, most important first.
func (r *Report) Adoptions() []Adoption {
	var list []Adoption
	for _, f := range r.Findings {
		if f.Adopt != nil {
			list = append(list, *f.Adopt)
		}
	}
	return list
}

// sumUp says how the store is, by what was found.
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
func complete(f *Case, r *Report) {
	sumUp(r)
	r.Site = f.siteFacts()
	r.Works = f.works(r.Findings)
	r.Permissions = f.permissionMap()
	r.Checklist = f.checklist(r.Findings)
}
