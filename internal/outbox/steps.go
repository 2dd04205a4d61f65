package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A shop may move an order on by itself: a plugin completes an order that was just set to processing, within the same
// request. The status is then neither the earlier nor the requested one. The order's notes tell what happened: the
// store writes a note for every step (docs/woocommerce/orders.md#status-notes).
//
// Failure policy: only a note of the requested step proves that it was taken. Without readable notes, or without the
// store's names of statuses, nothing is proved.

// movedOn settles a lost update that set the status of an order, if the notes show that the step was taken; nil if they
// do not. over says that the store can no longer be working on the update.
func (b *Outbox) movedOn(
	ctx context.Context, shop woo.Doer, w intent.Write, record json.RawMessage, clock http.Header, over bool,
) *Settlement {
	body, err1 := document.Parse(w.Body)
	before, err2 := document.Parse(w.Base)
	now, err3 := document.Parse(record)
	if w.Resource != storage.Orders || w.Action != intent.Update || err1 != nil || err2 != nil || err3 != nil {
		return nil
	}
	from, to, is := document.Text(before, "status"), document.Text(body, "status"), document.Text(now, "status")
	// An unchanged status is checked once before the update is sent again, because it may have gone there and back.
	if from == "" || to == "" || from == to || is == to || is == from && !over || !b.restInEffect(w, body, record) {
		return nil
	}
	at := stepTaken(ctx, shop, w, from, to, storeTime(w.SentAt, b.opts.Now(), clock)).at
	if at.IsZero() {
		return nil
	}
	s := b.doneAfterAll(w, nil, record)
	message := fmt.Sprintf("the order went from %s to %s at %s, by its notes, and the shop has moved it on to %s",
		from, to, at.Format(time.RFC3339), is)
	s.Write.Reason = &intent.Reason{Code: intent.CodeKeptOther, Status: http.StatusOK,
		Fields:  []intent.FieldError{{Field: "status", Message: message}},
		Message: intent.HowLost(w) + "; " + message}
	return &s
}

// restInEffect says whether an update is in effect apart from the status that it sets.
func (b *Outbox) restInEffect(w intent.Write, body document.Object, record json.RawMessage) bool {
	rest := document.Object{}
	for name, value := range body {
		if name != "status" {
			rest[name] = value
		}
	}
	if len(rest) == 0 {
		return true
	}
	var err error
	if w.Body, err = json.Marshal(rest); err != nil {
		return false
	}
	return b.inEffect(w, record)
}

// noted is what an order's internal notes say about a step of its status.
type noted struct {
	told  bool      // false when the notes cannot tell
	at    time.Time // when the step was taken; zero when no note says so
	all   []string  // the other notes since a given time, the oldest first
	since []string  // the other notes since the step, or since that time when no note tells of the step
}

// stepTaken reads the notes of an order for its step from one status to another, since a time by the store's clock.
func stepTaken(ctx context.Context, shop woo.Doer, w intent.Write, from, to string, since time.Time) noted {
	names, err := statusNames(ctx, shop)
	if err != nil || names[from] == "" || names[to] == "" {
		return noted{}
	}
	answer, err := read(ctx, shop, woo.RouteOrderNotes.List(w.RecordID), url.Values{"type": {"internal"}})
	if err != nil {
		return noted{}
	}
	type note struct {
		ID   document.ID `json:"id"`
		Note string      `json:"note"`
		Date string      `json:"date_created_gmt"`
	}
	var notes []note
	if json.Unmarshal(answer.Body, &notes) != nil {
		return noted{}
	}
	slices.SortFunc(notes, func(a, b note) int { return cmp.Compare(a.ID, b.ID) })
	is := noted{told: true}
	for _, n := range notes {
		at, err := time.Parse(storage.WooTime, n.Date)
		if err != nil || at.Before(since) {
			continue
		}
		_, rest, found := strings.Cut(document.PlainText(n.Note), names[from])
		if found && strings.Contains(rest, names[to]) {
			if is.at = at; w.Action != intent.Create { // earlier steps may be others'; all of a new order are ours
				is.since = nil
			}
			continue
		}
		is.all, is.since = append(is.all, forPeople(n.Note)), append(is.since, forPeople(n.Note))
	}
	return is
}

