package intent

import (
	"fmt"
	"net/http"

	"github.com/waybillhq/waybill/internal/storage"
)

// HowLost says, as a part of a sentence, why the outbox looks for a write.
func HowLost(w Write) string {
	if w.Reason != nil && w.Reason.Restored {
		return "it may have been sent since the backup"
	}
	if r := w.Reason; r != nil && r.Over && r.Status != 0 && r.Status < http.StatusInternalServerError {
		return fmt.Sprintf("the store's answer (%d) does not show what became of it", r.Status)
	}
	return "its answer was lost"
}

// SaidDone says whether the store has called a create done (docs/woocommerce/orders.md#deleted-at-once). If nothing of
// it is found then, something on the store has removed the record and would remove the next one too. The create is
// therefore not sent again.
func SaidDone(w Write) bool {
	r := w.Reason
	return w.Action == Create && r != nil &&
		(r.Status == http.StatusCreated || r.Status >= 200 && r.Status < 300 && len(r.Records) > 0)
}

// AddsUp says whether two requests of a write have more effect than one.
func AddsUp(w Write) bool {
	return w.Action == Create || AddsStock(w) ||
		w.Action == Update && w.Resource == storage.Orders && AddsLines(w.Body)
}

// Died returns the message about a write at which the store's PHP has died each time.
func Died(lost int) string {
	return fmt.Sprintf("the store's PHP failed at it %d times and left nothing of it: something there fails at every "+
		"such request, or deletes at once what was made. "+
		"Nothing is sent again. Look at the store's error log, then retry or discard", lost)
}

// TooManyTries returns the message about a write that was sent as often as a write may be.
func TooManyTries(lost int) string {
	times := fmt.Sprintf("sent %d times", lost)
	if lost == 1 {
		times = "sent once"
	}
	return times + " without an answer, and the store shows no trace of it: look at the store and its error log, " +
		"then retry or discard"
}

// EvidenceOf copies into a new reason what the answer to a write, or its absence, has shown.
func EvidenceOf(r *Reason, w Write) *Reason {
	if was := w.Reason; was != nil {
		r.Status, r.Over, r.Silent, r.Cut, r.Restored = was.Status, was.Over, was.Silent, was.Cut, was.Restored
	}
	return r
}
