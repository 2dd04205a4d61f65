package capability

import "testing"

func TestEveryCapabilityTheRulesAskForIsExplained(t *testing.T) {
	t.Parallel()
	for _, storage := range Storages {
		for _, version := range []Version{{8, 4, 0}, {9, 9, 0}, Measured, Newest, AnyVersion} {
			site := Site{Storage: storage, Version: version, PluginStatuses: true, Fulfillments: true}
			for _, use := range site.AllUses() {
				needs, _ := site.needsOf(use)
				for _, name := range needs {
					if fact, ok := FactOf(name); !ok || fact.Opens == "" || fact.Source == "" {
						t.Errorf("%s is needed for %s and not explained", name, use.Op)
					}
				}
			}
		}
	}
}

func TestCapabilitiesSaidToDoNothingDecideNothing(t *testing.T) {
	t.Parallel()
	decide := Set{}
	for _, m := range append(loadOracle(t, Measured), loadOracle(t, Newest)...) {
		for _, side := range []answers{m.HPOS, m.Posts} {
			for name := range side.Needs {
				decide.Add(name)
			}
		}
	}
	for _, fact := range facts {
		inert := len(fact.Opens) > 8 && fact.Opens[:8] == "nothing:"
		// Only needed before 9.9, or for other records than those measured.
		if inert == decide.Has(fact.Capability) {
			t.Errorf("%s: said to do nothing %v, measured to decide something %v", fact.Capability, inert,
				decide.Has(fact.Capability))
		}
	}
}

func TestFactsAreListedOnce(t *testing.T) {
	t.Parallel()
	seen := Set{}
	for _, fact := range facts {
		if seen.Has(fact.Capability) {
			t.Errorf("%s is listed twice", fact.Capability)
		}
		seen.Add(fact.Capability)
	}
}
