package catalogue

import (
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// Stage is how far a run must have come before a check can be asked.
type Stage int

// The stages.
const (
	StageReach Stage = iota // always
	StageAPI                // something answered
	StageRoot               // the REST API was found
	StageKey                // a key was given and tried
	StageLetIn              // the key was let in
)

// Check is one cause the doctor knows: data for people, and a pure function over the evidence.
type Check struct {
	// ID is stable, and the name of the check's page in docs/checks.
	ID       string
	Area     Area
	Severity Severity
	Stage    Stage
	// Title is the cause in one line, in words of a shop owner.
	Title string
	// See is what it looks like from outside, Tell how it differs from what looks alike, Cause what is behind it.
	See, Tell, Cause string
	Fixes            []Fix
	// Under are ids of findings that explain this one: when one of them is there, this one is folded below it.
	Under []string
	// Late checks name what explains no refusal and no error: they come after the other findings of their severity.
	Late bool
	// unasked says why nothing could be asked about the cause; "" where it was.
	unasked func(*Case) string
	// Scopes limits the check to integrations that want one of these; nil is for all.
	Scopes []evidence.Scope

	find func(*Case) *hit
}

// Case is what a check looks at: everything that was decided, and what the checks asked before it have found.
type Case struct {
	*verdict.Facts
	Found []Finding
}

// hit is what a check found.
type hit struct {
	severity   Severity // "" is the check's own
	confidence verdict.Confidence
	title      string // in place of the check's own
	why        string
	shown      []string
	vars       map[string]string
	adopt      *Adoption
	under      []string         // further ids that explain it here
	readsWork  bool             // only requests that write are hindered
	concerns   []evidence.Scope // the only scopes that a problem hinders; nil where all may be
	proof      Fix              // in place of the check's own
	fixes      []Fix            // in place of the check's own
	// refit changes the check's own fixes to what was seen; nil where all of them fit.
	refit func(own []Fix) []Fix
}

// hitOf turns a decision into a finding when it names the given cause.
func hitOf(a verdict.Answer, id string) *hit {
	if a.ID != id {
		return nil
	}
	h := &hit{confidence: a.Confidence, title: a.Title, why: a.Why, shown: a.Shown, vars: a.Vars,
		readsWork: a.ReadsWork}
	switch {
	case a.Note:
		h.severity = Note
	case a.Warning:
		h.severity = Warning
	}
	return h
}

// fromFront makes the check of a cause that the front decides about.
func fromFront(id string) func(*Case) *hit { return func(f *Case) *hit { return hitOf(f.Front, id) } }

func fromRoute(id string) func(*Case) *hit { return func(f *Case) *hit { return hitOf(f.Route, id) } }

// Needs is how far a run must go to answer this check alone. A ban shows only while much is asked, and what is wrong
// with records and rights only when everything is asked.
func (c Check) Needs() Stage {
	switch {
	case c.ID == "fail2ban-ban", AsksRest(c.ID):
	case c.Area == AreaNetwork, c.Area == AreaTLS:
		return StageRoot
	case c.Area == AreaKey && c.Stage == StageKey:
		return StageKey
	}
	return StageLetIn
}

// AsksRest says whether a check looks at what all the others have left unexplained.
func AsksRest(id string) bool { return id == unexplainedID || id == unseenID }

// The checks that are asked last, because they look at what the others found.
const (
	unexplainedID = "unexplained-answer"
	unseenID      = "not-seen-to-work"
)
