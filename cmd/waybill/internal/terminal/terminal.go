package terminal

import (
	"io"
	"os"

	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"
)

// Terminal is what is known about an output stream.
type Terminal struct {
	// Interactive is true when a person watches: lines may be redrawn.
	Interactive bool
	// Colour is true when colours and weights may be used. It is false when the stream is no terminal, with NO_COLOR
	// set to anything, and on a dumb terminal.
	Colour bool
	// Width is the number of columns; 0 when it has no limit.
	Width int
}

// Describe looks at an output stream. The environment comes as NAME=value pairs and as the function that reads one.
func Describe(w io.Writer, env []string, getenv func(name string) string) Terminal {
	var t Terminal
	file, ok := w.(*os.File)
	if !ok || !Is(file) {
		return t
	}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		t.Width = width
	}
	dumb := getenv("TERM") == "dumb"
	t.Interactive = !dumb
	t.Colour = !dumb && getenv("NO_COLOR") == "" && colorprofile.Detect(w, env) >= colorprofile.ANSI
	return t
}

// Is says whether a file is a terminal.
func Is(file *os.File) bool { return term.IsTerminal(int(file.Fd())) }
