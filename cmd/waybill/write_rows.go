package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/internal/writes"
)

// rowView is a write with the row of the input that it came from.
type rowView struct {
	wire.Write
	Row  int `json:"row,omitempty"`
	Line int `json:"line,omitempty"`
}

// reportCounts says how many of several writes went through, where not all did.
func reportCounts(a *app, settled []outbox.Write) {
	made, before, needless, all := 0, 0, 0, true
	others := map[outbox.State]int{}
	for _, w := range settled {
		switch {
		case w.State != outbox.Done:
			others[w.State]++
			all = all && writes.Outcome(w) == nil
		case w.Repeated:
			before++
		case w.Reason != nil && notDone[w.Reason.Code]:
			needless++
		default:
			made++
		}
	}
	if all || len(settled) == 1 {
		return
	}
	text := fmt.Sprintf("%d of %d %s", made, len(settled), writeview.PastTense(settled[0].Action))
	if before > 0 {
		text += fmt.Sprintf(", %d done before", before)
	}
	if needless > 0 {
		text += fmt.Sprintf(", %d needed nothing", needless)
	}
	for _, state := range slices.Sorted(maps.Keys(others)) {
		text += fmt.Sprintf(", %d %s", others[state], state)
	}
	a.say("%s", text)
}

// notDone are reasons of writes that need nothing more and of which it would be wrong to say "created" or "updated".
var notDone = map[string]bool{outbox.CodeStoreKept: true, outbox.CodeGone: true, outbox.CodeAdopted: true,
	outbox.CodeSuperseded: true}
