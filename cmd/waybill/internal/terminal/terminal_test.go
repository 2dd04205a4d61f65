package terminal

import (
	"bytes"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestColoursNeedATerminalAndRespectNO_COLOR(t *testing.T) {
	t.Parallel()
	if d := Describe(&bytes.Buffer{}, []string{"TERM=xterm-256color"},
		func(string) string { return "xterm-256color" }); d.Colour || d.Interactive || d.Width != 0 {
		t.Errorf("a pipe: %+v", d)
	}
	if got := (Terminal{}).Bad("x"); got != "x" {
		t.Errorf("painted %q without colours", got)
	}
	if got := (Terminal{Colour: true}).Bad("x"); got == "x" || ansi.Strip(got) != "x" {
		t.Errorf("painted %q", got)
	}
}
