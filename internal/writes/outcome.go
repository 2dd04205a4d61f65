package writes

import (
	"errors"
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
)

// explain turns the outbox's own errors into problems.
func explain(err error) error {
	if p := explainEach(err); p != nil {
		return p
	}
	var invalid *outbox.Invalid
	var reused *outbox.KeyReused
	var notWaiting *outbox.NotWaiting
	var missing *outbox.Missing
	switch {
	case errors.As(err, &missing):
		return recordMissing(err, missing)
	case errors.As(err, &invalid):
		p := writeInvalid(err, invalid)
		p.Detail("index", fmt.Sprint(invalid.Index))
		for _, f := range invalid.Fields {
			p.Detail(f.Field, f.Message)
		}
		return p
	case errors.As(err, &reused):
		next := "See the first one: waybill outbox show %[1]s. A new write needs a new key"
		switch {
		case reused.First.State == outbox.Rejected:
			next = "Correct the first one: waybill outbox edit %[1]s. " +
				"With the same content the row is then the same write"
		case intake.OriginOf(reused.Key) != intake.ByColumn:
		case reused.First.Action == outbox.Create:
			next = "See the first one: waybill outbox show %[1]s. What it has made is changed with update. A row " +
				"that is new needs a value of its own in the column of --key-column"
		default:
			next = "See the first one: waybill outbox show %[1]s. Leave out --key-column, or name a column that " +
				"differs for each " + string(reused.First.Action) + ", such as the number of the delivery"
		}
		return keyReused(err, reused, next)
	case errors.As(err, &notWaiting):
		return notWaitingAnyMore(err, notWaiting, notWaiting.ID)
	}
	return shop.Explain(err)
}

// Outcome returns the error for a caller that waited for a settled write; nil when the write is done, or a newer one
// took its place. A done write whose record is gone when the same is asked for again returns an error.
func Outcome(w outbox.Write) error {
	if w.Repeated && w.State == outbox.Done && w.Action != outbox.Delete && w.Reason != nil &&
		w.Reason.Code == outbox.CodeGone && len(w.Reason.Records) > 0 {
		return goneSinceMade(w)
	}
	if w.State == outbox.Done || w.State == outbox.Discarded && w.Reason != nil &&
		w.Reason.Code == outbox.CodeSuperseded {
		return nil
	}
	code, message := problem.WriteRejected, "it has not been sent yet, and nothing is known that speaks against it"
	if w.State == outbox.Sending {
		message = "it is on its way, and the store has not answered yet"
	}
	if w.Reason != nil {
		message = withReasons(*w.Reason)
	}
	if w.Behind != nil {
		message = w.Behind.String()
	}
	switch {
	case w.Reason != nil && w.Reason.Code == outbox.CodeConflict:
		code = problem.WriteConflict
	case w.State != outbox.Rejected:
		code = problem.WriteUnresolved
	}
	p := notDone(code, w.ID, w.State, message)
	if w.State == outbox.Rejected {
		p = p.Next("When the cause is mended: waybill outbox retry %[1]s. To correct it: %[2]s. "+
			"To drop it: waybill outbox discard %[1]s", w.ID, Correction(w))
	} else {
		p = p.Next("See what it is about: waybill outbox show %s", w.ID)
	}
	if w.Reason != nil {
		p.Detail("reason", w.Reason.Code)
		for _, f := range w.Reason.Fields {
			p.Detail(f.Field, f.Message)
		}
	}
	return p
}

// withReasons returns a reason's message together with what is wrong with each field, unless the message says so
// itself.
func withReasons(r outbox.Reason) string {
	const few = 5
	if r.Code == outbox.CodeConflict {
		return r.Message // the message names the fields
	}
	var parts []string
	for _, f := range r.Fields {
		if f.Message != "" && f.Message != outbox.CodeNotPermitted && !strings.Contains(r.Message, f.Message) {
			parts = append(parts, f.Field+": "+f.Message)
		}
	}
	if more := len(parts) - few; more > 0 {
		parts = append(parts[:few], fmt.Sprintf("and %d more", more))
	}
	if len(parts) == 0 {
		return r.Message
	}
	return fmt.Sprintf("%s (%s)", r.Message, strings.Join(parts, "; "))
}
