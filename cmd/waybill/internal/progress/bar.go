package progress

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
)

const barWidth = 24

// worthABar is how many records make a bar say more than a number.
const worthABar = 50

// bar shows what is done by another glyph than what is left, because colours may be off.
func bar(t terminal.Terminal, done, total int) string {
	full := min(barWidth, done*barWidth/max(total, 1))
	return t.Accent(strings.Repeat("━", full)) + t.Faint(strings.Repeat("┄", barWidth-full)) + fmt.Sprintf(" %3d%%",
		percent(done, total))
}

func percent(done, total int) int { return min(100, done*100/max(total, 1)) }
