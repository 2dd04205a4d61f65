package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/internal/writes"
)

// rowView is a write with the row of the input that it came from.
type rowView struct {
	wire.Write
	Row  int `json:"row,omitempty"`
	Line int `json:"line,omitempty"`
}

// outcomeOfRow is the error of a write that did not go through, with the row and the value that it is about, so that
// whoever sent a file of many finds the place in it. Nil when it went through.
func outcomeOfRow(w outbox.Write, row intake.Row) error {
	outcome := writes.Outcome(w)
	p := problem.From(outcome)
	if p == nil || row.Row == 0 {
		return outcome
	}
	at := fmt.Sprintf("row %d", row.Row)
	if row.Line > 0 {
		at += fmt.Sprintf(" (line %d of the file)", row.Line)
		p.Detail("line", strconv.Itoa(row.Line))
	}
	if field, value := writes.RefusedValue(w); field != "" {
		at += fmt.Sprintf(", %s %q", field, value)
		p.Detail("field", field)
	}
	p.Message = at + ": " + p.Message
	return p.Detail("row", strconv.Itoa(row.Row))
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
