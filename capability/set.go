package capability

import (
	"slices"
	"strings"
)

// Set is a set of primitive capabilities. The nil Set is empty. It may be read; adding to it panics.
type Set map[string]struct{}

// NewSet returns the set of the given capabilities.
func NewSet(caps ...string) Set {
	set := make(Set, len(caps))
	set.Add(caps...)
	return set
}

// Add puts capabilities into the set.
func (s Set) Add(caps ...string) {
	for _, name := range caps {
		s[name] = struct{}{}
	}
}

// Has reports whether all the given capabilities are in the set.
func (s Set) Has(caps ...string) bool {
	for _, name := range caps {
		if _, ok := s[name]; !ok {
			return false
		}
	}
	return true
}

// Sorted returns the capabilities in alphabetical order.
func (s Set) Sorted() []string {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Clone returns a copy that may be changed without changing s.
func (s Set) Clone() Set {
	return NewSet(s.Sorted()...)
}

// Union returns a new set with the capabilities of both.
func (s Set) Union(other Set) Set {
	union := s.Clone()
	for name := range other {
		union.Add(name)
	}
	return union
}

// Without returns a new set with the capabilities of s that are not in other.
func (s Set) Without(other Set) Set {
	rest := make(Set, len(s))
	for name := range s {
		if !other.Has(name) {
			rest.Add(name)
		}
	}
	return rest
}

// Equal reports whether both sets hold the same capabilities.
func (s Set) Equal(other Set) bool {
	return len(s) == len(other) && len(s.Without(other)) == 0
}

// String lists the capabilities, sorted and separated by comma and blank.
func (s Set) String() string {
	return strings.Join(s.Sorted(), ", ")
}
