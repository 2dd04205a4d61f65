package render

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/catalogue"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// The words about what was seen to work, what was not, and what was not asked.

// thirds are the scopes that were seen to work, the others, and those that nothing speaks against and that not all was
// asked of.
func (r *Report) thirds() (works, others, partly []string) {
	for _, scope := range r.Target.Scopes {
		switch name := string(scope); {
		case slices.Contains(r.Works, name+" works"):
			works = append(works, name)
		case slices.ContainsFunc(r.NotAsked, func(one catalogue.Unasked) bool { return one.Scope == scope }):
			partly = append(partly, name)
		default:
			others = append(others, name)
		}
	}
	return works, others, partly
}

// headOfOne says whether the one check that was asked is true of the store.
func (w *textWriter) headOfOne(r *Report) {
	p, base := w.opt.Paint, use(w.opt.Paint.Strong, r.home())
	const alone = " Nothing else was asked."
	switch {
	case r.Status == Problems:
		w.wrap(use(p.Bad, "✗ "+r.Only+":")+" ", base+" has this."+alone)
	case len(r.Findings) > 0:
		w.wrap(use(p.Warn, "! "+r.Only+":")+" ", base+" has this."+alone)
	case len(r.Skipped) > 0:
		w.wrap(use(p.Warn, "! "+r.Only+" could not be asked:")+" ", base+": "+r.Skipped[0].Reason+".")
	case len(r.Crashes) > 0:
		w.wrap(use(p.Warn, "! "+r.Only+" failed:")+" ", base)
	default:
		w.wrap(use(p.Good, "✓ "+r.Only+":")+" ", base+" has nothing of it."+alone)
	}
}

// home is the address of which all is said: the shop's own, where a page of it was given.
func (r *Report) home() string {
	for _, f := range r.Findings {
		if f.Severity == catalogue.Note && f.Adopt != nil && f.Adopt.Base != "" {
			return f.Adopt.Base
		}
	}
	return r.Target.Base
}

// wellHead begins the sentence about a store with which nothing is wrong: it is healthy when everything was asked.
func wellHead(partly []string) string {
	if len(partly) > 0 {
		return "✓ Nothing wrong was seen, and not everything was asked:"
	}
	return "✓ Healthy:"
}

// healthyFor ends the sentence about a healthy store.
func healthyFor(works, partly []string) string {
	switch {
	case len(partly) == 0:
		return " can be used for " + strings.Join(works, ", ") + "."
	case len(works) == 0:
		return ". Not everything was asked of " + strings.Join(partly, ", ") + "."
	}
	return " can be used for " + strings.Join(works, ", ") + ". Not everything was asked of " +
		strings.Join(partly, ", ") + "."
}

// whatWorks says what does not work and what does.
func (r *Report) whatWorks() string {
	works, others, partly := r.thirds()
	does := func(list []string) string { return map[bool]string{true: "does", false: "do"}[len(list) == 1] }
	if len(works) == 0 {
		return "nothing of " + strings.Join(slices.Concat(others, partly), ", ") + " was seen to work"
	}
	return strings.Join(others, ", ") + " " + does(others) + " not work; " + strings.Join(works, ", ") + " " +
		does(works)
}

// unasked says which requests there was no room for, and how to have them asked.
func (w *textWriter) unasked(r *Report) {
	if len(r.NotAsked) == 0 {
		return
	}
	w.line("")
	w.line("%s", use(w.opt.Paint.Strong, "Not asked, for want of room"))
	for _, one := range r.NotAsked {
		w.wrap("  · ", string(one.Scope)+": "+strings.Join(one.Requests, ", "))
	}
	w.line("  To have all of it asked:")
	w.line("      waybill doctor %s --for %s --requests %d", r.Target.Base, evidence.ScopeNames(r.Target), r.room())
}

// room is how many requests are enough to ask what was left out.
func (r *Report) room() int {
	left := map[string]bool{}
	for _, one := range r.NotAsked {
		for _, request := range one.Requests {
			left[request] = true
		}
	}
	return (r.Requests+len(left))/10*10 + 20
}
