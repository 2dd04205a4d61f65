package picture

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/tools/house"
)

// Box is a room as the picture shows it.
type Box struct {
	Name   string
	Inside []string // rooms that only this one may import
	Knows  []string // boxes that it imports, without those that it knows through another anyway
	Floor  int      // 0 for those that know nobody; else one above the highest it knows
}

// beside says whether a room is no part of the product: it looks at it from outside, or serves tests (storagetest).
func beside(room string) bool {
	first, _, _ := strings.Cut(room, "/")
	return slices.Contains([]string{"bench", "docs", "tools"}, first) || strings.HasSuffix(room, "test")
}

// Plan gathers packages into boxes, in the order of their names.
func Plan(packages []house.Package) []Box {
	inside, knows := map[string][]string{}, map[string][]string{}
	for _, p := range packages {
		if beside(p.Room()) {
			continue
		}
		name, within := split(p.Room())
		if inside[name] == nil {
			inside[name] = []string{}
		}
		if within != "" {
			inside[name] = append(inside[name], within)
		}
		for _, room := range p.Knows() {
			if other, _ := split(room); other != name && !slices.Contains(knows[name], other) {
				knows[name] = append(knows[name], other)
			}
		}
	}
	boxes := make([]Box, 0, len(inside))
	for name, rooms := range inside {
		boxes = append(boxes, Box{Name: name, Inside: rooms, Knows: direct(name, knows), Floor: floor(name, knows)})
	}
	slices.SortFunc(boxes, func(a, b Box) int { return strings.Compare(a.Name, b.Name) })
	return boxes
}

// split tells the box of a room and its name within: sandbox/internal/shop is shop within sandbox.
func split(room string) (box, within string) {
	if at := strings.LastIndex(room, "/internal/"); at >= 0 {
		outer, _ := split(room[:at])
		prefix := ""
		if len(outer) < at {
			prefix = strings.TrimPrefix(room[len(outer):at], "/internal/") + "/"
		}
		return outer, prefix + room[at+len("/internal/"):]
	}
	return room, ""
}

func floor(name string, knows map[string][]string) int {
	f := 0
	for _, other := range knows[name] {
		f = max(f, floor(other, knows)+1)
	}
	return f
}

// direct are the boxes that a box knows and that none of the others it knows leads to.
func direct(name string, knows map[string][]string) []string {
	var left []string
	for _, other := range knows[name] {
		through := func(third string) bool { return third != other && reaches(third, other, knows) }
		if !slices.ContainsFunc(knows[name], through) {
			left = append(left, other)
		}
	}
	slices.Sort(left)
	return left
}

func reaches(from, to string, knows map[string][]string) bool {
	return from == to || slices.ContainsFunc(knows[from], func(next string) bool { return reaches(next, to, knows) })
}
