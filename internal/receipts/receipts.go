package receipts

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/waybillhq/waybill/internal/storage"
)

// Options adjust a Keeper. All are needed.
type Options struct {
	Now func() time.Time
	// EventsKept is how long it is known what became of an event.
	EventsKept time.Duration
}

// Keeper keeps receipts. It is safe for concurrent use.
type Keeper struct {
	db   storage.Database
	opts Options
}

// New makes a Keeper that works on a database.
func New(db storage.Database, opts Options) *Keeper { return &Keeper{db, opts} }

// Receiver is who gives receipts: a subscription or a consumer.
type Receiver struct {
	subscription *storage.Subscription
	consumer     *storage.Consumer
}

// Subscription is the receiver of a subscription.
func Subscription(s storage.Subscription) Receiver { return Receiver{subscription: &s} }

// Consumer is a reader of the log of changes.
func Consumer(c storage.Consumer) Receiver { return Receiver{consumer: &c} }

// IDs are those of the subscription and the consumer; one of them is 0.
func (r Receiver) IDs() (subscription, consumer int64) {
	if r.subscription != nil {
		return r.subscription.ID, 0
	}
	if r.consumer != nil {
		return 0, r.consumer.ID
	}
	return 0, 0
}

// Given is what a receiver says that it has.
type Given struct {
	StoreID int64
	storage.Ref
	// Number names an order by the number that people know; the id of Ref is 0 then.
	Number string
	// Reference is what the receiver calls it; empty where it does not say.
	Reference string
	// Seq is the number of the change that it was taken with; 0 where that is not known.
	Seq int64
}

// State is what became of a receipt.
type State string

// The states of receipts that were given.
const (
	Kept    State = "kept"
	Unsent  State = "unsent" // kept, of a record that the receiver was never sent
	Refused State = "refused"
)

// Outcome is what became of a receipt.
type Outcome struct {
	Given
	State State
	// Why says it for people; empty for one that was kept.
	Why string
}

// Give keeps receipts, and says of each what became of it, in their order. Given twice, nothing changes.
func (k *Keeper) Give(ctx context.Context, by Receiver, all []Given) ([]Outcome, error) {
	outcomes, err := k.Judge(ctx, by, all)
	if err != nil {
		return nil, err
	}
	rows := Rows(by, outcomes, k.opts.Now())
	err = k.db.Within(ctx, func(tx storage.Tx) error { return tx.GiveReceipts(ctx, rows) })
	if errors.Is(err, storage.ErrNotFound) {
		err = receiverGone()
	}
	return outcomes, err
}

// Judge says what becomes of receipts, and keeps nothing.
func (k *Keeper) Judge(ctx context.Context, by Receiver, all []Given) ([]Outcome, error) {
	outcomes := make([]Outcome, len(all))
	for i, g := range all {
		g.Reference = strings.TrimSpace(g.Reference)
		var err error
		if outcomes[i], err = k.judge(ctx, by, g); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// Rows are the receipts to keep of what was judged, one for each record: of several the last counts.
func Rows(by Receiver, outcomes []Outcome, now time.Time) []storage.Receipt {
	type place struct {
		store int64
		ref   storage.Ref
	}
	at := map[place]int{}
	var rows []storage.Receipt
	subscription, consumer := by.IDs()
	for _, o := range outcomes {
		if o.State == Refused {
			continue
		}
		row := storage.Receipt{StoreID: o.StoreID, Ref: o.Ref, SubscriptionID: subscription, ConsumerID: consumer,
			Reference: o.Reference, Seq: o.Seq, GivenAt: now.UTC().Truncate(time.Millisecond),
			Unsent: o.State == Unsent}
		if i, there := at[place{o.StoreID, o.Ref}]; there {
			rows[i] = row
			continue
		}
		at[place{o.StoreID, o.Ref}] = len(rows)
		rows = append(rows, row)
	}
	return rows
}

// longestReference bounds what a receiver may call a record.
const longestReference = 200

func (k *Keeper) judge(ctx context.Context, by Receiver, g Given) (Outcome, error) {
	o := Outcome{Given: g, State: Refused}
	if len(g.Reference) > longestReference || strings.ContainsFunc(g.Reference, unicode.IsControl) {
		o.Why = noReference()
		return o, nil
	}
	if g.Ref.ID == 0 && g.Number != "" {
		orders, err := k.db.OrdersByNumber(ctx, g.StoreID, g.Number)
		if err != nil {
			return o, err
		}
		if len(orders) != 1 {
			o.Why = notOneOrder(g.Number, len(orders))
			return o, nil
		}
		o.Ref = orders[0].Ref
	}
	if o.Ref.ID <= 0 {
		o.Why = neverHeld(o.Ref)
		return o, nil
	}
	changes, err := k.db.Changes(ctx, storage.ChangeQuery{StoreID: g.StoreID, Record: o.Ref})
	if err != nil {
		return o, err
	}
	if len(changes) == 0 {
		_, err := k.db.Record(ctx, g.StoreID, o.Ref)
		if errors.Is(err, storage.ErrNotFound) {
			o.Why = neverHeld(o.Ref)
			return o, nil
		}
		o.State = Kept
		return o, err // how it came is no longer kept, so neither is whether it was sent
	}
	sent, err := k.sent(ctx, by, g.StoreID, o.Ref, changes)
	if err != nil {
		return o, err
	}
	if o.State = Kept; !sent {
		o.State, o.Why = Unsent, neverSent(o.Ref)
	}
	return o, nil
}

// sent says whether a receiver may have got a record: one that is on its way counts, since its receipt may be quicker
// than the note of its delivery.
func (k *Keeper) sent(
	ctx context.Context, by Receiver, storeID int64, ref storage.Ref, changes []storage.Change,
) (bool, error) {
	if c := by.consumer; c != nil {
		return c.StoreID == 0 || c.StoreID == storeID, nil
	}
	sub := by.subscription
	known, err := k.db.Receipts(ctx, storage.ReceiptQuery{StoreID: storeID, SubscriptionID: sub.ID, Record: ref})
	if err != nil || len(known) > 0 && !known[0].Unsent {
		return err == nil, err
	}
	for i := len(changes) - 1; i >= 0; i-- {
		_, err := k.db.Event(ctx, sub.ID, changes[i].Seq)
		if err == nil || !errors.Is(err, storage.ErrNotFound) {
			return err == nil, err
		}
	}
	last := changes[len(changes)-1]
	// What was delivered so long ago is forgotten: nobody knows that it was not sent.
	return last.Seq > sub.From && k.opts.Now().Sub(changes[0].At) > k.opts.EventsKept, nil
}

// Receipts lists receipts.
func (k *Keeper) Receipts(ctx context.Context, q storage.ReceiptQuery) ([]storage.Receipt, error) {
	return k.db.Receipts(ctx, q)
}
