package capability

import (
	"strings"
	"testing"
)

func TestEveryPitfallIsProvedByTheModel(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range Pitfalls() {
		if seen[p.ID] || p.ID == "" || p.Believed == "" || p.Truth == "" || p.Source == "" {
			t.Errorf("%q: doubled or incomplete", p.ID)
		}
		seen[p.ID] = true
		caller := Caller{Caps: NewSet(p.Granted...), Roles: []string{p.RoleName}}
		if d := p.Site.Decide(caller, p.Use.Op, p.Use.Rec); d.Allowed {
			t.Errorf("%s: %s is allowed with what people grant", p.ID, p.Use.Op)
		}
		caller.Caps = caller.Caps.Union(NewSet(p.Instead...))
		if d := p.Site.Decide(caller, p.Use.Op, p.Use.Rec); d.Allowed != (len(p.Instead) > 0) {
			t.Errorf("%s: with %v added, %s allowed is %v (missing %v)", p.ID, p.Instead, p.Use.Op, d.Allowed,
				d.Missing)
		}
		for _, name := range p.Instead {
			if !strings.Contains(p.Truth, name) {
				t.Errorf("%s: the truth does not name %s", p.ID, name)
			}
		}
	}
}
