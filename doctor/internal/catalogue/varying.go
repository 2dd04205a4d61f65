package catalogue

import (
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// variesID is the cause that comes and goes. It is looked at first: while it is there, no single answer proves another.
const variesID = "answers-vary"

func varyingChecks() []Check {
	return []Check{{
		ID: variesID, Area: AreaServer, Severity: Problem, Stage: StageAPI,
		Title: "The same request is answered differently from one time to the next",
		See: "A request fails, is refused, or is answered as without a key, and the same request a moment " +
			"later is answered.",
		Tell: "What is broken or refused by a rule stays so when it is asked again. With rate-limit the answer " +
			"is 429.",
		Cause: "Several servers answer for the shop and one of them is broken or set up differently; or the server " +
			"has too little of something (PHP processes, memory, database connections) and fails under load.",
		Fixes: []Fix{
			host("“The same request to {host} is answered differently from one time to the next: {request} was " +
				"answered with {status}, and a moment later properly. Is one of several servers or PHP pools broken, " +
				"or set up differently from the others? Or do PHP processes, memory or database connections run out?”"),
			wpcli("grep -c 'max_children' /var/log/php*-fpm.log; tail -n 50 wp-content/debug.log   # does the pool " +
				"run out of processes, does PHP die now and then?"),
			waybill("waybill doctor {home} --for {scopes}   # once more: what is answered the same each time is " +
				"told then"),
			look("Run the doctor three times: waybill doctor {home} --for {scopes}. It is mended when none of them " +
				"finds {check}."),
		},
		Under: []string{"rate-limit"},
		find:  findVarying,
	}}
}

func findVarying(f *Case) *hit {
	wavered := f.With(evidence.Flaky)
	if len(wavered) == 0 {
		return nil
	}
	first := wavered[0]
	names := map[string]bool{}
	h := &hit{confidence: verdict.Likely, vars: map[string]string{
		"status":  evidence.StatusText(first.Status),
		"request": first.Request.Method + " " + evidence.RequestURI(first.Request.URL),
	}}
	for i, x := range f.Wavered() {
		names[x.ID] = true
		if len(h.shown) < 8 {
			h.shown = append(h.shown, evidence.Describe(wavered[i]),
				"the same a moment later: "+evidence.Describe(f.Get(evidence.Probe(x.ID))))
		}
	}
	h.why = fmt.Sprintf("%s of %d got another answer when they were made once more, the first of them %s",
		evidence.Plural(len(names), "request"), len(f.Evidence.Exchanges)-len(wavered), evidence.Describe(first))
	if len(names) == 1 {
		h.severity = Warning // once may be the moment of an update
	}
	return h
}

// wavers says that answers vary, so that single answers prove nothing.
func (f *Case) wavers() bool {
	return len(f.With(evidence.Flaky)) > 0
}

// waveringScope says whether a request that stands for the scope got different answers at different times.
func (f *Case) waveringScope(scope evidence.Scope) bool {
	return slices.ContainsFunc(f.Wavered(), func(x *evidence.Exchange) bool {
		return slices.Contains(f.ScopesOf(x), scope)
	})
}
