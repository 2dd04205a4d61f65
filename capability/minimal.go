package capability

import (
	"slices"
	"strings"
)

// Need is one capability of a role with the reasons why it is there.
type Need struct {
	Capability string
	// Scopes are the scopes that need the capability, in the order of [Scopes].
	Scopes []Scope
	// Uses are the uses that would be refused without the capability.
	Uses []Use
}

// Why says in a phrase why the role needs the capability.
func (n Need) Why() string {
	if batch := n.onlyBatches(); batch != "" {
		return "using " + batch + ", which asks this before it looks at an item"
	}
	fact, _ := FactOf(n.Capability)
	return fact.Opens
}

// onlyBatches names the batch routes when nothing but batches needs the capability.
func (n Need) onlyBatches() string {
	var routes []string
	for _, use := range n.Uses {
		if !use.Op.InBatch {
			return ""
		}
		if route := string(use.Op.Resource) + "/batch"; !slices.Contains(routes, route) {
			routes = append(routes, route)
		}
	}
	return strings.Join(routes, " and ")
}

// Minimum is the smallest role that serves a set of scopes on a store.
type Minimum struct {
	Site   Site
	Scopes []Scope
	// Needs are the capabilities, in the order in which the scopes ask for them.
	Needs []Need
	// Impossible are uses that no capability opens on this store, such as editing users of a multisite network.
	Impossible []Use
}

// Caps returns the capabilities as a set.
func (m Minimum) Caps() Set {
	caps := Set{}
	for _, need := range m.Needs {
		caps.Add(need.Capability)
	}
	return caps
}

// Minimal returns the smallest set of capabilities that serves the scopes on this store. No other set is as small: no
// operation of a scope has an alternative. With AnyStorage the role serves every storage mode, also after the store
// changes its mode. With AnyVersion it serves every version since 9.9, also after an update. With PluginStatuses it
// serves orders in statuses that a plugin registers as public or private. Scopes that write or delete bring the reading
// they need with them.
func (s Site) Minimal(scopes []Scope) Minimum {
	scopes = WithReading(scopes)
	minimum := Minimum{Site: s, Scopes: scopes}
	at := map[string]int{}
	for _, scope := range scopes {
		for _, use := range s.Uses(scope) {
			needs, ok := s.needsOf(use)
			if !ok {
				minimum.Impossible = append(minimum.Impossible, use)
				continue
			}
			for _, name := range needs {
				i, known := at[name]
				if !known {
					i = len(minimum.Needs)
					at[name] = i
					minimum.Needs = append(minimum.Needs, Need{Capability: name})
				}
				need := &minimum.Needs[i]
				if !slices.Contains(need.Scopes, scope) {
					need.Scopes = append(need.Scopes, scope)
				}
				need.Uses = append(need.Uses, use)
			}
		}
	}
	return minimum
}

// allowedWith reports whether the store lets the caller do what the use says.
func (s Site) allowedWith(caller Caller, use Use) bool {
	return s.at(use).Decide(caller, use.Op, use.Rec).Allowed
}
