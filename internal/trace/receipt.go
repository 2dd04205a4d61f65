package trace

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// receiptsOf are the receipts of an order: by subscription, and by consumer.
type receiptsOf struct{ bySubscription, byConsumer map[int64]storage.Receipt }

func (t *Tracer) receipts(ctx context.Context, st storage.Store, order storage.Ref) (receiptsOf, error) {
	r := receiptsOf{map[int64]storage.Receipt{}, map[int64]storage.Receipt{}}
	all, err := t.db.Receipts(ctx, storage.ReceiptQuery{StoreID: st.ID, Record: order})
	for _, one := range all {
		if one.SubscriptionID != 0 {
			r.bySubscription[one.SubscriptionID] = one
		} else {
			r.byConsumer[one.ConsumerID] = one
		}
	}
	return r, err
}

// receiptHop says whether who was sent an order says that it has it. within is how long it may take; 0 where no receipt
// is demanded. A receipt that nobody demanded and that never came is no link.
func receiptHop(
	name string, r storage.Receipt, known bool, within time.Duration, again Remedy, now time.Time,
) (Hop, bool) {
	h := Hop{Link: Receipt, Name: name, State: Broken, Seq: r.Seq, Who: Receiver, Fix: sendAgain, Remedy: again}
	due := r.SentAt.Add(within)
	switch {
	case !known:
		return h, false
	case r.LackedAt.After(r.GivenAt):
		h.At, h.Says = r.LackedAt, lacked(name, r)
	case !r.GivenAt.IsZero() && r.Unsent:
		h.At, h.Says, h.Fix, h.Remedy = r.GivenAt, receiptedUnsent(name, r), askWhich, Remedy{}
	case !r.GivenAt.IsZero():
		h.State, h.At, h.Says, h.Who, h.Fix, h.Remedy = Done, r.GivenAt, receipted(name, r), "", "", Remedy{}
	case r.Instead != "":
		h.At, h.Says = r.SentAt, namedAnother(name, r)
	case within <= 0:
		return h, false
	case now.Before(due):
		h.State, h.At, h.Says, h.Until = Waiting, time.Time{}, receiptNotDue(name, due), due
		h.Fix, h.Remedy = "", Remedy{}
	default:
		h.At, h.Says = time.Time{}, receiptMissing(name, r, within)
	}
	return h, true
}
