package catalogue

import (
	"slices"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// Finding is one cause that was found.
type Finding struct {
	ID         string             `json:"id"`
	Area       Area               `json:"area"`
	Severity   Severity           `json:"severity"`
	Root       bool               `json:"root"`              // not explained by another finding
	Because    string             `json:"because,omitempty"` // the finding that explains this one
	Confidence verdict.Confidence `json:"confidence"`
	Title      string             `json:"title"`
	Why        string             `json:"why"`   // why we are sure: what was seen
	Cause      string             `json:"cause"` // what is behind it in general
	Tell       string             `json:"tell,omitempty"`
	Fix        []Fix              `json:"fix"`
	Evidence   []string           `json:"evidence"`
	Docs       string             `json:"docs"`
	Adopt      *Adoption          `json:"adopt,omitempty"`

	under     []string
	readsWork bool             // only requests that write are hindered
	concerns  []evidence.Scope // the only scopes that it hinders; nil where all may be
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

// FirstFix is what a person should try first: something to click, or to change at once, before something to paste. It
// is empty when there is none.
func (f Finding) FirstFix() string {
	if f.ClientFirst() {
		return f.Fix[0].Text
	}
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

// ClientFirst says that the first fix is one that a person makes at once in the integration, which comes before
// anything to click in the shop.
func (f Finding) ClientFirst() bool { return len(f.Fix) > 0 && f.Fix[0].Kind == FixClient }
