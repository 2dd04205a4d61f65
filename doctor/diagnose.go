package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Checks returns every check in the order in which a store decides about a request. The caller may change the slice, not
// what it points to.
func Checks() []Check {
	return slices.Concat(
		networkChecks(), tlsChecks(), blockingChecks(), routingChecks(), transportChecks(), keyChecks(),
		cachingChecks(), serverChecks(), permissionChecks(), dataChecks(), webhookChecks(), siteChecks(), restChecks(),
	)
}

// CheckByID finds a check.
func CheckByID(id string) (Check, bool) {
	for _, c := range Checks() {
		if c.ID == id {
			return c, true
		}
	}
	return Check{}, false
}

// Diagnose turns evidence into a report. It is a pure function: it looks at nothing but the evidence.
func Diagnose(ev *Evidence) *Report { return diagnose(ev, Checks()) }

// Examine asks one check only.
func Examine(ev *Evidence, id string) (*Report, error) {
	c, ok := CheckByID(id)
	switch {
	case !ok:
		return nil, fmt.Errorf("doctor: there is no check %q; waybill doctor --list shows them", id)
	case asksRest(id):
		return diagnoseRest(ev, id), nil
	}
	return diagnose(ev, []Check{c}), nil
}

// diagnoseRest asks every check, because the last ones are about what they leave, and shows one of these alone.
func diagnoseRest(ev *Evidence, only string) *Report {
	r := Diagnose(ev)
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return f.ID != only })
	r.Passed = slices.DeleteFunc(r.Passed, func(id string) bool { return id != only })
	r.Skipped = slices.DeleteFunc(r.Skipped, func(s Skipped) bool { return s.ID != only })
	sumUp(r)
	return r
}

func diagnose(ev *Evidence, checks []Check) *Report {
	f, crash := safeCase(ev)
	r := &Report{Version: ReportVersion, StartedAt: ev.StartedAt, Elapsed: ev.Elapsed, Target: ev.Target, Requests: ev.Spent}
	if crash != nil {
		r.Crashes = append(r.Crashes, *crash)
	}
	stage := f.stage()
	for _, c := range checks {
		if reason := f.skip(c, stage); reason != "" {
			r.Skipped = append(r.Skipped, Skipped{ID: c.ID, Reason: reason})
			continue
		}
		h, crash := ask(c, f)
		switch {
		case crash != nil:
			r.Crashes = append(r.Crashes, *crash)
		case h != nil:
			r.Findings = append(r.Findings, f.finding(c, h))
			f.found = r.Findings
		default:
			r.Passed = append(r.Passed, c.ID)
		}
	}
	fold(r.Findings, checks)
	order(r.Findings, checks, f.causes)
	if crash := safeComplete(f, r); crash != nil {
		r.Crashes = append(r.Crashes, *crash)
	}
	return r
}

// safeComplete keeps a fault in what is said besides the findings from taking them away.
func safeComplete(f *Case, r *Report) (crash *Crash) {
	defer func() {
		if v := recover(); v != nil {
			crash = &Crash{ID: "report", Error: fmt.Sprint(v)}
		}
	}()
	complete(f, r)
	return nil
}

// safeCase keeps a fault of the doctor's own decisions from hiding what the checks can still say.
func safeCase(ev *Evidence) (f *Case, crash *Crash) {
	defer func() {
		if v := recover(); v != nil {
			crash = &Crash{ID: "facts", Error: fmt.Sprint(v)}
			f = &Case{Facts: undecided(ev)}
		}
	}()
	return &Case{Facts: decide(ev)}, nil
}

// ask runs one check. A check that panics is reported and does not stop the rest.
func ask(c Check, f *Case) (h *hit, crash *Crash) {
	defer func() {
		if v := recover(); v != nil {
			h, crash = nil, &Crash{ID: c.ID, Error: fmt.Sprint(v)}
		}
	}()
	return c.find(f), nil
}

// stage is how far the run came.
func (f *Case) stage() Stage {
	switch {
	case f.known():
		return StageLetIn
	case f.t.HasKey && (f.x("read") != nil || f.x("read.oauth") != nil || f.x("key.known") != nil):
		return StageKey
	case f.ev.Root != "":
		return StageRoot
	}
	for i := range f.ev.Exchanges {
		if f.ev.Exchanges[i].Status > 0 || f.ev.Exchanges[i].Fault != nil && f.ev.Exchanges[i].Fault.Class != "dns" {
			return StageAPI
		}
	}
	return StageReach
}

// notWanted begins the reason why a check of other scopes is skipped.
const notWanted = "not wanted: "

// skip says why a check cannot be asked; "" when it can.
func (f *Case) skip(c Check, stage Stage) string {
	if c.Stage > stage {
		reason := "the run did not come that far"
		if n := len(f.ev.Stops); n > 0 {
			reason = f.ev.Stops[n-1].Reason
		} else if !f.t.HasKey {
			reason = "no key and secret were given"
		}
		return reason
	}
	if len(c.Scopes) > 0 && !f.t.wants(c.Scopes...) && (c.Area != AreaWebhooks || !f.t.wantsHooks() && !hooksAtWork(f.x("list.webhooks"))) {
		return notWanted + scopeNames(TargetFacts{Scopes: c.Scopes})
	}
	return ""
}

