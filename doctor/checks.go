package doctor

import (
	"github.com/waybillhq/waybill/doctor/internal/catalogue"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// What the doctor knows.
type (
	// Check is one cause the doctor knows: data for people, and a pure function over the evidence.
	Check = catalogue.Check
	// Severity says how much a finding matters to the integration that was asked about.
	Severity = catalogue.Severity
	// Confidence says how sure a finding is.
	Confidence = verdict.Confidence
	// Area groups checks as a person would look for them.
	Area = catalogue.Area
	// Stage is how far a run must come before it can ask a check.
	Stage = catalogue.Stage
	// Fix is something to paste or to click.
	Fix = catalogue.Fix
	// FixKind says who does what with a fix.
	FixKind = catalogue.FixKind
	// Adoption is a stop-gap that the caller may store, so that the integration works until the fix is done.
	Adoption = catalogue.Adoption
	// Question is one question of the published troubleshooting lists.
	Question = catalogue.Question
	// Invisible is a cause that cannot be seen from outside, with the reason and with what to do.
	Invisible = catalogue.Invisible
)

// The severities.
const (
	Problem = catalogue.Problem // it does not work, or will lose data
	Warning = catalogue.Warning // it works, and somebody should act
	Note    = catalogue.Note    // good to know; nobody has to act
)

// How sure the doctor is of a finding, surest first.
const (
	Sure     = verdict.Sure     // nothing else known gives this evidence
	Likely   = verdict.Likely   // other causes are rare
	Possible = verdict.Possible // the best of several explanations
)

// The areas, in the order in which a store decides about a request.
const (
	AreaNetwork     = catalogue.AreaNetwork
	AreaTLS         = catalogue.AreaTLS
	AreaBlocking    = catalogue.AreaBlocking
	AreaRouting     = catalogue.AreaRouting
	AreaTransport   = catalogue.AreaTransport
	AreaKey         = catalogue.AreaKey
	AreaPermissions = catalogue.AreaPermissions
	AreaServer      = catalogue.AreaServer
	AreaCaching     = catalogue.AreaCaching
	AreaData        = catalogue.AreaData
	AreaWebhooks    = catalogue.AreaWebhooks
	AreaSite        = catalogue.AreaSite
)

// The stages.
const (
	StageReach = catalogue.StageReach // always
	StageAPI   = catalogue.StageAPI   // something answered
	StageRoot  = catalogue.StageRoot  // the REST API was found
	StageKey   = catalogue.StageKey   // a key was given and tried
	StageLetIn = catalogue.StageLetIn // the key was let in
)

// The kinds of fixes.
const (
	FixMenu    = catalogue.FixMenu    // click in wp-admin or a hosting panel
	FixWPCLI   = catalogue.FixWPCLI   // paste into a shell on the server
	FixPHP     = catalogue.FixPHP     // paste into the named file
	FixApache  = catalogue.FixApache  // paste into .htaccess or the virtual host
	FixNginx   = catalogue.FixNginx   // paste into the server block
	FixHost    = catalogue.FixHost    // send to the host's support
	FixClient  = catalogue.FixClient  // change in the integration
	FixWaybill = catalogue.FixWaybill // Waybill does it, or a command of Waybill
	FixCheck   = catalogue.FixCheck   // a command that shows the fault before and its absence after
	FixLook    = catalogue.FixLook    // how to see the fault where no command shows it
)

// Checks returns every check in the order in which a store decides about a request. The caller may change the slice,
// but not what it points to.
func Checks() []Check { return catalogue.Checks() }

// CheckByID is the check of an id; false when there is none.
func CheckByID(id string) (Check, bool) { return catalogue.CheckByID(id) }

// CataloguePage explains one cause in Markdown: what a person sees, how to tell it from similar causes, what is behind
// it and what to do. ok is false for an unknown id. Causes that no run can see have pages too.
func CataloguePage(id string) (page string, ok bool) { return catalogue.Page(id) }

// AreaName is an area as a heading for people.
func AreaName(a Area) string { return catalogue.AreaName(a) }

// DocsAnchor is the page of the catalogue that explains a check.
func DocsAnchor(id string) string { return catalogue.DocsAnchor(id) }

// Invisibles lists the causes that no run can show: faults of one client, of one request, or behind the store. The
// catalogue explains them all the same.
func Invisibles() []Invisible { return catalogue.Invisibles() }

// Questions are what support asks when an integration does not work, in that order. Every report answers each of them
// by its id.
func Questions() []Question { return catalogue.Questions() }
