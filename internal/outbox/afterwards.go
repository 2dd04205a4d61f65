package outbox

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// What a store does after it has stored a record shows in no record: e-mails, stock, the work of plugins. The reason of
// a write that is found after the store failed says that this may be missing. A note to a customer exists for its
// e-mail, so its reason says so however the answer was lost.
//
// Failure policy: a person is told, and the outbox does nothing. An e-mail that is sent twice, and stock that is taken
// twice, are worse than a question.

// foundBy names the field by which a record without a marker is recognised.
var foundBy = map[storage.Resource]string{
	storage.OrderNotes: "text",
	storage.Customers:  "e-mail address",
	storage.Categories: "name",
	storage.Tags:       "name",
	intent.Webhooks:    "topic, address and name",
}

// storedThen says what a store does after it has stored a new record, for kinds other than orders.
var storedThen = map[storage.Resource]string{
	storage.Products: "what plugins do for a new product",
	// docs/woocommerce/catalogue.md#variations-half
	storage.Variations: "the price range and the stock status of its product (saving that once in the shop makes them)",
	storage.Customers:  "the e-mail about the new account and what plugins do for it",
	storage.Coupons:    "what plugins do for a new coupon",
	storage.Categories: "what plugins do for a new category",
	storage.Tags:       "what plugins do for a new tag",
}

// saysHowFound adds to a create that was found without a marker the field by which its record was recognised. how says
// why the outbox looked for the record.
func saysHowFound(w intent.Write, how string) intent.Write {
	by, unmarked := foundBy[w.Resource]
	if !unmarked {
		return w
	}
	message := fmt.Sprintf("it was found by its %s, and the same made by somebody else would look alike", by)
	if w.Reason == nil {
		message = how + "; " + message
	}
	return alsoSays(w, intent.CodeUnproved, message)
}

// saysAfterwards adds to a write that was found in effect what the store may have left out after it. was is the reason
// that the write's answer gave.
func saysAfterwards(ctx context.Context, shop woo.Doer, w intent.Write, was *intent.Reason) intent.Write {
	body, err := document.Parse(w.Body)
	if err != nil {
		return w
	}
	if w.Resource == storage.OrderNotes && string(body["customer_note"]) == "true" {
		return alsoSays(w, intent.CodeEffects,
			"whether the e-mail to the customer went out cannot be told from it; "+nextNote(ctx, shop, w))
	}
	_, status := body["status"]
	_, paid := body["set_paid"]
	var what string
	switch {
	case was == nil || was.Status < http.StatusInternalServerError && !was.Over:
		return w
	case w.Action == intent.Update && (intent.AddsStock(w) || intent.SetsStock(w)):
		what = "the stock status, the tables that the shop filters and reports by, and what plugins do for a new " +
			"stock (saving the product once in the shop makes the first two)"
	case was.Status < http.StatusInternalServerError:
		return w
	case w.Resource == storage.Orders && w.Action == intent.Create:
		what = "the e-mails, the stock and what plugins do for a new order"
	case w.Resource == storage.Orders && (status || paid):
		what = "the e-mails, the stock and what plugins do for the new status"
	case w.Action == intent.Create:
		what = storedThen[w.Resource]
	}
	if what == "" {
		return w
	}
	return alsoSays(w, intent.CodeEffects, fmt.Sprintf(
		"the store answered %d and had stored it: whether %s followed cannot be told from it. Look at the store",
		was.Status, what))
}

// nextNote quotes the note that follows a note to a customer. A store that writes a note for each e-mail tells of the
// e-mail there, in the site's language, so that only a person can read it (docs/woocommerce/orders.md#notes-sanitised).
func nextNote(ctx context.Context, shop woo.Doer, w intent.Write) string {
	var notes []struct {
		ID   document.ID `json:"id"`
		Note string      `json:"note"`
	}
	path := woo.RouteOrderNotes.List(w.ParentID)
	if list(ctx, shop, path, url.Values{"type": {"internal"}}, &notes) != nil {
		return "look at the order's notes"
	}
	next := -1
	for i, n := range notes {
		if int64(n.ID) > w.RecordID && (next < 0 || n.ID < notes[next].ID) {
			next = i
		}
	}
	if next < 0 {
		return "no note follows it on the order, and from WooCommerce 10.9 on the store writes one for each e-mail"
	}
	return fmt.Sprintf("the next note on the order says: %s", forPeople(notes[next].Note))
}

// alsoSays adds a sentence to the reason of a write that is done.
func alsoSays(w intent.Write, code, message string) intent.Write {
	reason := intent.Reason{Code: code, Message: message}
	if w.RecordID != 0 {
		reason.Records = []int64{w.RecordID}
	}
	if w.Reason != nil {
		reason = *w.Reason
		reason.Message += "; " + message
	}
	w.Reason = &reason
	return w
}
