package shop

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// versions are the versions of WooCommerce that have something: from the first
// on, up to but without the last. Zero ends are open.
type versions struct{ since, until capability.Version }

func (v versions) include(version capability.Version) bool {
	var open capability.Version
	return (v.since == open || version.AtLeast(v.since)) && (v.until == open || !version.AtLeast(v.until))
}

// versionsOf reads the members since and until of a line of a table.
func versionsOf(line *rest.Object) versions {
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
	return versions{read("since"), read("until")}
}
