package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Column is one column of a table.
type Column struct {
	Title string
	// Right aligns to the right: numbers and money.
	Right bool
	// Elastic columns are cut, with an ellipsis, when the table is wider than the terminal; others never lose a
	// character.
	Elastic bool
	// Paint colours a laid out cell by its value; nil leaves it plain.
	Paint func(value, laidOut string) string
}

const columnGap = 2

// minElastic is the narrowest an elastic column gets.
const minElastic = 8

// WriteTable prints rows under a header with columns two blanks apart. Widths are counted in terminal cells, so that a
// name in Chinese or with combining marks keeps the columns straight. When the stream is no terminal nothing is cut.
func WriteTable(w io.Writer, t Terminal, columns []Column, rows [][]string) {
	widths := make([]int, len(columns))
	for i, col := range columns {
		widths[i] = ansi.StringWidth(col.Title)
	}
	for r, row := range rows {
		for i := range row {
			rows[r][i] = OneLine(row[i])
			widths[i] = max(widths[i], ansi.StringWidth(rows[r][i]))
		}
	}
	shrink(widths, columns, t.Width)

	header := make([]string, len(columns))
	for i, col := range columns {
		header[i] = col.Title
	}
	fmt.Fprintln(w, t.Faint(layOut(header, columns, widths, false)))
	for _, row := range rows {
		fmt.Fprintln(w, layOut(row, columns, widths, true))
	}
}

// shrink takes cells from the widest elastic columns until the table fits.
func shrink(widths []int, columns []Column, limit int) {
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
			if col.Elastic && widths[i] > minElastic && (widest < 0 || widths[i] > widths[widest]) {
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

func layOut(cells []string, columns []Column, widths []int, painted bool) string {
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
		case columns[i].Right:
			cell = pad + cell
		case i < len(cells)-1:
			cell += pad
		}
		if painted && columns[i].Paint != nil {
			cell = columns[i].Paint(value, cell)
		}
		line.WriteString(cell)
	}
	return strings.TrimRight(line.String(), " ")
}
