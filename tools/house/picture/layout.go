package picture

import (
	"slices"
	"strings"
)

// Measures of the picture, in pixels.
const (
	margin     = 24.0
	padding    = 14.0
	nameSize   = 15.0 // of the letters
	insideSize = 11.5
	perLetter  = 0.61 // width of a letter of a monospaced font, as a part of its size
	lineHeight = 16.0
	gap        = 26.0 // between two boxes of a floor
	storey     = 64.0 // between two floors
	widest     = 46   // letters in a line of rooms inside a box
	bend       = 14.0 // the room that a passing arrow takes on a floor
)

// node is a box, or a place where an arrow passes a floor.
type node struct {
	box           *Box // nil for a passing arrow
	lines         []string
	width, height float64
	x, y          float64 // the upper left corner
	up, down      []*node
}

func (n *node) middle() float64 { return n.x + n.width/2 }

// arrow leads from a box over the floors between to one it knows.
type arrow []*node

type drawing struct {
	floors        [][]*node // from the ground up
	arrows        []arrow
	width, height float64
}

// layOut gives every box a place. Boxes of a floor are put in the order in which arrows cross least, as far as some
// rounds of averaging find it.
func layOut(boxes []Box) *drawing {
	d := &drawing{}
	byName := map[string]*node{}
	for i := range boxes {
		n := newNode(&boxes[i])
		byName[n.box.Name] = n
		for len(d.floors) <= n.box.Floor {
			d.floors = append(d.floors, nil)
		}
		d.floors[n.box.Floor] = append(d.floors[n.box.Floor], n)
	}
	for i := range boxes {
		from := byName[boxes[i].Name]
		for _, name := range boxes[i].Knows {
			d.connect(from, byName[name])
		}
	}
	for range 24 {
		for f := 1; f < len(d.floors); f++ {
			order(d.floors[f], func(n *node) []*node { return n.down })
		}
		for f := len(d.floors) - 2; f >= 0; f-- {
			order(d.floors[f], func(n *node) []*node { return n.up })
		}
	}
	d.place()
	return d
}

func newNode(b *Box) *node {
	n := &node{box: b, lines: linesOf(b.Inside)}
	n.width = float64(len(b.Name)) * nameSize * perLetter
	for _, line := range n.lines {
		n.width = max(n.width, float64(len(line))*insideSize*perLetter)
	}
	n.width += 2 * padding
	n.height = 2*padding + nameSize + lineHeight*float64(len(n.lines))
	return n
}

// linesOf sets the rooms inside a box in lines; rooms inside one of them stand behind its name, in lines of their own.
func linesOf(inside []string) []string {
	var plain, outer []string
	inner := map[string][]string{}
	for _, name := range inside {
		first, rest, deeper := strings.Cut(name, "/")
		if !deeper {
			plain = append(plain, name)
			continue
		}
		if inner[first] == nil {
			outer = append(outer, first)
		}
		inner[first] = append(inner[first], rest)
	}
	lines := wrap("", slices.DeleteFunc(plain, func(name string) bool { return inner[name] != nil }))
	for _, name := range outer {
		lines = append(lines, wrap(name+": ", inner[name])...)
	}
	return lines
}

// wrap sets names in lines.
func wrap(line string, names []string) []string {
	var lines []string
	begun := false
	for _, name := range names {
		if begun && len(line)+len(name)+3 > widest {
			lines, line, begun = append(lines, line+" ·"), "", false
		}
		if begun {
			line += " · "
		}
		line, begun = line+name, true
	}
	if begun {
		lines = append(lines, line)
	}
	return lines
}

// connect adds an arrow, with a place on each floor that it passes.
func (d *drawing) connect(from, to *node) {
	way := arrow{from}
	for f := from.box.Floor - 1; f > to.box.Floor; f-- {
		passing := &node{width: bend}
		d.floors[f] = append(d.floors[f], passing)
		way = append(way, passing)
	}
	way = append(way, to)
	for i := 1; i < len(way); i++ {
		way[i-1].down = append(way[i-1].down, way[i])
		way[i].up = append(way[i].up, way[i-1])
	}
	d.arrows = append(d.arrows, way)
}

// order sorts a floor by where the neighbours of its nodes stand.
func order(floor []*node, neighbours func(*node) []*node) {
	at := map[*node]float64{}
	for i, n := range floor {
		at[n] = float64(i)
		if next := neighbours(n); len(next) > 0 {
			at[n] = mean(next)
		}
	}
	slices.SortStableFunc(floor, func(a, b *node) int {
		switch {
		case at[a] < at[b]:
			return -1
		case at[a] > at[b]:
			return 1
		}
		return strings.Compare(nameOf(a), nameOf(b))
	})
	x := 0.0
	for _, n := range floor {
		n.x = x
		x += n.width + gap
	}
	for _, n := range floor {
		n.x -= x / 2 // floors are compared by their middle
	}
}

func nameOf(n *node) string {
	if n.box == nil {
		return ""
	}
	return n.box.Name
}

func mean(nodes []*node) float64 {
	sum := 0.0
	for _, n := range nodes {
		sum += n.middle()
	}
	return sum / float64(len(nodes))
}

// place moves nodes towards their neighbours as far as the floor has room, then floors under each other.
func (d *drawing) place() {
	for round := range 60 {
		for f := range d.floors {
			floor := d.floors[f]
			if round%2 == 1 {
				floor = d.floors[len(d.floors)-1-f]
			}
			shift(floor)
		}
	}
	left, right := 0.0, 0.0
	for _, floor := range d.floors {
		left, right = min(left, floor[0].x), max(right, floor[len(floor)-1].x+floor[len(floor)-1].width)
	}
	d.width = right - left + 2*margin
	y := margin
	for f := len(d.floors) - 1; f >= 0; f-- {
		tallest := 0.0
		for _, n := range d.floors[f] {
			tallest = max(tallest, n.height)
		}
		for _, n := range d.floors[f] {
			n.x += margin - left
			n.y = y + (tallest-n.height)/2
			if n.box == nil {
				n.y, n.height = y, tallest
			}
		}
		y += tallest + storey
	}
	d.height = y - storey + margin
}

// shift gives each node of a floor the place its neighbours wish, without overlap: nodes that would overlap share their
// wishes and stand side by side.
func shift(floor []*node) {
	type group struct {
		nodes []*node
		wish  float64 // for its left edge
		width float64
	}
	var groups []group
	for _, n := range floor {
		wish := n.x
		if next := append(slices.Clone(n.up), n.down...); len(next) > 0 {
			wish = (mean(next) - n.width/2 + n.x) / 2
		}
		g := group{[]*node{n}, wish, n.width}
		for len(groups) > 0 {
			before := groups[len(groups)-1]
			if before.wish+before.width+gap <= g.wish {
				break
			}
			a, b := float64(len(before.nodes)), float64(len(g.nodes))
			g = group{
				nodes: append(before.nodes, g.nodes...),
				wish:  (before.wish*a + (g.wish-before.width-gap)*b) / (a + b),
				width: before.width + gap + g.width,
			}
			groups = groups[:len(groups)-1]
		}
		groups = append(groups, g)
	}
	for _, g := range groups {
		x := g.wish
		for _, n := range g.nodes {
			n.x = x
			x += n.width + gap
		}
	}
}
