package outbox

import (
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

// A shop moves an order on by itself: a plugin completes what was just set to processing, within the same request. Then
// the status is neither the one before nor the one that was asked for, and the order's notes tell what happened: the
// store writes one for every step (docs/woocommerce/orders.md#status-notes).
//
// Failure policy: only a note of the very step proves it. Notes that cannot be read, and a store whose names of
// statuses are not known, prove nothing.

// movedOn settles a lost update that set the status of an order, where the notes show that the step was taken: nil when
// they do not. over says that the store can no longer be working on it.
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
	// A status that has not moved is looked into once, before it is sent again: it may have gone there and back.
	if from == "" || to == "" || from == to || is == to || is == from && !over || !b.restInEffect(w, body, record) {
		return nil
	}
	at, _ := stepTaken(ctx, shop, w, from, to, storeTime(w.SentAt, b.opts.Now(), clock))
	if at.IsZero() {
		return nil
	}
	s := b.doneAfterAll(w, nil, record)
	message := fmt.Sprintf("the order went from %s to %s at %s, by its notes, and the shop has moved it on to %s",
		from, to, at.Format(time.RFC3339), is)
	s.Write.Reason = &intent.Reason{Code: intent.CodeKeptOther, Status: http.StatusOK,
		Fields:  []intent.FieldError{{Field: "status", Message: message}},
		Message: "its answer was lost; " + message}
	return &s
}

// restInEffect says whether an update is in effect but for the status that it sets.
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

// stepTaken says when an order went from one status to another, by its notes, since a moment on the store's clock; zero
// where no note says so. told is false where the notes cannot tell.
func stepTaken(
	ctx context.Context, shop woo.Doer, w intent.Write, from, to string, since time.Time,
) (at time.Time, told bool) {
	names, err := statusNames(ctx, shop)
	if err != nil || names[from] == "" || names[to] == "" {
		return time.Time{}, false
	}
	answer, err := read(ctx, shop, woo.RouteOrderNotes.List(w.RecordID), url.Values{"type": {"internal"}})
	if err != nil {
		return time.Time{}, false
	}
	var notes []struct {
		Note string `json:"note"`
		Date string `json:"date_created_gmt"`
	}
	if json.Unmarshal(answer.Body, &notes) != nil {
		return time.Time{}, false
	}
	for _, n := range notes {
		at, err := time.Parse(storage.WooTime, n.Date)
		_, rest, found := strings.Cut(document.PlainText(n.Note), names[from])
		if err == nil && !at.Before(since) && found && strings.Contains(rest, names[to]) {
			return at, true
		}
	}
	return time.Time{}, true
}

// saysStepMissing adds to a write whose answer was lost, and that is in effect, that the store has not written down the
// step of the order's status: it stores the status first, and PHP that dies right behind that does nothing of what
// belongs to it, and never does it later (docs/woocommerce/orders.md#status-step).
func (b *Outbox) saysStepMissing(
	ctx context.Context, shop woo.Doer, w intent.Write, record json.RawMessage,
) intent.Write {
	from, to := stepOf(w, record)
	if w.State != intent.Done || from == "" {
		return w
	}
	// The order had the status before when it was changed last as its writer saw it. All notes of a new order are new.
	at, told := stepTaken(ctx, shop, w, from, to, dateOf(w.Base, "date_modified_gmt"))
	switch again := fmt.Sprintf("To have it done, take the step anew: set the order to %s, and then to %s, each with "+
		"orders status or in the shop", from, to); {
	case !told:
		return alsoSays(w, intent.CodeEffects, fmt.Sprintf(
			"the order's notes cannot be read for the step from %s to %s: whether its e-mails, the stock and what "+
				"plugins do followed cannot be told. Look at the order. %s", from, to, again))
	case at.IsZero():
		return alsoSays(w, intent.CodeEffects, fmt.Sprintf(
			"%s is %s, and has no note of the step from %s to it, which the store writes behind each: its PHP most "+
				"likely ended right after it had stored the status. Then what belongs to the step has not happened "+
				"and will not by itself: its e-mails, the stock, downloads, what plugins do. Look at the order. %s",
			w.Ref(), to, from, again))
	}
	return w
}

// stepOf is the step of an order's status that a write asked for, by what it was before and the status it has now; a
// new order is pending until it is stored as a whole. Empty where it asked for none, or the order has gone on since.
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

// quietStatuses are those into and out of which the store writes no note.
var quietStatuses = []string{"draft", "auto-draft", "new", woo.StatusCheckoutDraft, storage.StatusTrash}

// statusNames are the names of a store's statuses of orders in its own language, as its notes use them.
func statusNames(ctx context.Context, shop woo.Doer) (map[string]string, error) {
	var list []struct {
		Slug string `json:"slug"`
		Name string `json:"name"`
	}
	answer, err := read(ctx, shop, "orders/statuses", nil)
	if err != nil || json.Unmarshal(answer.Body, &list) != nil || len(list) == 0 {
		// before WooCommerce 9.9
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

// storeTime is a time of ours on the store's clock, as far as an answer shows that. Date has a resolution of a second,
// and so have notes.
func storeTime(t, now time.Time, header http.Header) time.Time {
	const resolution = 2 * time.Second
	if date, err := http.ParseTime(header.Get("Date")); err == nil && woo.CachedBy(header) == "" {
		t = t.Add(date.Sub(now))
	}
	return t.Add(-resolution)
}
