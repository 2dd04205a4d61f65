package capability

import "slices"

// Explanation is what a list of capabilities opens and lacks on a store, compared with the wanted scopes.
type Explanation struct {
	Site   Site
	Scopes []Scope
	Role   Role
	// Lacks are the capabilities that the wanted scopes need and the role does not have.
	Lacks []Need
	// Refused are the wanted uses that fail with the role.
	Refused []Refusal
	// Opens says for every scope, wanted or not, how far the role serves it.
	Opens []Opening
	// Idle are capabilities of the role whose removal would change nothing the API answers on this store.
	Idle []Idle
	// Unwanted are capabilities that open something, but nothing that is wanted.
	Unwanted []Need
	// Besides are facts about capabilities of the role that open more than it seems.
	Besides []Fact
}

// Refusal is a use that fails, and what the store answers.
type Refusal struct {
	Use      Use
	Decision Decision
}

// Opening says how far a role serves a scope.
type Opening struct {
	Scope  Scope
	Wanted bool
	Extent Extent
	// Refused are the uses of the scope that fail, when the extent is Part.
	Refused []Refusal
}

// Extent is how much of a scope is open.
type Extent string

// How far a set of capabilities goes.
const (
	Nothing Extent = "nothing"
	Part    Extent = "part"
	All     Extent = "all"
)

// Idle is a capability carried for nothing, and why it does nothing.
type Idle struct {
	Capability string
	Why        string
}

// Explain says what role is good for on this store: what it lacks for the scopes, what it opens, and what it carries
// for nothing. With AnyStorage a scope counts as served only if every storage mode serves it. The role's name counts
// where WooCommerce looks at names (shop_manager). Scopes that write or delete bring their reading with them.
func (s Site) Explain(role Role, scopes []Scope) Explanation {
	scopes = WithReading(scopes)
	caller := Caller{Caps: role.Caps, Roles: []string{role.Name}}
	e := Explanation{Site: s, Scopes: scopes, Role: role}
	e.Lacks = s.lacks(caller, scopes)
	for _, scope := range Scopes {
		wanted := slices.Contains(scopes, scope)
		if !wanted && len(s.Uses(scope)) == 0 {
			continue // this version has nothing of the scope
		}
		opening := s.opening(caller, scope)
		opening.Wanted = wanted
		if opening.Wanted {
			e.Refused = append(e.Refused, opening.Refused...)
		}
		e.Opens = append(e.Opens, opening)
	}
	wanted := s.Minimal(scopes).Caps()
	carries := s.carries(caller)
	for _, name := range role.Caps.Sorted() {
		lost := carries[name]
		switch {
		case len(lost) == 0:
			e.Idle = append(e.Idle, Idle{name, s.whyIdle(role.Caps, name)})
		case !wanted.Has(name):
			e.Unwanted = append(e.Unwanted, Need{Capability: name, Uses: lost})
		}
		if fact, ok := FactOf(name); ok && fact.Besides != "" {
			e.Besides = append(e.Besides, fact)
		}
	}
	return e
}

// lacks are the needs of the scopes that the caller does not hold. The name of the caller's role counts.
func (s Site) lacks(caller Caller, scopes []Scope) []Need {
	var lacks []Need
	for _, need := range s.Minimal(scopes).Needs {
		if !caller.Holds(need.Capability) {
			lacks = append(lacks, need)
		}
	}
	return lacks
}

func (s Site) opening(caller Caller, scope Scope) Opening {
	uses := s.Uses(scope)
	opening := Opening{Scope: scope}
	for _, use := range uses {
		if d := s.at(use).Decide(caller, use.Op, use.Rec); !d.Allowed {
			opening.Refused = append(opening.Refused, Refusal{use, d})
		}
	}
	switch len(opening.Refused) {
	case len(uses): // also where there are no uses
		opening.Extent = Nothing
	case 0:
		opening.Extent = All
	default:
		opening.Extent = Part
	}
	return opening
}

// carries lists, for each capability of the caller, the allowed uses that ask for the capability and would be lost
// without it. A shop manager without edit_users would lose no use, because the role's name grants edit_users.
func (s Site) carries(caller Caller) map[string][]Use {
	withoutCaps := Caller{Roles: caller.Roles}
	carries := map[string][]Use{}
	for _, use := range s.AllUses() {
		if !s.allowedWith(caller, use) {
			continue
		}
		for _, check := range s.at(use).Checks(caller, use.Op, use.Rec) {
			for _, name := range check.Needs {
				if !withoutCaps.Holds(name) {
					carries[name] = append(carries[name], use)
				}
			}
		}
	}
	return carries
}

// whyIdle says why a capability does nothing in this list on this store.
func (s Site) whyIdle(caps Set, name string) string {
	fact, known := FactOf(name)
	if known && len(fact.Opens) > len("nothing: ") && fact.Opens[:len("nothing: ")] == "nothing: " {
		return fact.Opens[len("nothing: "):]
	}
	partners := Set{}
	for _, use := range s.AllUses() {
		needs, ok := s.needsOf(use)
		if ok && slices.Contains(needs, name) {
			for _, partner := range needs {
				if !caps.Has(partner) {
					partners.Add(partner)
				}
			}
		}
	}
	switch {
	case len(partners) > 0:
		return "does nothing without " + partners.String()
	case known:
		return "decides nothing with " + s.Storage.Title() + ", " + s.Version.Title()
	default:
		return "no request of the REST API asks for it"
	}
}
