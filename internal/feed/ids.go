package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/feed/event"
	"github.com/waybillhq/waybill/internal/storage"
)

// idPrefix begins the ids of events, as Standard Webhooks has it.
const idPrefix = "msg_"

// IDOf is the id of an event for a subscription: the same whenever it is sent.
func IDOf(s storage.Subscription, seq int64) string {
	return idPrefix + s.Key + "_" + strconv.FormatInt(seq, 10)
}

// Delivery gives an event by its id, with its subscription, of a group or of any for 0. The error is a problem of code
// delivery_not_found.
func (s *Subscriptions) Delivery(
	ctx context.Context, groupID int64, id string,
) (of storage.Subscription, e storage.Event, err error) {
	none := deliveryNotFound(id)
	rest, _ := strings.CutPrefix(id, idPrefix)
	key, number, _ := strings.Cut(rest, "_")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id != idPrefix+key+"_"+strconv.FormatInt(seq, 10) {
		return of, e, none
	}
	of, err = s.db.SubscriptionByKey(ctx, key)
	if err == nil && groupID != 0 && of.GroupID != groupID {
		err = storage.ErrNotFound
	}
	if err == nil {
		e, err = s.db.Event(ctx, of.ID, seq)
	}
	if errors.Is(err, storage.ErrNotFound) {
		err = none
	}
	return of, e, err
}

// Deliveries lists events.
func (s *Subscriptions) Deliveries(ctx context.Context, q storage.EventQuery) ([]storage.Event, error) {
	return s.db.Events(ctx, q)
}

// encode is an event as JSON, with the record's text as it is.
func encode(e event.Event) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(e)
	return bytes.TrimRight(text.Bytes(), "\n"), err
}
