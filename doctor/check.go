package doctor

import (
	"maps"
	"slices"
	"strings"
)

// Severity says how much a finding matters to the integration that was asked about.
type Severity string

// The severities.
const (
	Problem Severity = "problem" // it does not work, or will lose data
	Warning Severity = "warning" // it works, and somebody should act
	Note    Severity = "note"    // good to know; nobody has to act
)

// Confidence says how sure a finding is.
type Confidence string

// The confidences.
const (
	Sure     Confidence = "sure"     // nothing else known gives this evidence
	Likely   Confidence = "likely"   // other causes are rare
	Possible Confidence = "possible" // the best of several explanations
)

// Area groups checks as a person would look for them.
type Area string

// The areas, in the order in which a store decides about a request.
const (
	AreaNetwork     Area = "network"
	AreaTLS         Area = "tls"
	AreaBlocking    Area = "blocking"
	AreaRouting     Area = "routing"
	AreaTransport   Area = "transport"
	AreaKey         Area = "key"
	AreaPermissions Area = "permissions"
	AreaServer      Area = "server"
	AreaCaching     Area = "caching"
	AreaData        Area = "data"
	AreaWebhooks    Area = "webhooks"
	AreaSite        Area = "site"
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
	// Scopes limits the check to integrations that want one of these; nil is for all.
	Scopes []Scope

	find func(*Case) *hit
}

// Case is what a check looks at: everything that was decided, and what the checks asked before it have found.
type Case struct {
	*Facts
	found []Finding
}

// hit is what a check found.
type hit struct {
	severity   Severity // "" is the check's own
	confidence Confidence
	why        string
	shown      []string
	vars       map[string]string
	adopt      *Adoption
	under      []string // further ids that explain it here
	proof      Fix      // in place of the check's own
}

// FixKind says who does what with a fix.
type FixKind string

// The kinds of fixes.
const (
	FixMenu    FixKind = "menu"    // click in wp-admin or a hosting panel
	FixWPCLI   FixKind = "wp-cli"  // paste into a shell on the server
	FixPHP     FixKind = "php"     // paste into the named file
	FixApache  FixKind = "apache"  // paste into .htaccess or the virtual host
	FixNginx   FixKind = "nginx"   // paste into the server block
	FixHost    FixKind = "host"    // send to the host's support
	FixClient  FixKind = "client"  // change in the integration
	FixWaybill FixKind = "waybill" // Waybill does it, or a command of Waybill
	FixCheck   FixKind = "check"   // a command that shows the fault before and its absence after
	FixLook    FixKind = "look"    // how to see that where no command shows it
)

// Fix is something to paste or to click. Words in braces are filled in from the evidence: {home}, {host}, {root}, {caps},
// {egress}, {to}, {scopes}, {storage}, {code}, {delivery}, {id}, {curl}, {keyed}.
type Fix struct {
	Kind FixKind `json:"how"`
	Text string  `json:"text"`
}

// Adoption is a stop-gap that the caller may store, so that the integration works until the fix is done.
type Adoption struct {
	// Base replaces the address of the store; Root the place of its REST API; Way how the key travels.
	Base string `json:"base,omitempty"`
	Root string `json:"root,omitempty"`
	Way  Way    `json:"way,omitempty"`
	// MethodOverride sends PUT and DELETE as POST with _method.
	MethodOverride bool `json:"method_override,omitempty"`
	// Says is what the caller tells the person.
	Says string `json:"says"`
}

// hitOf turns a decision into a finding when it names the given cause.
func hitOf(a answer, id string) *hit {
	if a.id != id {
		return nil
	}
	h := &hit{confidence: a.confidence, why: a.why, shown: a.shown, vars: a.vars}
	switch {
	case a.note:
		h.severity = Note
	case a.warning:
		h.severity = Warning
	}
	return h
}

// from makes the check function of a cause that a decision names.
func fromFront(id string) func(*Case) *hit { return func(f *Case) *hit { return hitOf(f.front, id) } }
func fromRoute(id string) func(*Case) *hit { return func(f *Case) *hit { return hitOf(f.route, id) } }

// fromRights puts together what lacks for one id: reading orders and reading products ask for two capabilities of one
// kind, and the person should have both from one fix.
func fromRights(id string) func(*Case) *hit {
	return func(f *Case) *hit {
		var h *hit
		for _, a := range f.causes {
			switch found := hitOf(a, id); {
			case found == nil:
			case h == nil:
				h = found
				h.under = a.also
			case h.severity == Note && !a.note:
				h = found // what somebody has to act on leaves what is good to know behind
				h.under = a.also
			case a.note && h.severity != Note:
			default:
				h.why += "; " + found.why
				h.shown = append(slices.Clone(h.shown), found.shown...)
				h.vars = withVar(h.vars, "caps", strings.TrimSpace(h.vars["caps"]+" "+found.vars["caps"]))
			}
		}
		return h
	}
}

func withVar(vars map[string]string, name, value string) map[string]string {
	vars = maps.Clone(vars)
	if vars == nil {
		vars = map[string]string{}
	}
	vars[name] = value
	return vars
}
