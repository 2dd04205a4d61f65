package progress

import (
	"fmt"
	"io"

	"github.com/charmbracelet/x/ansi"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
)

// Display is where progress is shown.
type Display struct {
	Out      io.Writer
	Terminal terminal.Terminal // what is known about Out
	Silent   bool              // nothing is shown, because a program reads
}

// narrowest is how much of a line is shown however narrow the terminal says it is.
const narrowest = 20

// draw shows text in place of the line that was drawn before.
func (d Display) draw(text string) {
	d.erase()
	fmt.Fprint(d.Out, ansi.Truncate(d.Terminal.Safe(text), max(d.Terminal.Width-1, narrowest), "…"))
}

// erase takes the drawn line away, so that what follows begins on a clean one.
func (d Display) erase() { fmt.Fprint(d.Out, "\r"+ansi.EraseEntireLine) }

// note prints a line that stays.
func (d Display) note(format string, args ...any) {
	if !d.Silent {
		fmt.Fprintln(d.Out, d.Terminal.Safe(fmt.Sprintf(format, args...)))
	}
}