// saysStepMissing adds to a write in effect whose answer was lost that the order's notes do not tell of the status
// step. The store saves the status first. If PHP dies right after that, the work that belongs to the step is never done
// (docs/woocommerce/orders.md#status-step).
func (b *Outbox) saysStepMissing(
	ctx context.Context, shop woo.Doer, w intent.Write, record json.RawMessage,
) intent.Write {
	from, to := stepOf(w, record)
	if w.State != intent.Done || from == "" {
		return w
	}
	is := stepTaken(ctx, shop, w, from, to, beforeStep(w, record))
	switch again := stepAnew(from, to); {
	case !is.told:
		return alsoSays(w, intent.CodeEffects, fmt.Sprintf(
			"the order's notes cannot be read for the step from %s to %s: whether its e-mails, the stock and what "+
				"plugins do followed cannot be told. Look at the order. %s", from, to, again))
	case failure(is.since) != "":
		return alsoSays(w, intent.CodeEffects, stepFailed(w, from, to, failure(is.since)))
	case is.at.IsZero() && paidBy(w):
		if len(is.since) > 1 {
			return w // the work of the payment has written a note as well
		}
		return alsoSays(w, intent.CodeEffects, fmt.Sprintf(
			"%s is %s, and has no note of the step from %s to it. Before WooCommerce 10.4 that means that its PHP "+
				"ended right after it had stored the status; since then a payment has none, and whether its e-mails, "+
				"the stock and what plugins do followed cannot be told. Look at the order. %s",
			w.Ref(), to, from, again))
	case is.at.IsZero():
		return alsoSays(w, intent.CodeEffects, fmt.Sprintf(
			"%s is %s, and has no note of the step from %s to it, which the store writes behind each: its PHP most "+
				"likely ended right after it had stored the status. Then what belongs to the step has not happened "+
				"and will not by itself: its e-mails, the stock, downloads, what plugins do. Look at the order. %s",
			w.Ref(), to, from, again))
	}
	return w
}

// WooCommerce catches an exception in a plugin's code that runs at a status step: the status stays, the rest of the
// step is left out, and the answer is a success. The store writes a note about the exception on the order, in place of
// the step's note or after it (docs/woocommerce/orders.md#status-step-failed).
//
// Failure policy: a person is told, and the outbox does nothing, because the write is in effect. A request for each
// order would take longer than the batch that wrote them. So of a batch only some orders are checked, and all of them
// when a step of one of those failed.

// looksPerBatch is how many orders of a batch have their notes read.
const looksPerBatch = 5

// stepsFailed adds to writes that were answered with success what went wrong in the status steps for which they asked.
func (b *Outbox) stepsFailed(ctx context.Context, shop woo.Doer, settled []Settlement) {
	var asked []int
	for i, s := range settled {
		if len(s.Effects) == 0 || s.Write.Action == intent.Delete {
			continue
		}
		if from, _ := stepOf(s.Write, s.Effects[0].Raw); from != "" && s.Write.State == intent.Done {
			asked = append(asked, i)
		}
		b.saysStepUnkept(ctx, shop, &settled[i])
	}
	stride, failed := max(1, len(asked)/looksPerBatch), false
	looked := map[int]bool{}
	for n := 0; n < len(asked); n += stride {
		looked[asked[n]] = true
		failed = b.saysStepFailed(ctx, shop, &settled[asked[n]]) || failed
	}
	for _, i := range asked {
		if failed && !looked[i] {
			b.saysStepFailed(ctx, shop, &settled[i])
		}
	}
}

func (b *Outbox) saysStepFailed(ctx context.Context, shop woo.Doer, s *Settlement) (failed bool) {
	from, to := stepOf(s.Write, s.Effects[0].Raw)
	is := stepTaken(ctx, shop, s.Write, from, to, beforeStep(s.Write, s.Effects[0].Raw))
	what := failure(is.since)
	// A store without any note of the step keeps none, and a note about a payment is no note of the step.
	if what == "" && is.told && is.at.IsZero() && len(is.since) > 0 && !paidBy(s.Write) {
		what = is.since[len(is.since)-1]
	}
	if what == "" {
		return false
	}
	s.Write = alsoSays(s.Write, intent.CodeEffects, stepFailed(s.Write, from, to, what))
	return true
}

// saysStepUnkept settles an update whose status the store has not saved although it took the step. An exception in a
// hook before an order is saved leaves out the save, but not the work that belongs to the status.
func (b *Outbox) saysStepUnkept(ctx context.Context, shop woo.Doer, s *Settlement) {
	w, record := s.Write, s.Effects[0].Raw
	body, err1 := document.Parse(w.Body)
	before, err2 := document.Parse(w.Base)
	now, err3 := document.Parse(record)
	if w.Resource != storage.Orders || w.Action != intent.Update || err1 != nil || err2 != nil || err3 != nil {
		return
	}
	from, to := document.Text(before, "status"), document.Text(body, "status")
	if to == "" || from == to || document.Text(now, "status") != from {
		return
	}
	is := stepTaken(ctx, shop, w, from, to, beforeStep(w, record))
	what := failure(is.all)
	switch {
	case what == "" && is.at.IsZero():
		return
	case what == "":
		what = "the step is noted"
	default:
		what = fmt.Sprintf("a note says %q", what)
	}
	message := fmt.Sprintf("%s is still %s, and yet the shop began or took the step to %s (%s): the stock may be "+
		"taken, and e-mails may be sent. Look at the order before it is done again", w.Ref(), from, to, what)
	if w.State == intent.Rejected {
		w.State, w.DoneAt = intent.Parked, time.Time{}
		w.Reason = &intent.Reason{Code: intent.CodeHalf, Status: http.StatusOK, Records: []int64{w.RecordID},
			Fields: w.Reason.Fields, Theirs: record, Message: message + fmt.Sprintf(
				". Then ⟨retry⟩ sends it again; or ⟨adopt %s %d⟩ takes it as it is", w.ID, w.RecordID)}
	} else {
		w = alsoSays(w, intent.CodeHalf, message)
	}
	s.Write = w
}

