package schema

import (
	"strings"
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
	allowed := 1
	if len(name) > 5 {
		allowed = 2
	}
	best, found := 2*allowed+2, ""
	for _, member := range m.Members {
		d := 2 * distance(name, member.Name)
		if member.Computed {
			d++
		}
		if d <= 2*allowed+1 && d < best {
			best, found = d, member.Name
		}
	}
	return found
}

// distance is the number of edits between two names (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
