package writes

import (
	"fmt"
	"strconv"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
)

// OutcomeOfRow is the [Outcome] of the write of a row, with the row and the value that it is about, so that whoever
// sent a file of many finds the place in it. Nil when it went through.
func OutcomeOfRow(w outbox.Write, row intake.Row) error {
	outcome := Outcome(w)
	p := problem.From(outcome)
	if p == nil || row.Row == 0 {
		return outcome
	}
	at := placeOf(p, row)
	if field, value := refusedValue(w); field != "" {
		at += fmt.Sprintf(", %s %q", field, value)
		p.Detail("field", field)
	}
	p.Message = at + ": " + p.Message
	return p
}

// AtRow says of a refusal to accept writes which of their rows it is about.
func AtRow(err error, rows []intake.Row) error {
	p := problem.From(err)
	if p == nil {
		return err
	}
	index, known := strconv.Atoi(p.Details["index"])
	if known != nil || index >= len(rows) || rows[index].Row == 0 || len(rows) == 1 {
		return err
	}
	p.Message = placeOf(p, rows[index]) + ": " + p.Message
	return p
}

// noOrder says of a row of a file that names no order, or several, where it stands.
func noOrder(err error, row intake.Row) error {
	p := problem.From(err)
	if p == nil || row.Row == 0 {
		return err
	}
	p.Message = placeOf(p, row) + ": " + p.Message + "; nothing was accepted"
	return p
}

// placeOf is where a row stands, which is also put into the details of a problem.
func placeOf(p *problem.Problem, row intake.Row) string {
	at := fmt.Sprintf("row %d", row.Row)
	if row.Line > 0 {
		at += fmt.Sprintf(" (line %d of the file)", row.Line)
		p.Detail("line", strconv.Itoa(row.Line))
	}
	p.Detail("row", strconv.Itoa(row.Row))
	return at
}
