package schema

import (
	"strings"

	"github.com/waybillhq/waybill/internal/spelling"
)

// Suggest returns the path of the member that an unknown name probably means, such as "quantity" or
// "dimensions.length"; empty when no member comes near. A known synonym comes before a similar spelling.
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

// takes says whether a path leads to a member that the store takes in a write.
func (m *Member) takes(path string) bool {
	first, rest, deeper := strings.Cut(path, ".")
	member := m.Find(first)
	if member == nil || member.Computed {
		return false
	}
	return !deeper || member.takes(rest)
}

// nearest returns the member whose name differs least from a given name. Names may differ by one letter, in longer
// names by two, that is left out, added, changed or exchanged with its neighbour. Members that the store takes come
// before computed ones.
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
