package writeview

import (
	"fmt"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/terminal"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
)

// Describe says what a write does and to which record.
func Describe(w outbox.Write) string {
	what := fmt.Sprintf("%s %s", w.Action, w.Resource)
	if w.RecordID != 0 {
		what += fmt.Sprintf(" %d", w.RecordID)
	}
	if w.ParentID != 0 {
		what += fmt.Sprintf(" of %d", w.ParentID)
	}
	return what
}

// Why is the reason of a write of a store that is not settled, or what its state means.
func Why(w outbox.Write, store string) string {
	switch {
	case w.Behind != nil:
		return w.Behind.String()
	case w.Reason != nil && w.Reason.Message != "":
		return Said(w, store).Reason.Message
	case w.State == outbox.Unknown:
		return "its answer was lost, so it is looked for before anything is sent again"
	}
	return "it waits for its turn"
}

// NextTry is when a write is looked at again, in the time of whoever reads it.
func NextTry(w outbox.Write) string {
	if left := time.Until(w.NextAt); left > time.Second {
		return fmt.Sprintf("in %s, at %s", left.Round(time.Second), clock(w.NextAt.Local()))
	}
	return "now"
}

func clock(t time.Time) string { return t.Format(time.TimeOnly) + " " + terminal.Offset(t) }

// WrittenBefore says what became of a write that the same content was accepted as earlier.
func WrittenBefore(w outbox.Write) string {
	when := terminal.Moment(w.AcceptedAt.Local())
	if w.State == outbox.Done && w.RecordID != 0 {
		return fmt.Sprintf("%s: already %s by the same write of %s; %s", w.Ref(), PastTense(w.Action), when,
			OnceMore(w))
	}
	return fmt.Sprintf("the same was accepted %s as %s, which is %s; %s", when, w.ID, w.State, OnceMore(w))
}

// OnceMore says how a write is done once more that was accepted before under the same key.
func OnceMore(w outbox.Write) string {
	switch intake.OriginOf(w.Key) {
	case intake.ByContent:
		return "--again makes another"
	case intake.ByColumn:
		if w.Action == outbox.Create {
			return "another needs another value in the column of --key-column"
		}
		return fmt.Sprintf("another %s needs another value in the column of --key-column, or no --key-column",
			w.Action)
	}
	return "another needs another idempotency key"
}

// PastTense is an action that is done.
func PastTense(action outbox.Action) string { return string(action) + "d" }
