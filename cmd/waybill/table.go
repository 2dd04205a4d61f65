package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// column is one column of a table.
type column struct {
	title string
	// right aligns to the right: numbers and money.
	right bool
	// elastic columns are cut, with an ellipsis, when the table is wider than the terminal; others never lose a
	// character.
	elastic bool
	// paint colours a laid out cell by its value; nil leaves it plain.
	paint func(value, laidOut string) string
}

// table prints rows under a header with columns two blanks apart. Widths are counted in terminal cells, so that a name
// in Chinese or with combining marks keeps the columns straight. When the stream is no terminal nothing is cut.
func (a *app) table(columns []column, rows [][]string) {
	writeTable(a.stdout, a.out, columns, rows)
}

const columnGap = 2

// minElastic is the narrowest an elastic column gets.
const minElastic = 8

func writeTable(w io.Writer, t terminal, columns []column, rows [][]string) {
	widths := make([]int, len(columns))
	for i, col := range columns {
		widths[i] = ansi.StringWidth(col.title)
	}
	for r, row := range rows {
		for i := range row {
			rows[r][i] = oneLine(row[i])
			widths[i] = max(widths[i], ansi.StringWidth(rows[r][i]))
		}
	}
	shrink(widths, columns, t.width)

	header := make([]string, len(columns))
	for i, col := range columns {
		header[i] = col.title
	}
	fmt.Fprintln(w, t.faint(layOut(header, columns, widths, false)))
	for _, row := range rows {
		fmt.Fprintln(w, layOut(row, columns, widths, true))
	}
}

// shrink takes cells from the widest elastic columns until the table fits.
func shrink(widths []int, columns []column, limit int) {
	if limit <= 0 {
		return
	}
	total := columnGap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for total > limit {
		widest := -1
		for i, col := range columns {
			if col.elastic && widths[i] > minElastic && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
		total--
	}
}

func layOut(cells []string, columns []column, widths []int, painted bool) string {
	var line strings.Builder
	for i, value := range cells {
		if i > 0 {
			line.WriteString(strings.Repeat(" ", columnGap))
		}
		cell := value
		if ansi.StringWidth(cell) > widths[i] {
			cell = ansi.Truncate(cell, widths[i], "…")
		}
		pad := strings.Repeat(" ", widths[i]-ansi.StringWidth(cell))
		switch {
		case columns[i].right:
			cell = pad + cell
		case i < len(cells)-1:
			cell += pad
		}
		if painted && columns[i].paint != nil {
			cell = columns[i].paint(value, cell)
		}
		line.WriteString(cell)
	}
	return strings.TrimRight(line.String(), " ")
}

// oneLine makes text from a store safe to print in a table: line breaks become blanks and other control characters
// vanish, so that no record can move the cursor or colour the screen of the reader.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < 0x20, r >= 0x7f && r < 0xa0:
			return -1
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			// Direction overrides could swap what stands around them.
			return -1
		}
		return r
	}, s)
}