// fold puts findings below those that explain them.
func fold(findings []Finding, checks []Check) {
	present := map[string]bool{}
	for _, f := range findings {
		present[f.ID] = true
	}
	for i := range findings {
		f := &findings[i]
		f.Root = true
		under := f.under
		if at := slices.IndexFunc(checks, func(c Check) bool { return c.ID == f.ID }); at >= 0 {
			under = append(under, checks[at].Under...)
		}
		for _, id := range under {
			if present[id] && id != f.ID {
				f.Root, f.Because = false, id
				break
			}
		}
	}
}

var weight = map[Severity]int{Problem: 0, Warning: 1, Note: 2}

// order puts problems before warnings before notes, causes before consequences, and else keeps the order in which a store
// decides. Missing permissions come in the order of what is wanted: orders first, then products, then customers.
func order(findings []Finding, checks []Check, rights []answer) {
	place := map[string]int{}
	for i, c := range checks {
		place[c.ID] = (i + boolToInt(c.Late)*len(checks)) * 1000
	}
	for i := len(rights) - 1; i >= 0; i-- {
		place[rights[i].id] = slices.IndexFunc(checks, func(c Check) bool { return c.Area == AreaPermissions })*1000 + i
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(weight[a.Severity], weight[b.Severity]),
			-cmp.Compare(boolToInt(a.Root), boolToInt(b.Root)),
			cmp.Compare(place[a.ID], place[b.ID]),
		)
	})
}

// finding fills in the words of a check.
func (f *Case) finding(c Check, h *hit) Finding {
	severity := c.Severity
	if h.severity != "" {
		severity = h.severity
	}
	fill := f.filler(c, h)
	out := Finding{
		ID: c.ID, Area: c.Area, Severity: severity, Confidence: h.confidence, Title: c.Title, Why: capitalise(h.why), Cause: c.Cause, Tell: c.Tell,
		Fix: []Fix{}, Evidence: nonNil(h.shown), Docs: DocsAnchor(c.ID), Adopt: h.adopt, under: h.under,
	}
	for _, fix := range f.fixesOf(c, h) {
		out.Fix = append(out.Fix, Fix{fix.Kind, fill.Replace(fix.Text)})
	}
	out.Fix = append(out.Fix, f.proofOf(c, h, fill))
	return out
}

func (f *Case) filler(c Check, h *hit) *strings.Replacer {
	vars := map[string]string{
		"home": f.t.Base, "host": f.host(), "name": f.hostname(), "hostport": f.hostname() + ":" + firstOf(f.port(), "443"), "port": firstOf(f.port(), "443"),
		"stock": "shop_manager", "egress": firstOf(f.ev.Local.Egress, unknownAddress), "scopes": scopeNames(f.t), "last7": f.t.Key.Last7, "access": f.accessWanted(),
		"storage": "", "time": f.ev.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"), "delivery": f.t.DeliveryURL, "caps": "", "status": "an error",
		"curl": "curl -sS -i '" + f.t.Base + "/wp-json/wc/v3/orders?per_page=1'", "id": "", "ids": "", "record": "the record that the answer fails on", "resource": strings.TrimPrefix(primaryOf(f.t).route, "wc/v3/"), "command": "shop_order", "to": f.t.Base,
		"root": f.t.Base + "/wp-json/", "endpoint": "orders", "who": "a firewall", "seen": "no answer", "agent": f.ev.Local.UserAgent, "receiver": "the receiver", "size": "10",
		"names": "another name", "issuer": "its authority", "until": "some day", "skew": "minutes", "elapsed": "long", "code": "", "extra": "an argument", "request": "GET /wp-json/wc/v3/orders",
		"check": c.ID, "base": f.t.Base, "given": strings.TrimSuffix(f.t.Given, "/"), "memory": "", "missing": "", "verb": "", "cachesign": "HIT", "keyed": f.keyedCurl(),
	}
	if f.ev.Local.Loopback {
		vars["egress"] = "127.0.0.1"
	}
	for name, value := range f.grants(h.vars["caps"]) {
		vars[name] = value
	}
	if mode, ok := f.storage(); ok {
		vars["storage"] = " --storage " + string(mode)
	}
	vars["storage"] += f.roleVersion()
	for name, value := range h.vars {
		vars[name] = value
	}
	if vars["id"] != "" {
		vars["record"] = "the record " + vars["id"] + " (" + vars["resource"] + ")"
	}
	vars["endpoint"], vars["verb"] = f.refusedDoor(c.ID, h)
	pairs := make([]string, 0, 2*len(vars))
	for name, value := range vars {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...)
}

func capitalise(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-32) + s[1:]
}

// DocsAnchor is where the catalogue explains a check.
func DocsAnchor(id string) string { return "docs/checks/" + id + ".md" }
