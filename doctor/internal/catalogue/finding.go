package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// Fold puts findings below those that explain them.
func Fold(findings []Finding, checks []Check) {
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

// Order puts problems before warnings before notes, causes before consequences, and else keeps the order in which a
// store decides. Missing permissions come in the order of what is wanted: orders first, then products, then customers.
func Order(findings []Finding, checks []Check, rights []verdict.Answer) {
	place := map[string]int{}
	for i, c := range checks {
		place[c.ID] = (i + evidence.BoolToInt(c.Late)*len(checks)) * 1000
	}
	for i := len(rights) - 1; i >= 0; i-- {
		place[rights[i].ID] = slices.IndexFunc(checks, func(c Check) bool { return c.Area == AreaPermissions })*1000 + i
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(weight[a.Severity], weight[b.Severity]),
			-cmp.Compare(evidence.BoolToInt(a.Root), evidence.BoolToInt(b.Root)),
			cmp.Compare(place[a.ID], place[b.ID]),
		)
	})
}

func (f *Case) filler(c Check, h *hit) *strings.Replacer {
	vars := map[string]string{
		"home": f.Target.Base, "host": f.Host(), "name": f.Hostname(),
		"hostport": f.Hostname() + ":" + evidence.FirstOf(f.Port(), "443"), "port": evidence.FirstOf(f.Port(), "443"),
		"stock": "shop_manager", "egress": evidence.FirstOf(f.Evidence.Local.Egress, unknownAddress),
		"scopes": evidence.ScopeNames(f.Target), "rolefor": roleFor(f.Target.Scopes), "last7": f.Target.Key.Last7,
		"access":  f.accessWanted(),
		"storage": "", "time": f.Evidence.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"),
		"delivery": f.Target.DeliveryURL, "caps": "", "status": "an error",
		"curl": "curl -sS -i '" + f.Target.Base + "/wp-json/wc/v3/orders?per_page=1'", "id": "", "ids": "",
		"record":   "the record that the answer fails on",
		"resource": strings.TrimPrefix(evidence.PrimaryOf(f.Target).Route, "wc/v3/"), "command": "shop_order",
		"to":   f.Target.Base,
		"root": f.Target.Base + "/wp-json/", "endpoint": "orders", "who": "a firewall", "seen": "no answer",
		"agent": f.Evidence.Local.UserAgent, "receiver": "the receiver", "size": "10",
		"names": "another name", "issuer": "its authority", "until": "some day", "skew": "minutes", "elapsed": "long",
		"code": "", "extra": "an argument", "request": "GET /wp-json/wc/v3/orders",
		"check": c.ID, "base": f.Target.Base, "given": strings.TrimSuffix(f.Target.Given, "/"), "memory": "",
		"missing": "", "table": "a table", "verb": "", "cachesign": "HIT", "keyed": f.keyedCurl(),
	}
	if f.Evidence.Local.Loopback {
		vars["egress"] = "127.0.0.1"
	}
	for name, value := range f.grants(h.vars["caps"]) {
		vars[name] = value
	}
	if mode, ok := f.Storage(); ok {
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

// DocsAnchor is where the catalogue explains a check.
func DocsAnchor(id string) string { return "docs/checks/" + id + ".md" }

// roleFor are the scopes of a role that serves the wanted ones: who writes looks records up first, as Waybill does and
// as this doctor asks for, so the reading scope of each resource comes along.
func roleFor(wanted []evidence.Scope) string {
	return evidence.ScopeNames(
		evidence.TargetFacts{Scopes: slices.DeleteFunc(slices.Clone(capability.Scopes), func(s evidence.Scope) bool {
			resource, action, _ := strings.Cut(string(s), ":")
			return !slices.ContainsFunc(wanted, func(one evidence.Scope) bool {
				of, _, _ := strings.Cut(string(one), ":")
				return one == s || of == resource && action == "read"
			})
		})})
}

// Finding fills in the words of a check.
func (f *Case) Finding(c Check, h *hit) Finding {
	severity := c.Severity
	if h.severity != "" {
		severity = h.severity
	}
	if f.wavers() && c.ID != variesID && c.Area != AreaNetwork && c.Area != AreaTLS && h.confidence == verdict.Sure {
		h.confidence = verdict.Likely // it may rest on the one answer of two
	}
	if h.concerns == nil && c.Area == AreaData && len(c.Scopes) > 0 {
		h.concerns = c.Scopes // a filter of orders says nothing of products
	}
	if c.Area == AreaWebhooks && severity == Problem && !f.Target.WantsHooks() {
		severity = Warning // somebody else's webhooks: the shop misses them, and nothing that was asked for
	}
	fill := f.filler(c, h)
	out := Finding{
		ID: c.ID, Area: c.Area, Severity: severity, Confidence: h.confidence, Title: evidence.FirstOf(h.title, c.Title),
		Why: evidence.Capitalise(h.why), Cause: c.Cause, Tell: c.Tell,
		Fix: []Fix{}, Evidence: evidence.NonNil(h.shown), Docs: DocsAnchor(c.ID), Adopt: h.adopt, under: h.under,
		readsWork: h.readsWork, concerns: h.concerns,
	}
	for _, fix := range f.fixesOf(c, h) {
		out.Fix = append(out.Fix, Fix{fix.Kind, fill.Replace(fix.Text)})
	}
	out.Fix = append(out.Fix, f.proofOf(c, h, fill))
	return out
}
