package writeview

import (
	"fmt"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/outbox"
)

// MostNamed is how many writes [Undecided] names.
const MostNamed = 5

// Undecided names the writes of a store that wait for a person, and why, a line each: all of them where they are few,
// else the first.
func Undecided(writes []outbox.Write, store string) (lines []string) {
	for _, w := range writes {
		if w.State != outbox.Rejected && w.State != outbox.Parked {
			continue
		}
		if len(lines) == MostNamed {
			return append(lines, "and more: waybill outbox list --state parked,rejected")
		}
		why := ""
		if w.Reason != nil {
			why = ": " + terminal.OneLine(Said(w, store).Reason.Message)
		}
		lines = append(lines, fmt.Sprintf("%s is %s%s (decide: waybill outbox show %s)", w.ID, w.State, why, w.ID))
	}
	return lines
}
