package doctor_test

import (
	"bytes"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// scenario is one way in which a store fails, and the id of the cause that must come out first. Where the server side
// comes from (a breakage of the sandbox, a handler in front of it, a server of its own) is the business of set.
type scenario struct {
	id  string
	set func(t *testing.T) *patient
	// also are further findings that belong to this fault: consequences, and causes that come with it. No other problem
	// or warning may be found: those would be look-alikes.
	also []string
	// unproved is why the command of the finding cannot be run here.
	unproved string
	// note: the finding is for information only; Waybill itself is not hindered.
	note bool
	// still: its store is one for a bubble, because it takes time.
	still bool
	// breakage is the way of the sandbox that this is, if it is one.
	breakage string
}

// broken is a sandbox broken in a way it knows by the id of the check.
func broken(id string, scopes ...doctor.Scope) scenario {
	return scenario{id: id, breakage: id, set: func(t *testing.T) *patient {
		p := newPatient(t, suiting(id)).breakIn(t, id)
		if len(scopes) > 0 {
			p.wanting(scopes...)
		}
		return p
	}}
}

func (s scenario) with(also ...string) scenario { s.also = append(s.also, also...); return s }

// hiddenUsers makes WordPress refuse to say who the key's owner is, as plugins do that hide users. What the owner may
// do must then be concluded from what the store allows.
func hiddenUsers() sandbox.Fault {
	return sandbox.Fault{Name: "users are hidden", Match: sandbox.Match{Path: `/wp/v2/users`},
		Answer: &sandbox.Answer{Status: 401,
			Body: `{"code":"rest_user_cannot_view","message":"x","data":{"status":401}}`}}
}

// anAdministrator lets the routes outside of the REST permissions answer as to an administrator, whatever the shop's
// own routes say.
func anAdministrator() sandbox.Fault {
	return sandbox.Fault{Name: "an administrator", Match: sandbox.Match{Path: `/wc-admin/onboarding/`},
		SetHeaders: map[string]string{"Allow": "GET, POST"}}
}

// scenarios lists every scenario; a test below holds it against the list of checks.
func scenarios() []scenario {
	return slices.Concat(
		networkScenarios(), tlsScenarios(), blockingScenarios(), routingScenarios(), transportScenarios(),
		keyScenarios(),
		roadScenarios(), argumentScenarios(), permissionScenarios(), statusScenarios(), networkSiteScenarios(),
		serverScenarios(), cachingScenarios(), dataScenarios(), webhookScenarios(), siteScenarios(), chanceScenarios(),
		recordScenarios(),
	)
}

// TestEveryCauseIsFoundFirstAndItsLookAlikesAreNot tries every scenario and the command of every finding. With -short
// it tries two scenarios of each cause, and the command of the first.
func TestEveryCauseIsFoundFirstAndItsLookAlikesAreNot(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, s := range scenarios() {
		count[s.id]++
		nth := count[s.id]
		if testing.Short() && nth > 2 {
			continue
		}
		t.Run(s.id, func(t *testing.T) {
			t.Parallel()
			if s.still {
				synctest.Test(t, func(t *testing.T) { s.found(t, false) })
				return
			}
			s.found(t, nth == 1 || !testing.Short())
		})
	}
}

// found examines the scenario's store: its cause comes first, alone, and its fixes can be used. The command of the
// finding is run where asked for.
func (s scenario) found(t *testing.T, prove bool) {
	t.Helper()
	p := s.set(t)
	evidence := p.collect(t)
	report := doctor.Diagnose(evidence)
	if len(report.Crashes) > 0 {
		t.Fatalf("a check crashed:\n%s", describeReport(report))
	}
	if len(report.Findings) == 0 || report.Findings[0].ID != s.id || !report.Findings[0].Root {
		t.Fatalf("want %s first, got\n%s", s.id, describeReport(report))
	}
	if s.note && report.ExitCode() != 0 {
		t.Errorf("what does not hinder Waybill is an alarm:\n%s", describeReport(report))
	}
	if !s.note && report.ExitCode() == 0 {
		t.Errorf("the finding is no more than a note:\n%s", describeReport(report))
	}
	for _, f := range report.Findings[1:] {
		if f.Severity != doctor.Note && f.Root && !slices.Contains(s.also, f.ID) {
			t.Errorf("a look-alike was found as well: %s: %s %q", f.ID, f.Why, f.Evidence)
		}
	}
	s.answersWhoIsInTheWay(t, report)
	s.foundAlone(t, p)
	replayed(t, evidence, report)
	for _, f := range report.Findings {
		for _, fix := range f.Fix {
			whole(t, f.ID, fix)
		}
	}
	if s.unproved == "" && prove {
		p.proved(t, s.id, proofOf(t, report, s.id))
	}
}

// answersWhoIsInTheWay: the list of questions and the findings say the same of who refuses requests.
func (s scenario) answersWhoIsInTheWay(t *testing.T, report *doctor.Report) {
	t.Helper()
	own := []string{"rate-limit", "cf-origin-5xx", "maintenance-core"} // limits have a question of their own
	if report.Findings[0].Area != doctor.AreaBlocking || slices.Contains(own, s.id) || s.note {
		return
	}
	for _, answer := range report.Checklist {
		if answer.ID == "in-the-way" && answer.Answer != "yes" {
			t.Errorf("%s was found, and whether something is in the way is answered: %s: %s", s.id, answer.Answer,
				answer.Detail)
		}
	}
}

// foundAlone: asked for this cause alone, a run that ends early finds it too.
func (s scenario) foundAlone(t *testing.T, p *patient) {
	t.Helper()
	if c, _ := doctor.CheckByID(s.id); c.Needs() == doctor.StageLetIn || s.unproved == usedUp {
		return
	}
	alone, err := doctor.Examine(p.collect(t, doctor.WithCheck(s.id)), s.id)
	if err != nil {
		t.Fatal(err)
	}
	if !alone.Has(s.id) || alone.ExitCode() == 0 && !s.note {
		t.Errorf("asked for %s alone, %d requests and it is %s", s.id, alone.Requests, alone.Status)
	}
}

// replayed: saved evidence gives the same report elsewhere.
func replayed(t *testing.T, evidence *doctor.Evidence, want *doctor.Report) {
	t.Helper()
	var file bytes.Buffer
	if err := evidence.Write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := doctor.ReadEvidence(&file)
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	if err := want.WriteJSON(&a); err != nil {
		t.Fatal(err)
	}
	if err := doctor.Diagnose(again).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if a.String() != b.String() {
		t.Errorf("saved evidence gives another report:\n%s\nin place of\n%s", b.String(), a.String())
	}
}

// TestEveryCheckHasAScenario keeps the table whole: a check that nothing produces is a promise nobody tried.
func TestEveryCheckHasAScenario(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, s := range scenarios() {
		covered[s.id] = true
		for _, id := range s.also {
			if covered["also "+id] = true; id == "redirect-canonical-slash" || id == "jwt-200-error" {
				covered[id] = true // they are consequences by nature and never a root
			}
		}
	}
	for _, c := range doctor.Checks() {
		if !covered[c.ID] {
			t.Errorf("no scenario produces %s", c.ID)
		}
	}
}
