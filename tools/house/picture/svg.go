package picture

import (
	"fmt"
	"html"
	"strings"
)

// style is read on a light and on a dark background: a page shows the picture in the reader's own colours.
const style = `
  .page { fill: #ffffff } .box { fill: #f6f8fa; stroke: #6e7781 } .public { fill: #ddf4ff; stroke: #0969da }
  .name { fill: #1f2328 } .inside { fill: #59636e } .arrow { stroke: #8c959f } .head { fill: #8c959f }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .box { fill: #161b22; stroke: #6e7681 } .public { fill: #0c2d4d; stroke: #58a6ff }
    .name { fill: #e6edf3 } .inside { fill: #9198a1 } .arrow { stroke: #6e7681 } .head { fill: #6e7681 }
  }
  text { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .name { font-size: 15px; font-weight: 600 } .inside { font-size: 11.5px }
  .box, .public { stroke-width: 1.2 } .arrow { fill: none; stroke-width: 1.3 }`

// public says whether other programs can import a box.
func public(b *Box) bool {
	return !strings.HasPrefix(b.Name, "internal/") && !strings.HasPrefix(b.Name, "cmd/")
}

// SVG draws boxes.
func SVG(boxes []Box) string {
	d := layOut(boxes)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img">`,
		d.width, d.height, d.width, d.height)
	b.WriteString("\n<!-- Drawn from the imports; do not edit: go generate ./docs -->\n")
	b.WriteString("<title>The rooms of Waybill, each above those it knows</title>\n<style>" + style + "\n</style>\n")
	b.WriteString(`<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">` +
		`<path class="head" d="M0,0 L8,4 L0,8 z"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, `<rect class="page" width="%.0f" height="%.0f"/>`+"\n", d.width, d.height)
	for _, way := range d.arrows {
		fmt.Fprintf(&b, `<path class="arrow" d="%s" marker-end="url(#head)"><title>%s</title></path>`+"\n", way.path(),
			html.EscapeString(way[0].box.Name+" knows "+way[len(way)-1].box.Name))
	}
	for f := len(d.floors) - 1; f >= 0; f-- {
		for _, n := range d.floors[f] {
			if n.box != nil {
				n.draw(&b)
			}
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (n *node) draw(b *strings.Builder) {
	class := "box"
	if public(n.box) {
		class = "public"
	}
	fmt.Fprintf(b, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6"/>`+"\n", class, n.x, n.y,
		n.width, n.height)
	y := n.y + padding + nameSize*0.8
	fmt.Fprintf(b, `<text class="name" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n", n.middle(), y,
		html.EscapeString(n.box.Name))
	for _, line := range n.lines {
		y += lineHeight
		fmt.Fprintf(b, `<text class="inside" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n", n.middle(), y,
			html.EscapeString(line))
	}
}

// path is a line that leaves a box below and goes straight through the floors it passes.
func (a arrow) path() string {
	x, y := a[0].port(a[1], true)
	var b strings.Builder
	fmt.Fprintf(&b, "M%.1f,%.1f", x, y)
	for i := 1; i < len(a); i++ {
		toX, toY := a[i].port(a[i-1], false)
		middle := (y + toY) / 2
		fmt.Fprintf(&b, " C%.1f,%.1f %.1f,%.1f %.1f,%.1f", x, middle, toX, middle, toX, toY)
		if a[i].box == nil {
			toY += a[i].height
			fmt.Fprintf(&b, " L%.1f,%.1f", toX, toY)
		}
		x, y = toX, toY
	}
	return b.String()
}

// port is where an arrow touches a node: arrows of one side stand next to each other, in the order of their other ends.
func (n *node) port(other *node, below bool) (x, y float64) {
	side, y := n.up, n.y
	if below {
		side, y = n.down, n.y+n.height
	}
	if n.box == nil {
		return n.middle(), y
	}
	before := 0
	for _, o := range side {
		if o.middle() < other.middle() {
			before++
		}
	}
	room := n.width - 2*padding
	return n.x + padding + room*(float64(before)+0.5)/float64(len(side)), y
}
