package catalogue

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// fromRights puts together what lacks for one id: reading orders and reading products ask for two capabilities of one
// kind, and the person should have both from one fix.
func fromRights(id string) func(*Case) *hit {
	return func(f *Case) *hit {
		var h *hit
		for _, a := range f.Causes {
			switch found := hitOf(a, id); {
			case found == nil:
			case h == nil:
				h = found
				h.under = a.Also
				h.proof = f.methodProof(a)
			case h.severity == Note && !a.Note:
				h = found // a problem takes the place of a note
				h.under = a.Also
			case a.Note && h.severity != Note:
			default:
				h.why += "; " + found.why
				h.shown = append(slices.Clone(h.shown), found.shown...)
				h.vars = verdict.WithVar(h.vars, "caps", strings.TrimSpace(h.vars["caps"]+" "+found.vars["caps"]))
			}
		}
		return h
	}
}

// methodProof asks once more as the request did that showed a rule about the method: what is said to be permitted is
// another thing there.
func (f *Case) methodProof(a verdict.Answer) Fix {
	kind, byMethod := a.Vars["unread"]
	if !byMethod {
		return Fix{}
	}
	x := f.cited(a.Shown)
	if kind == "" {
		fix, _ := f.askedAgain(x)
		return fix
	}
	command, _ := f.bodyOf(x)
	return prove(strings.Replace(command, "curl -sS", "curl -sS -o /dev/null -D -", 1)+" | grep -i '^allow'",
		"no “PUT”",
		"“PUT”")
}
