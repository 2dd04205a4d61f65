package core

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Fact is something that is true for some versions of WooCommerce: since the first, and before the last. A zero end is
// open. All facts are in facts.go, except lines of a table (routes and parameters in version_routes.go; settings, tools
// and features).
type Fact struct{ since, until capability.Version }

// Holds says whether the fact is true for a version.
func (f Fact) Holds(version capability.Version) bool {
	var open capability.Version
	return (f.since == open || version.AtLeast(f.since)) && (f.until == open || !version.AtLeast(f.until))
}

// Since is a fact of a version and all after it.
func Since(major, minor int) Fact {
	return Fact{since: capability.Version{Major: major, Minor: minor}}
}

// until is a fact of all versions before one.
func until(major, minor int) Fact {
	return Fact{until: capability.Version{Major: major, Minor: minor}}
}

// Before ends a fact: it is no longer true for that version.
func (f Fact) Before(major, minor int) Fact {
	return Fact{since: f.since, until: capability.Version{Major: major, Minor: minor}}
}

// FactOf reads the members since and until of a line of a table.
func FactOf(line *rest.Object) Fact {
	read := func(name string) capability.Version {
		text := rest.Text(line.Value(name))
		if text == "" {
			return capability.Version{}
		}
		version, err := capability.ParseVersion(text)
		if err != nil {
			panic("shop: an embedded table: " + err.Error()) // part of the binary, and tested
		}
		return version
	}
	return Fact{read("since"), read("until")}
}
