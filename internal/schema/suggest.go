package schema

import (
	"strings"

	"github.com/waybillhq/waybill/internal/spelling"
)

// Suggest gives the member that a name which is none stands for, as a path ("quantity", "dimensions.length"); empty
// when nothing comes near. What people call a thing comes before what is spelt alike.
func (m *Member) Suggest(name string) string {
	lower := strings.ToLower(name)
	for _, key := range []string{m.Name + ":" + lower, lower} {
		for _, path := range tables().synonyms[key] {
			if m.takes(path) {
				return path
			}
		}
	}
	return m.nearest(lower)
}

// takes says whether a path leads to a member that is taken.
func (m *Member) takes(path string) bool {
	first, rest, deeper := strings.Cut(path, ".")
	member := m.Find(first)
	if member == nil || member.Computed {
		return false
	}
	return !deeper || member.takes(rest)
}

// nearest is the member whose name differs from a given one by one letter (two in longer names) left out, added,
// changed or exchanged with its neighbour; of several the nearest. Members that are taken come before those that are
// not.
func (m *Member) nearest(name string) string {
	allowed := spelling.Slack(name)
	best, found := 2*allowed+2, ""
	for _, member := range m.Members {
		d := 2 * spelling.Distance(name, member.Name)
		if member.Computed {
			d++
		}
		if d <= 2*allowed+1 && d < best {
			best, found = d, member.Name
		}
	}
	return found
}
