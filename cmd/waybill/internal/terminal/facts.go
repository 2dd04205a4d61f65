package terminal

import (
	"fmt"
	"io"
)

// WriteFacts prints pairs of a word and a value under each other, leaving out those without a value.
func WriteFacts(w io.Writer, t Terminal, pairs ...[2]string) {
	width := 0
	for _, p := range pairs {
		if p[1] != "" {
			width = max(width, len(p[0]))
		}
	}
	for _, p := range pairs {
		if p[1] != "" {
			fmt.Fprintf(w, "  %s  %s\n", t.Faint(PadRight(p[0], width)), OneLine(p[1]))
		}
	}
}
