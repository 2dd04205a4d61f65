package capability

// Observation is one thing seen from outside: whether an operation on a record is permitted, for example because the
// Allow header of that record lists its method.
type Observation struct {
	Op        Operation
	Rec       Record
	Permitted bool
}

// Inference is what observations say about the caller's capabilities.
type Inference struct {
	// Held are capabilities that a permitted operation proves.
	Held Set
	// Missing are capabilities that must be missing: a refused operation needs them and all it needs besides is held.
	Missing Set
	// OneOf are groups of which at least one is missing: a refused operation needs them, and nothing else was seen.
	OneOf [][]string
	// Unexplained are refused operations that hold all they need, or that no capability opens: a filter of a plugin, a
	// missing row in wp_posts or the owner's role name decides there.
	Unexplained []Observation
}

// Infer concludes from what was seen which capabilities the caller holds and lacks. It assumes a role whose name
// carries no rule of its own.
func (s Site) Infer(seen []Observation) Inference {
	result := Inference{Held: Set{}, Missing: Set{}}
	for _, o := range seen {
		if o.Permitted {
			needs, _ := s.Needs(o.Op, o.Rec)
			result.Held.Add(needs.Sorted()...)
		}
	}
	for _, o := range seen {
		if o.Permitted {
			continue
		}
		needs, ok := s.Needs(o.Op, o.Rec)
		open := needs.Without(result.Held)
		switch {
		case !ok || len(open) == 0:
			result.Unexplained = append(result.Unexplained, o)
		case len(open) == 1:
			result.Missing.Add(open.Sorted()...)
		}
	}
	// Only now, so that what a simpler refusal proves missing explains the refusals that need more.
	for _, o := range seen {
		needs, ok := s.Needs(o.Op, o.Rec)
		open := needs.Without(result.Held)
		if o.Permitted || !ok || len(open) < 2 || len(open.Without(result.Missing)) < len(open) {
			continue
		}
		result.OneOf = appendGroup(result.OneOf, open.Sorted())
	}
	return result
}

func appendGroup(groups [][]string, group []string) [][]string {
	for _, known := range groups {
		if NewSet(known...).Equal(NewSet(group...)) {
			return groups
		}
	}
	return append(groups, group)
}