// failure returns the note of an error among some notes; empty when there is none.
func failure(notes []string) string {
	for _, note := range notes {
		first, _, _ := strings.Cut(strings.ToLower(note), " ")
		if slices.Contains(errorWords, first) || strings.HasPrefix(note, "Payment complete event failed") {
			return note
		}
	}
	return ""
}

// errorWords are the first words of notes about errors, in the languages of most shops.
var errorWords = document.Words(`error fehler erreur errore erro fout fel fejl feil virhe chyba błąd hiba eroare грешка
	ошибка помилка σφάλμα hata שגיאה خطأ エラー 错误 錯誤 오류 lỗi`)

func stepFailed(w intent.Write, from, to, note string) string {
	return fmt.Sprintf("%s is %s, and something failed as the shop took the step from %s to it: a note of the order "+
		"says %q. What comes after that in the step may be missing: e-mails, the stock, downloads, what other plugins "+
		"do. Mend the cause. %s. That does all of it again, e-mails too", w.Ref(), to, from, note, stepAnew(from, to))
}

func stepAnew(from, to string) string {
	return fmt.Sprintf("To have it done, take the step anew: set the order to %s, and then to %s, each with "+
		"orders status or in the shop", from, to)
}

// paidBy says whether a write asks for a payment rather than for a status.
func paidBy(w intent.Write) bool {
	body, err := document.Parse(w.Body)
	return err == nil && string(body["set_paid"]) == "true"
}

// longestStep is longer than the hooks of a step run.
const longestStep = 5 * time.Minute

// beforeStep returns a time before a step was taken, by the store's clock: the order's last change as the writer saw
// it. It is zero for a new order, whose notes are all new.
func beforeStep(w intent.Write, record json.RawMessage) time.Time {
	if w.Action == intent.Create {
		return time.Time{}
	}
	return later(dateOf(w.Base, "date_modified_gmt"), dateOf(record, "date_modified_gmt").Add(-longestStep))
}

// stepOf returns the status step that a write asked for, from the record before and the present one. A new order is
// pending until it is saved as a whole. Both results are empty when the write asked for no step, or the order has
// changed its status since.
func stepOf(w intent.Write, record json.RawMessage) (from, to string) {
	body, err1 := document.Parse(w.Body)
	now, err2 := document.Parse(record)
	if w.Resource != storage.Orders || err1 != nil || err2 != nil {
		return "", ""
	}
	from, to = "pending", document.Text(now, "status")
	if w.Action != intent.Create {
		before, err := document.Parse(w.Base)
		if err != nil {
			return "", ""
		}
		from = document.Text(before, "status")
	}
	asked := document.Text(body, "status")
	switch {
	case w.Action == intent.Delete, from == to, slices.Contains(quietStatuses, from),
		slices.Contains(quietStatuses, to):
		return "", ""
	case string(body["set_paid"]) == "true" && (asked == "" || asked == "pending"), asked == to:
		return from, to
	}
	return "", ""
}

// quietStatuses are the statuses into and out of which the store writes no note.
var quietStatuses = []string{"draft", "auto-draft", "new", woo.StatusCheckoutDraft, storage.StatusTrash}

// statusNames returns the names of a store's order statuses in its own language, as its notes use them.
func statusNames(ctx context.Context, shop woo.Doer) (map[string]string, error) {
	var list []struct {
		Slug string `json:"slug"`
		Name string `json:"name"`
	}
	answer, err := read(ctx, shop, "orders/statuses", nil)
	if err != nil || json.Unmarshal(answer.Body, &list) != nil || len(list) == 0 {
		// WooCommerce before 9.9 has only this report.
		if answer, err = read(ctx, shop, "reports/orders/totals", nil); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(answer.Body, &list); err != nil {
			return nil, err
		}
	}
	names := map[string]string{}
	for _, s := range list {
		names[strings.TrimPrefix(s.Slug, "wc-")] = document.PlainText(s.Name)
	}
	return names, nil
}

// storeTime converts a time by our clock to the store's clock, as far as an answer shows the store's clock. Date has a
// resolution of a second, and so have notes.
func storeTime(t, now time.Time, header http.Header) time.Time {
	const resolution = 2 * time.Second
	if date, err := http.ParseTime(header.Get("Date")); err == nil && woo.CachedBy(header) == "" {
		t = t.Add(date.Sub(now))
	}
	return t.Add(-resolution)
}
