package outbox

import (
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

func notAllowed(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

// contradicted returns the reason of a write in effect whose answer said otherwise; nil when no answer did.
func contradicted(was *intent.Reason) *intent.Reason {
	if was == nil || !was.Over || was.Code == intent.CodeHalf || was.Code == intent.CodeVanished ||
		was.Code == intent.CodeGone || was.Status == 0 ||
		was.Status >= http.StatusInternalServerError {
		return nil
	}
	return &intent.Reason{Code: intent.CodeContradicted, Status: was.Status, Message: fmt.Sprintf(
		"%s, and the write is in effect all the same: something answers in WooCommerce's place after its work. What "+
			"that is: ⟨examine⟩", strings.TrimSpace(was.Message))}
}

// silent says whether the store may still be working after a failure, because nothing came from its side.
func silent(e *woo.Error) bool {
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusGatewayTimeout, statusOriginTimeout:
		return true
	}
	return e.Kind == woo.KindTimeout || e.Kind == woo.KindCanceled
}

// statusOriginTimeout is Cloudflare's status for a shop that did not answer in time.
const statusOriginTimeout = 524

func deletedSince(ref storage.Ref) *intent.Reason {
	return &intent.Reason{Code: intent.CodeGone,
		Message: fmt.Sprintf("it was created as %s, and somebody has deleted it since", ref)}
}

func idList(r storage.Resource, ids []int64) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = fmt.Sprintf("%s/%d", r, id)
	}
	return strings.Join(names, ", ")
}

// inWords says what went wrong with a request, without the query of its address, which names every field.
func inWords(err error) string {
	if e, ok := woo.AsError(err); ok {
		short := *e
		short.URL, _, _ = strings.Cut(e.URL, "?")
		err = &short
	}
	return forPeople(err.Error())
}

// forPeople returns a message of the store or the client without the tags and entities that WordPress adds.
func forPeople(message string) string {
	return intent.WithoutRemedies(strings.Join(strings.Fields(
		html.UnescapeString(document.Tag.ReplaceAllString(strings.TrimPrefix(message, "woo: "),
			" "))), " "))
}

// listedOnly says whether a list has shown the record of a create that a read then did not show.
func listedOnly(w intent.Write) bool {
	return w.Action == intent.Create && w.Reason != nil && w.Reason.Code == intent.CodeGone && len(w.Reason.Records) > 0
}

// ended says whether the answer shows that the store no longer works on the request: PHP itself sent it as it died. A
// proxy that gave up waiting, or a broken connection, does not show that.
func ended(e *woo.Error) bool {
	if e.Kind == woo.KindAPI {
		switch e.Status {
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return false
		}
		return e.Code != ""
	}
	return false
}
