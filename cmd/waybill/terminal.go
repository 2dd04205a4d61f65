package main

import (
	"io"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"
)

// terminal is what is known about an output stream.
type terminal struct {
	// interactive is true when a person watches: lines may be redrawn.
	interactive bool
	// colour is true when colours and weights may be used. It is false when the stream is no terminal, with NO_COLOR
	// set to anything, and on a dumb terminal.
	colour bool
	// width is the number of columns; 0 when it has no limit.
	width int
}

func describeTerminal(w io.Writer, env []string) terminal {
	var t terminal
	file, ok := w.(*os.File)
	if !ok || !isTerminal(file) {
		return t
	}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		t.width = width
	}
	dumb := lookup(env, "TERM") == "dumb"
	t.interactive = !dumb
	t.colour = !dumb && lookup(env, "NO_COLOR") == "" && colorprofile.Detect(w, env) >= colorprofile.ANSI
	return t
}

func isTerminal(file *os.File) bool { return term.IsTerminal(int(file.Fd())) }

// lookup finds a variable in an environment; the last one of a name counts.
func lookup(env []string, name string) string {
	value := ""
	for _, pair := range env {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			value = v
		}
	}
	return value
}

// The styles use the sixteen colours of the terminal's own theme, so that they can be read on a light and on a dark
// background.
var (
	styleGood   = lipgloss.NewStyle().Foreground(lipgloss.Green)
	styleBad    = lipgloss.NewStyle().Foreground(lipgloss.Red).Bold(true)
	styleWarn   = lipgloss.NewStyle().Foreground(lipgloss.Yellow)
	styleFaint  = lipgloss.NewStyle().Faint(true)
	styleStrong = lipgloss.NewStyle().Bold(true)
	styleAccent = lipgloss.NewStyle().Foreground(lipgloss.Cyan)
)

func (t terminal) good(s string) string   { return t.paint(styleGood, s) }
func (t terminal) bad(s string) string    { return t.paint(styleBad, s) }
func (t terminal) warn(s string) string   { return t.paint(styleWarn, s) }
func (t terminal) faint(s string) string  { return t.paint(styleFaint, s) }
func (t terminal) strong(s string) string { return t.paint(styleStrong, s) }
func (t terminal) accent(s string) string { return t.paint(styleAccent, s) }

func (t terminal) paint(style lipgloss.Style, s string) string {
	if !t.colour || s == "" {
		return s
	}
	return style.Render(s)
}
