package capability

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteText writes the explanation for people.
func (e Explanation) WriteText(w io.Writer) error {
	var out text
	name := e.Role.Name
	if e.Role.Title != "" {
		name = strings.TrimPrefix(name+", "+e.Role.Title, ", ")
	}
	if name == "" {
		name = "This list"
	}
	out.line("%s: %d capabilities", name, len(e.Role.Caps))
	out.line("Wanted: %s", JoinScopes(e.Scopes))
	out.line("Store:  %s, %s", e.Site.Storage.Title(), e.Site.versionText())

	out.head("Lacks for what is wanted", 1)
	for _, need := range e.Lacks {
		out.item(need.Capability, "%s: %s", JoinScopes(need.Scopes), need.Why())
	}
	if len(e.Lacks) == 0 {
		out.line("  nothing")
	}
	out.head("Opens of what is wanted", 1)
	for _, opening := range e.Opens {
		if opening.Wanted {
			out.item(string(opening.Scope), "%s", opening.describe())
		}
	}
	var more []string
	for _, opening := range e.Opens {
		switch {
		case opening.Wanted || opening.Extent == Nothing:
		case opening.Extent == Part:
			more = append(more, string(opening.Scope)+" (part)")
		default:
			more = append(more, string(opening.Scope))
		}
	}
	if len(more) > 0 {
		out.head("Opens that is not wanted", 1)
		out.line("  %s", strings.Join(more, ", "))
	}
	out.head("Not needed for what is wanted", len(e.Unwanted))
	for _, need := range e.Unwanted {
		fact, _ := FactOf(need.Capability)
		out.item(need.Capability, "%s", fact.Opens)
	}
	out.head("Carried for nothing", len(e.Idle))
	for _, idle := range e.Idle {
		out.item(idle.Capability, "%s", idle.Why)
	}
	out.head("Opens besides", len(e.Besides))
	for _, fact := range e.Besides {
		out.item(fact.Capability, "%s", fact.Besides)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// describe says in one line how far the scope is open.
func (o Opening) describe() string {
	if o.Extent == All {
		return "all of it"
	}
	names := refusedNames(o.Refused)
	const shown = 5
	rest := ""
	if len(names) > shown {
		rest = fmt.Sprintf(" and %d more", len(names)-shown)
		names = names[:shown]
	}
	if o.Extent == Nothing {
		return "nothing"
	}
	return "part; refused: " + strings.Join(names, "; ") + rest
}

// refusedNames names refused uses, each once. A storage mode is added where the modes differ.
func refusedNames(refused []Refusal) []string {
	var uses []Use
	for _, refusal := range refused {
		uses = append(uses, refusal.Use)
	}
	return useNames(uses)
}

// useNames names uses, each once. Storage modes and versions are added where they differ.
func useNames(uses []Use) []string {
	var names []string
	modes := map[string][]string{}
	for _, use := range uses {
		name := strings.TrimSpace(use.Op.String() + " " + use.Which)
		if _, seen := modes[name]; !seen {
			names = append(names, name)
		}
		if mode := use.where(); !slices.Contains(modes[name], mode) {
			modes[name] = append(modes[name], mode)
		}
	}
	for i, name := range names {
		if where := strings.Join(modes[name], ", "); where != "" {
			names[i] = name + " (" + where + ")"
		}
	}
	return names
}

// where names the storage modes and versions that the use is about; "" when all are alike.
func (u Use) where() string {
	version := ""
	switch {
	case u.Version == (Version{}):
	case u.Version.AtLeast(sinceOrderCaps):
		version = "since WooCommerce 11.0"
	default:
		version = "before WooCommerce 11.0"
	}
	return strings.TrimSpace(string(u.Storage) + " " + version)
}

// versionText is the version as somebody gave it, or all that AnyVersion stands for.
func (s Site) versionText() string {
	if s.Version == AnyVersion {
		return s.Version.Title()
	}
	return "WooCommerce " + s.Version.String()
}

// WriteText writes the difference for people.
func (d Difference) WriteText(w io.Writer) error {
	var out text
	out.head("Compared with "+d.From.Name, 1)
	for _, part := range []struct {
		title string
		names []string
	}{
		{"capabilities taken away", d.Removed},
		{"capabilities added", d.Added},
		{"can no longer", useNames(d.Lost)},
		{"can besides", useNames(d.Gained)},
	} {
		if len(part.names) > 0 {
			out.item(part.title, "%s", strings.Join(part.names, ", "))
		}
	}
	if len(d.Removed)+len(d.Added) == 0 {
		out.line("  the same capabilities")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// text builds a plain report of headed lists.
type text struct{ strings.Builder }

func (t *text) line(format string, args ...any) {
	fmt.Fprintf(&t.Builder, format+"\n", args...)
}

// head begins a section that has items.
func (t *text) head(title string, items int) {
	if items > 0 {
		t.line("\n%s", title)
	}
}

const (
	itemColumn = 32
	textWidth  = 110
)

// item writes a name and, behind it, what is said of it. Further lines hang under the text.
func (t *text) item(name, format string, args ...any) {
	line := "  " + name + strings.Repeat(" ", max(1, itemColumn-2-len(name)))
	for _, word := range strings.Fields(fmt.Sprintf(format, args...)) {
		if len(line)+1+len(word) > textWidth && strings.TrimSpace(line) != "" {
			t.line("%s", strings.TrimRight(line, " "))
			line = strings.Repeat(" ", itemColumn)
		}
		if !strings.HasSuffix(line, " ") {
			line += " "
		}
		line += word
	}
	t.line("%s", line)
}
