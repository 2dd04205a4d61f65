package terminal

import (
	"io"
	"regexp"
	"strings"
)

// OneLine makes text from a store safe to print in a table: line breaks become blanks and other control characters
// vanish, so that no record can move the cursor or colour the screen of the reader.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return printable(r)
	}, s)
}

// Safe makes text safe in which our own words and those of a store are mixed: it keeps line ends, tabs and, where the
// terminal shows colours, the sequences that colour. A store can at worst colour a line.
func (t Terminal) Safe(s string) string {
	var kept strings.Builder
	for s != "" {
		before, after, found := strings.Cut(s, escape)
		kept.WriteString(strings.Map(func(r rune) rune {
			if r == '\n' || r == '\t' {
				return r
			}
			return printable(r)
		}, before))
		if !found {
			break
		}
		if colour := colouring.FindString(after); colour != "" && t.Colour {
			kept.WriteString(escape + colour)
			after = after[len(colour):]
		}
		s = after
	}
	return kept.String()
}

const escape = "\x1b"

var (
	colouring  = regexp.MustCompile(`^\[[0-9;]*m`)
	unfinished = regexp.MustCompile(escape + `(\[[0-9;]*)?$`)
)

// printable is -1 for what controls a terminal.
func printable(r rune) rune {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return -1
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		// Direction overrides could swap what stands around them.
		return -1
	}
	return r
}

// SafeWriter makes text safe on its way to out, whose terminal t is.
func SafeWriter(out io.Writer, t Terminal) io.Writer { return &safeWriter{out: out, terminal: t} }

type safeWriter struct {
	out      io.Writer
	terminal Terminal
	held     string // the beginning of a sequence whose end comes with the next call
}

func (w *safeWriter) Write(p []byte) (int, error) {
	text := w.held + string(p)
	w.held = unfinished.FindString(text)
	if _, err := io.WriteString(w.out, w.terminal.Safe(strings.TrimSuffix(text, w.held))); err != nil {
		return 0, err
	}
	return len(p), nil
}
