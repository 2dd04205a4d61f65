package writes

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	if p == nil || len(rows) == 1 {
		return err
	}
	refusals := []*problem.Problem{p}
	if several, ok := errors.AsType[*refusedWrites](err); ok {
		refusals = several.each
	}
	for _, one := range refusals {
		index, known := strconv.Atoi(one.Details["index"])
		if known != nil || index >= len(rows) || rows[index].Row == 0 {
			return err
		}
	}
	for _, one := range refusals {
		index, _ := strconv.Atoi(one.Details["index"])
		one.Message = placeOf(one, rows[index]) + ": " + one.Message
	}
	return refusedRows(refusals)
}

// refusedRows is one problem of those of several rows.
func refusedRows(all []*problem.Problem) *problem.Problem {
	if len(all) > 1 {
		for _, p := range all {
			p.Message = strings.TrimSuffix(p.Message, nothingAccepted)
		}
	}
	return rowsRefused(all)
}

// refusedWrites are refusals of several writes, each a problem of its own.
type refusedWrites struct{ each []*problem.Problem }

func (r *refusedWrites) Error() string { return fmt.Sprintf("%d writes are refused", len(r.each)) }

// explainEach turns what refuses several writes into one problem; nil for an error that is not several.
func explainEach(err error) *problem.Problem {
	var several interface{ Unwrap() []error }
	if !errors.As(err, &several) || !slices.ContainsFunc(several.Unwrap(), refusal) {
		return nil
	}
	var all refusedWrites
	for _, one := range several.Unwrap() {
		all.each = append(all.each, problem.From(explain(one)))
	}
	told := make([]*problem.Problem, len(all.each))
	for i, p := range all.each {
		one := *p
		one.Message = "write " + placeInList(p) + ": " + strings.TrimSuffix(p.Message, nothingAccepted)
		told[i] = &one
	}
	p := writesRefused(told)
	p.Err = &all
	return p
}

// refusal says whether an error says of one write that it is not accepted.
func refusal(err error) bool {
	switch err.(type) { //nolint:errorlint // as they are joined
	case *outbox.Invalid, *outbox.Missing, *outbox.KeyReused:
		return true
	}
	return false
}

// placeInList is which of several writes a refusal is about, counted from 1.
func placeInList(p *problem.Problem) string {
	index, _ := strconv.Atoi(p.Details["index"]) // explain has put it there
	return strconv.Itoa(index + 1)
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
