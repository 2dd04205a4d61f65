package verdict

import (
	"maps"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Confidence says how sure a finding is.
type Confidence string

// The confidences.
const (
	Sure     Confidence = "sure"     // nothing else known gives this evidence
	Likely   Confidence = "likely"   // other causes are rare
	Possible Confidence = "possible" // the best of several explanations
)

// WithVar is a copy of the variables with one set.
func WithVar(vars map[string]string, name, value string) map[string]string {
	vars = maps.Clone(vars)
	if vars == nil {
		vars = map[string]string{}
	}
	vars[name] = value
	return vars
}

// Answer is a decision about the evidence: the id of a cause, how sure it is, and what shows it.
type Answer struct {
	ID         string
	Confidence Confidence
	Title      string // in place of that of the cause
	Why        string
	Shown      []string // what was seen, in words, with the names of the exchanges
	Also       []string // further ids that the same evidence shows as consequences
	Vars       map[string]string
	Note       bool // good to know, nobody has to act
	Warning    bool // it works as far as it was seen, and somebody should act
	ReadsWork  bool // only requests that write are hindered
	overruled  bool // of a refusal: the key's owner holds everything that is asked for
}

// Is tells whether the answer names a cause.
func (a Answer) Is(id string) bool { return a.ID == id }

// at names the record and the method that the refusal is about, for its proof.
func (a Answer) at(record evidence.Record, method string) Answer {
	if _, route, ok := strings.Cut(record.Href(), "/wc/v3/"); ok {
		a.Vars = WithVar(WithVar(a.Vars, "endpoint", evidence.WithoutArgs(route)), "verb", method)
	}
	return a
}
