package wire

import (
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

// Subscription is a receiver that changes are sent to.
type Subscription struct {
	Name        string                    `json:"name"`
	Group       string                    `json:"group,omitempty"`
	Target      string                    `json:"target" doc:"Where the receiver is, without what may be secret in its address."`
	Sink        string                    `json:"sink" doc:"What kind of receiver it is."`
	Stores      []string                  `json:"stores" doc:"The stores that it is confined to; empty for none."`
	Resources   []storage.Resource        `json:"resources" doc:"The kinds of records; empty for all."`
	Kinds       []storage.Kind            `json:"kinds" doc:"The kinds of changes; empty for all."`
	Filter      string                    `json:"filter,omitempty"`
	Thin        bool                      `json:"thin,omitempty" doc:"Events are without the record."`
	Fields      []string                  `json:"fields" doc:"The members of the record that events hold; empty for all."`
	Receipts    int64                     `json:"receipt_within_seconds,omitempty" doc:"How long the receiver may take to give a receipt; absent where none is demanded."`
	State       storage.SubscriptionState `json:"state" enum:"active,paused,ended"`
	Why         string                    `json:"why,omitempty" doc:"What is wrong; absent when nothing is."`
	Failures    int64                     `json:"failures,omitempty" doc:"Events in a row that failed, with none taken in between."`
	FailingFrom time.Time                 `json:"failing_since,omitzero"`
	RestUntil   time.Time                 `json:"rest_until,omitzero" doc:"The receiver is left alone until then."`
	DeliveredAt time.Time                 `json:"delivered_at,omitzero" doc:"When an event was last taken, to the minute; absent for never."`
	CreatedAt   time.Time                 `json:"created_at"`
}

// NewSubscription is a subscription that was just made, or whose secret was, with what its events are signed with.
type NewSubscription struct {
	Subscription
	Secret string `json:"secret" doc:"What events are signed with. It is shown this once."`
}

// SubscriptionOf is a subscription, with the names of groups and stores.
func SubscriptionOf(s storage.Subscription, groups map[int64]string, stores []storage.Store) Subscription {
	v := Subscription{Name: s.Name, Group: groups[s.GroupID], Target: s.Target, Sink: s.Sink, Stores: []string{},
		Resources: append([]storage.Resource{}, s.Resources...), Kinds: append([]storage.Kind{}, s.Kinds...),
		Filter: s.Filter, Thin: s.Thin, Fields: append([]string{}, s.Fields...), State: s.State, Why: s.Why,
		Failures: s.Failures, FailingFrom: s.FailingSince, RestUntil: s.RestUntil, DeliveredAt: s.DeliveredAt,
		CreatedAt: s.CreatedAt, Receipts: int64(s.ReceiptWithin / time.Second)}
	for _, st := range stores {
		for _, id := range s.Stores {
			if st.ID == id {
				v.Stores = append(v.Stores, st.Name)
			}
		}
	}
	return v
}

// Delivery is an event of a subscription, and what became of it.
type Delivery struct {
	ID           string             `json:"id" doc:"The same whenever the event is sent."`
	Subscription string             `json:"subscription"`
	Seq          int64              `json:"seq" doc:"Number of the change."`
	Resource     storage.Resource   `json:"resource"`
	RecordID     int64              `json:"record_id,omitempty"`
	Kind         storage.Kind       `json:"kind"`
	At           time.Time          `json:"at" doc:"When the change was observed."`
	State        storage.EventState `json:"state" enum:"pending,delivered,failed"`
	Attempts     int64              `json:"attempts"`
	Redeliveries int64              `json:"redeliveries,omitempty" doc:"How often it was sent again on request."`
	NextAt       time.Time          `json:"next_at,omitzero" doc:"When it is tried next."`
	DoneAt       time.Time          `json:"done_at,omitzero" doc:"When it was taken or given up."`
	Status       int                `json:"status,omitempty" doc:"Status of the last answer; absent when none came."`
	Error        string             `json:"error,omitempty" doc:"Why the last attempt failed."`
	Milliseconds int64              `json:"milliseconds" doc:"How long the last attempt took."`
}

// DeliveryOf is an event of a subscription.
func DeliveryOf(s storage.Subscription, e storage.Event) Delivery {
	return Delivery{ID: feed.IDOf(s, e.Seq), Subscription: s.Name, Seq: e.Seq, Resource: e.Resource, RecordID: e.ID,
		Kind: e.Kind, At: e.At, State: e.State, Attempts: e.Attempts, Redeliveries: e.Redeliveries, NextAt: e.NextAt,
		DoneAt: e.DoneAt, Status: e.Status, Error: e.Error, Milliseconds: e.Took.Milliseconds()}
}

// Preview is what would have been sent of a change.
type Preview struct {
	Seq   int64           `json:"seq"`
	Type  string          `json:"type"`
	Store string          `json:"store"`
	Sent  bool            `json:"sent" doc:"Whether it would have been sent."`
	Why   string          `json:"why,omitempty" doc:"Why it would not."`
	Event json.RawMessage `json:"event,omitempty" doc:"What would have been sent."`
}

// PreviewOf is what would have been sent of a change.
func PreviewOf(p feed.Preview) Preview {
	return Preview{Seq: p.Change.Seq, Type: string(p.Change.Resource) + "." + string(p.Change.Kind), Store: p.Store,
		Sent: p.Sent, Why: p.Why, Event: p.Body}
}

// Tried is what became of a test event.
type Tried struct {
	ID           string `json:"id"`
	Taken        bool   `json:"taken"`
	Status       int    `json:"status,omitempty" doc:"Status of the answer; absent when none came."`
	Why          string `json:"why,omitempty" doc:"Why it was not taken."`
	Milliseconds int64  `json:"milliseconds"`
}

// TriedOf is what became of a test event.
func TriedOf(t feed.Tried) Tried {
	return Tried{ID: t.ID, Taken: t.Answer.Taken(), Status: t.Answer.Status, Why: t.Answer.Why,
		Milliseconds: t.Took.Milliseconds()}
}
