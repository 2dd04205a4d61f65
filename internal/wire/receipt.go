package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
)

// Receipt is what is known of a record at a receiver.
type Receipt struct {
	Number       int64            `json:"number" doc:"By the time at which it was first known."`
	Store        string           `json:"store"`
	Resource     storage.Resource `json:"resource"`
	RecordID     int64            `json:"record_id"`
	Subscription string           `json:"subscription,omitempty" doc:"The receiver; absent for a consumer."`
	Consumer     string           `json:"consumer,omitempty" doc:"The receiver; absent for a subscription."`
	State        string           `json:"state" enum:"waiting,overdue,given,lacked" doc:"Waiting: it was sent, and a receipt may still come in time. Lacked: a list of the receiver lacked it since."`
	Reference    string           `json:"reference,omitempty" doc:"What the receiver calls the record."`
	Seq          int64            `json:"seq,omitempty" doc:"Number of the change that it had taken."`
	SentAt       time.Time        `json:"sent_at,omitzero" doc:"When it first took a change of the record, where it is to give receipts."`
	DueAt        time.Time        `json:"due_at,omitzero" doc:"When the receipt is to be there; absent where it is, and where none is demanded."`
	GivenAt      time.Time        `json:"given_at,omitzero" doc:"When it was given with this reference; absent for never."`
	LackedAt     time.Time        `json:"lacked_at,omitzero" doc:"When a list of the receiver lacked the record."`
	Unsent       bool             `json:"unsent,omitempty" doc:"The receiver was never sent this record."`
	Instead      string           `json:"instead,omitempty" doc:"The record that the receiver named when it took this one."`
}

// Receivers are the names of those who give receipts, by their ids.
type Receivers struct {
	Subscriptions map[int64]storage.Subscription
	Consumers     map[int64]storage.Consumer
}

// ReceiversOf are the names of receivers.
func ReceiversOf(subscriptions []storage.Subscription, consumers []storage.Consumer) Receivers {
	r := Receivers{map[int64]storage.Subscription{}, map[int64]storage.Consumer{}}
	for _, s := range subscriptions {
		r.Subscriptions[s.ID] = s
	}
	for _, c := range consumers {
		r.Consumers[c.ID] = c
	}
	return r
}

// ReceiptOf is a receipt as it stands at a time; store is the name of its store.
func ReceiptOf(r storage.Receipt, store string, of Receivers, now time.Time) Receipt {
	s := of.Subscriptions[r.SubscriptionID]
	v := Receipt{Number: r.Number, Store: store, Resource: r.Resource, RecordID: r.ID, Subscription: s.Name,
		Consumer: of.Consumers[r.ConsumerID].Name, State: "waiting", Reference: r.Reference, Seq: r.Seq, SentAt: r.SentAt,
		GivenAt: r.GivenAt, LackedAt: r.LackedAt, Unsent: r.Unsent, Instead: r.Instead}
	if r.GivenAt.IsZero() && !r.SentAt.IsZero() && s.ReceiptWithin > 0 {
		v.DueAt = r.SentAt.Add(s.ReceiptWithin)
	}
	switch {
	case r.LackedAt.After(r.GivenAt):
		v.State = "lacked"
	case !r.GivenAt.IsZero():
		v.State = "given"
	case !v.DueAt.IsZero() && v.DueAt.Before(now):
		v.State = "overdue"
	}
	return v
}

// ReceiptOutcome is what became of a receipt that was given.
type ReceiptOutcome struct {
	Store     string           `json:"store"`
	Resource  storage.Resource `json:"resource"`
	RecordID  int64            `json:"record_id,omitempty"`
	Number    string           `json:"number,omitempty"`
	Reference string           `json:"reference,omitempty"`
	State     receipts.State   `json:"state" enum:"kept,unsent,refused" doc:"Unsent: kept, of a record that the receiver was never sent."`
	Why       string           `json:"why,omitempty" doc:"Absent for one that was kept."`
}

// ReceiptsGiven is what became of receipts that were given.
type ReceiptsGiven struct {
	Kept     int              `json:"kept"`
	Unsent   int              `json:"unsent" doc:"Kept too, of records that the receiver was never sent."`
	Refused  int              `json:"refused"`
	Receipts []ReceiptOutcome `json:"receipts" doc:"In the order in which they were given."`
}

// ReceiptsGivenOf is what became of receipts; stores are the names of their stores.
func ReceiptsGivenOf(all []receipts.Outcome, stores map[int64]string) ReceiptsGiven {
	v := ReceiptsGiven{Receipts: make([]ReceiptOutcome, len(all))}
	for i, o := range all {
		v.Receipts[i] = ReceiptOutcome{Store: stores[o.StoreID], Resource: o.Resource, RecordID: o.ID, Number: o.Number,
			Reference: o.Reference, State: o.State, Why: o.Why}
		switch o.State {
		case receipts.Kept:
			v.Kept++
		case receipts.Unsent:
			v.Unsent++
		case receipts.Refused:
			v.Refused++
		}
	}
	return v
}

// OverdueReceipts are the records of a store that a subscription was sent and has given no receipt for in time.
type OverdueReceipts struct {
	Subscription string    `json:"subscription"`
	Store        string    `json:"store"`
	Count        int64     `json:"count"`
	Since        time.Time `json:"since" doc:"When the first of them was sent."`
	Within       int64     `json:"within_seconds" doc:"How long the receiver may take."`
}

// OverdueReceiptsOf is what is overdue; store is the name of its store.
func OverdueReceiptsOf(o receipts.Overdue, store string) OverdueReceipts {
	return OverdueReceipts{Subscription: o.Subscription.Name, Store: store, Count: o.Count, Since: o.Since,
		Within: int64(o.Subscription.ReceiptWithin / time.Second)}
}
