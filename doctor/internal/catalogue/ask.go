package catalogue

import (
	"fmt"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// SafeCase makes a Case. A fault in the doctor's own decisions does not keep the checks from saying what they still
// can.
func SafeCase(ev *evidence.Evidence) (f *Case, crash *Crash) {
	defer func() {
		if v := recover(); v != nil {
			crash = &Crash{ID: "facts", Error: fmt.Sprint(v)}
			f = &Case{Facts: verdict.Undecided(ev)}
		}
	}()
	return &Case{Facts: verdict.Decide(ev)}, nil
}

// Ask runs one check. A check that panics is reported and does not stop the rest.
func Ask(c Check, f *Case) (h *hit, crash *Crash) {
	defer func() {
		if v := recover(); v != nil {
			h, crash = nil, &Crash{ID: c.ID, Error: fmt.Sprint(v)}
		}
	}()
	return c.find(f), nil
}

// Stage is how far the run came.
func (f *Case) Stage() Stage {
	switch {
	case f.Known():
		return StageLetIn
	case f.Target.HasKey && (f.Get(evidence.ReadFirst) != nil || f.Get(evidence.ReadOAuth) != nil ||
		f.Get(evidence.KeyKnown) != nil):
		return StageKey
	case f.Evidence.Root != "":
		return StageRoot
	}
	for i := range f.Evidence.Exchanges {
		if f.Evidence.Exchanges[i].Status > 0 || f.Evidence.Exchanges[i].Fault != nil &&
			f.Evidence.Exchanges[i].Fault.Class != "dns" {
			return StageAPI
		}
	}
	return StageReach
}

// NotWanted begins the reason why a check of other scopes is skipped.
const NotWanted = "not wanted: "

// Skip says why a check cannot be asked; "" when it can.
func (f *Case) Skip(c Check, stage Stage) string {
	if c.Stage > stage {
		reason := "the run did not come that far"
		if n := len(f.Evidence.Stops); n > 0 {
			reason = f.Evidence.Stops[n-1].Reason
		} else if !f.Target.HasKey {
			reason = "no key and secret were given"
		}
		return reason
	}
	if c.unasked != nil && f.Known() {
		if reason := c.unasked(f); reason != "" {
			return reason
		}
	}
	if len(c.Scopes) > 0 && !f.Target.Wants(c.Scopes...) &&
		(c.Area != AreaWebhooks || !f.Target.WantsHooks() && !evidence.HooksAtWork(f.Get(evidence.ListWebhooks))) {
		return NotWanted + evidence.ScopeNames(evidence.TargetFacts{Scopes: c.Scopes})
	}
	return ""
}
